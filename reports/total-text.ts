import { claimOf } from './claim.ts';
import type { ReportModel, RunModel } from './model.ts';
import type { Paint } from './paint.ts';
import { count, duration, escapeText, megabytes, rate } from './text.ts';

export const VERDICT_GLYPH = { converged: '✓', counterexample: '✗', unknown: '?' } as const;
export const VERDICT_STYLE = { converged: 'good', counterexample: 'bad', unknown: 'unsure' } as const;

/** The verdict on everything, and what it is a verdict on: a line each. */
export function totalLines(model: ReportModel, paint: Paint): string[] {
  const of = (verdict: RunModel['verdict']): number =>
    model.runs.filter((run) => run.verdict === verdict).length;
  const [good, bad, open] = [of('converged'), of('counterexample'), of('unknown')];
  const states = model.runs.reduce((sum, run) => sum + (run.counts?.verified ?? 0), 0);
  const checked = `${count(states, 'disk state')} recovered and checked in ${duration(model.elapsedMs)}`;
  const cost = costText(model, states);
  const interrupted = model.interrupted ? 'interrupted: ' : '';
  const all = count(model.runs.length, 'run');
  const unknown =
    open > 0 ? `${open} of ${all} not known to converge` : 'the report is damaged, so not all of it is known';
  const verdict = {
    converged: `PASS  ${count(good, 'run')}: ${passed(model)}`,
    counterexample: `FAIL  ${bad} of ${all} ${bad === 1 ? 'does' : 'do'} not converge`,
    unknown: `UNKNOWN  ${interrupted}${unknown}`,
  }[model.verdict];
  const also = model.verdict === 'counterexample' && open > 0 ? `, ${open} not known` : '';
  return [
    `${paint(VERDICT_STYLE[model.verdict], verdict)}${also}; ${checked}${cost}`,
    escapeText(claimOf(model.runs, model.start.shard)),
  ];
}

/** What it took: states a second, and memory at most. */
function costText({ elapsedMs, peakMemory }: ReportModel, states: number): string {
  const memory = peakMemory === undefined ? undefined : `${megabytes(peakMemory)} of memory at most`;
  const known = [rate(states, elapsedMs, 'states'), memory].filter((each) => each !== undefined);
  return known.length > 0 ? ` (${known.join(', ')})` : '';
}

/** A pass claims no more than was looked at. */
function passed({ runs, start }: ReportModel): string {
  const { shard } = start;
  if (shard)
    return `every state of shard ${shard.index} of ${shard.count} converges; merge them for the verdict`;
  const bounded = runs.filter((run) => !run.closed).length;
  if (bounded === 0) return 'every state converges';
  return `every state that was looked at converges; ${bounded} of them did not look at everything, see above`;
}
