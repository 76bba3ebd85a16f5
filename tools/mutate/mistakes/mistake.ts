import type { Mutation } from '../mutation.ts';

/** A mistake that somebody might make, or has made, as a change of one text in one file to another one. */
export interface Mistake {
  readonly name: string;
  readonly file: string;
  /** What is there, once. */
  readonly find: string;
  readonly replace: string;
  /** Why it changes nothing that anybody could see, if it does not. */
  readonly equivalent?: string;
}

/** Throws if the text is not there, or more than once: then the engine has changed, and the mistake has to follow. */
export function mutationFor(source: string, { name, file, find, replace }: Mistake): Mutation {
  const start = source.indexOf(find);
  if (start < 0 || source.includes(find, start + 1))
    throw new Error(`mistake "${name}": ${file} must hold its text once, and does not`);
  return { name, start, end: start + find.length, replacement: replace };
}
