import type { Verdict } from '../explore/outcome.ts';

/** What the command ends with; `--help` prints them. */
export const EXIT = {
  converged: 0,
  counterexample: 1,
  unknown: 2,
  badArguments: 254,
  fault: 255,
  interrupted: 130,
} as const;

export const EXIT_CODES_HELP = `Exit codes:
  0    every state converged
  1    a counterexample was found
  2    unknown: the budget ran out, a check threw, or a scenario could not be explored
  254  bad arguments
  255  a fault in the harness itself
  130  interrupted`;

/** An argument that can't be used: one line that says what is wrong and what would be right. */
export class BadArgument extends Error {
  override name = 'BadArgument';
}

/** What a single verdict ends the command with. */
export function codeOf({ verdict }: { readonly verdict: Verdict }): number {
  if (verdict.outcome === 'converged') return EXIT.converged;
  return verdict.outcome === 'unknown' ? EXIT.unknown : EXIT.counterexample;
}
