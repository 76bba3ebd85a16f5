import { type Mutation, lineOf } from './mutation.ts';

/** What a mark says of the line after it. */
export interface Mark {
  readonly line: number;
  readonly reason: string;
}

const MARK = /^\s*\/\/ mutant: equivalent: (.+)$/;

/**
 * The lines of which it is said, on the line before, that a mistake in them changes nothing that anybody could see. The
 * reason is what a reader has to believe, so there must be one.
 */
export function marksIn(source: string): readonly Mark[] {
  return source.split('\n').flatMap((text, at) => {
    const reason = MARK.exec(text)?.[1]?.trim();
    return reason === undefined ? [] : [{ line: at + 2, reason }];
  });
}

/** The same source without its marks. */
export function withoutMarks(source: string): string {
  return source
    .split('\n')
    .filter((line) => !MARK.test(line))
    .join('\n');
}

/** Why this mutation is no mistake, if its line is marked. */
export function reasonFor(source: string, { start }: Mutation, marks: readonly Mark[]): string | undefined {
  const line = lineOf(source, start);
  return marks.find((mark) => mark.line === line)?.reason;
}
