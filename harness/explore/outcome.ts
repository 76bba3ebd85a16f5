import type { Finding } from '../programs/scenario.ts';

/**
 * What became of one crash state.
 * - converged: recovery ended, every invariant holds, and a further recovery changes nothing
 * - lost: something acknowledged is gone
 * - corrupt: another invariant is broken
 * - stuck: recovery threw, or never ended
 * - livelock: recovery ends and does not settle, or needs a longer uptime than the scenario allows
 * - unknown: the check could not tell, or the budget ran out; never counted as a pass
 */
export type Outcome = 'converged' | 'lost' | 'corrupt' | 'stuck' | 'livelock' | 'unknown';

/** From the best to the worst: the worst of several findings is the outcome of their state. */
export const OUTCOMES: readonly Outcome[] = ['converged', 'unknown', 'livelock', 'stuck', 'corrupt', 'lost'];

/** What recovery and check made of a state: an outcome and, unless it converged, why. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
}

export function worst(outcomes: Iterable<Outcome>): Outcome {
  let result = 0;
  for (const outcome of outcomes) result = Math.max(result, OUTCOMES.indexOf(outcome));
  return OUTCOMES[result]!;
}

export const CONVERGED: Verdict = { outcome: 'converged', findings: [] };

/** One line about anything that was thrown. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split('\n', 1)[0]!;
}
