import { inject } from 'vitest';

/** The path of the command, made of the sources under test: see test/with-others.ts. */
export function compiled(): string {
  return inject('jiggle');
}
