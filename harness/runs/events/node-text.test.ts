import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstDifference, nodeText } from './node-text.ts';

const file = (text: string) =>
  ({ type: 'file', mode: 0o644, size: text.length, links: 1, content: Buffer.from(text) }) as const;
const preview = (text: string, from: number): string =>
  nodeText(file(text), from).replace(/^\S+ B \w+ ?/, '');

/** The texts of several files that are shown beside each other. */
function shown(...texts: readonly string[]): readonly string[] {
  const from = firstDifference(texts.map((text) => Buffer.from(text)));
  return texts.map((text) => preview(text, from));
}

describe('files that are shown beside each other', () => {
  it('are shown from where they differ, with a little before it, if they begin alike', () => {
    expect(shown('{"theme":"a long dark one"}', '{"theme":"a long light one"}')).toEqual([
      '"…ong dark one"}"',
      '"…ong light one"}"',
    ]);
    expect(shown('abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnopqrst')).toEqual(['"…qrstuvwxyz"', '"…qrst"']);
  });

  it('are shown from their beginning if they differ there, or are the same', () => {
    expect(shown('one text', 'another text that is long')).toEqual(['"one text"', '"another text tha…"']);
    expect(shown('the same text for both', 'the same text for both')).toEqual(
      Array.from({ length: 2 }, () => '"the same text fo…"'),
    );
  });

  it('say where the zeros begin, if they have zeros there', () => {
    const text = 'x'.repeat(20);
    expect(shown(text + 'y'.repeat(20), text + '\0'.repeat(20))[1]).toBe('zeros from byte 20 on');
  });

  it('never look alike if they differ, whatever is in them', () => {
    const text = fc.string({ minLength: 1, maxLength: 60, unit: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [first, second] = shown(one, other);
        expect(first === second).toBe(one === other);
      }),
    );
  });
});
