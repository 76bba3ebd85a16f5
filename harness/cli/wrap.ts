import { stripVTControlCharacters } from 'node:util';
import type { Output } from './io.ts';

/** A terminal that says to be narrower than this is none that anybody reads from. */
const NARROWEST = 20;

/** How wide text may be. */
export function widthOf({ columns }: Output, otherwise = 120): number {
  return columns >= NARROWEST ? columns : otherwise;
}

/** What is copied from a terminal must stay one line; a terminal itself knows how to show it. */
const TO_COPY = /\bnpx blackout (?:repro|run)\b/;

/** What a line begins with that the lines below it should stand behind: marks, numbers, verdicts. */
const HEAD = /^\s*(?:[✓✗?] \S+ {2,}|\[\d+\] |\d+ {2}|[A-Z]+ {2}|(?:kept|lost|torn) {2})?/u;

/** Text for a terminal, broken between words and indented below where it began; as it is for all other readers. */
export function wrapText(text: string, output: Output): string {
  if (!output.isTTY || output.columns < NARROWEST) return text;
  return text
    .split('\n')
    .map((line) => wrapLine(line, output.columns))
    .join('\n');
}

function wrapLine(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  if (plain.length <= columns || TO_COPY.test(plain)) return line;
  const head = HEAD.exec(plain)![0].length;
  const hanging = ' '.repeat(Math.min(head, Math.floor(columns / 3)));
  const lines: string[] = [];
  let current = '';
  let length = 0;
  for (const part of line.split(/(?<=\S)(?= )/)) {
    const own = stripVTControlCharacters(part).length;
    if (length > hanging.length && length + own > columns) {
      lines.push(current);
      const rest = part.replace(/^ +/, '');
      [current, length] = [hanging + rest, hanging.length + stripVTControlCharacters(rest).length];
    } else [current, length] = [current + part, length + own];
  }
  return [...lines, current].join('\n');
}
