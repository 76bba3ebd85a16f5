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
  2    unknown: less was looked at than was asked for, as when the budget ran out; or a check threw, or a scenario
       could not be explored
  254  bad arguments
  255  a fault in the harness itself, or standard output can't be written to
  130  interrupted`;

/** What a single verdict ends the command with. */
export function codeOf({ verdict }: { readonly verdict: Verdict }): number {
  if (verdict.outcome === 'converged') return EXIT.converged;
  return verdict.outcome === 'unknown' ? EXIT.unknown : EXIT.counterexample;
}
