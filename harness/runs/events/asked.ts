import type { CountsReport, MainLifeReport, PlanReport } from '../../../reports/schema/run.ts';
import { count, number } from '../../../reports/text.ts';

/** Why an exploration ended before it was through, and what it would take to know more. */
export const STOPPED = {
  bail: 'enough failures',
  states: 'too many states: give it more with --states, sync more often, or ask for less with --tier bounded',
  time: 'the budget ran out: give it more with --budget, or ask for less with --tier bounded',
  interrupted: 'interrupted',
  missing: 'shards are missing',
} as const;

/**
 * Closure is a claim about all states, so a run that was asked for it and had to leave some out has not answered. What
 * was asked to be left out, by `--depth`, `--at` or a tier, is no reason.
 *
 * @returns what is missing, and what it would take; null if nothing is
 */
export function lessThanAsked(plan: PlanReport, counts: CountsReport): string | null {
  if (plan.tier === 'bounded') return null;
  if (counts.bounded > 0 && plan.accept !== 'bounded') {
    const points = `${number(counts.bounded)} of the ${count(counts.bounded + counts.exhaustive, 'crash point')}`;
    return (
      `not closed: ${points} of all lives were not looked at whole, as some have more than ` +
      `${count(plan.cap, 'survival')}: raise --cap, sync more often, or ask for less with --accept bounded`
    );
  }
  if (counts.unexpanded > 0 && plan.depth === null) {
    return `not closed: the recoveries of ${count(counts.unexpanded, 'state')} were not cut again`;
  }
  return null;
}

/**
 * A program that never changes the simulated disk can't be hurt by cutting its power, and that says nothing about it.
 *
 * @returns what is the matter, with the likely cause; null if something was done
 */
export function nothingDone(
  { mainOps, recoveryOps }: CountsReport,
  { realPaths = [] }: Pick<MainLifeReport, 'realPaths'>,
): string | null {
  if (mainOps > 0 || recoveryOps > 0) return null;
  const nothing = 'nothing was done on the simulated disk: neither run nor recover made a single op';
  if (realPaths.length === 0) {
    return `${nothing}; did they write through the real node:fs instead of the fs that they are given?`;
  }
  return `${nothing}, but run named ${realPaths.join(', ')} of the real file system: use the fs that it is given`;
}
