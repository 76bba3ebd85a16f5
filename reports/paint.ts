import { styleText } from 'node:util';

export type Style = 'good' | 'bad' | 'unsure' | 'dim' | 'bold';

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

const FORMATS = { good: 'green', bad: 'red', unsure: 'yellow', dim: 'dim', bold: 'bold' } as const;

/** @param colour whether the reader is a terminal that wants colours */
export function painter(colour: boolean): Paint {
  if (!colour) return (_style, text) => text;
  return (style, text) => styleText(FORMATS[style], text, { validateStream: false });
}
