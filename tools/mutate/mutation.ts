/** One small change to a source, as a mistake would be. */
export interface Mutation {
  /** What kind of mistake it is: the name of an operator, or of a mistake of the list. */
  readonly name: string;
  /** Where it is, in UTF-16 units of the source, and what stands there instead. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

export function applied(source: string, { start, end, replacement }: Mutation): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

/** The number of the line, the first is 1, that holds this place. */
export function lineOf(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}

/** What is changed, in one line that a person can read. */
export function described(source: string, { start, end, replacement }: Mutation): string {
  const short = (text: string): string => {
    const line = text.replaceAll(/\s+/g, ' ').trim();
    return line.length > 70 ? `${line.slice(0, 67)}...` : line;
  };
  const before = short(source.slice(start, end));
  const after = short(replacement);
  return after === '' || after === ';' ? `without ${before}` : `${before} -> ${after}`;
}
