import { deathsCount } from './claim.ts';
import type { RunModel } from './model.ts';
import type { Paint } from './paint.ts';
import { count, escapeText, number } from './text.ts';
import { VERDICT_STYLE } from './total-text.ts';

/** What a run came to, in one to three lines. */
export function runLines(run: RunModel, paint: Paint): string[] {
  const words = paint(VERDICT_STYLE[run.verdict], verdictWords(run));
  const lines = [run.counts ? `${words}: ${countsText(run)}` : words];
  if (run.convergence) return [...lines, convergenceText(run.convergence)];
  if (!run.closed || (run.work?.masked ?? 0) > 0) lines.push(escapeText(run.coverage));
  if (run.counts) {
    const note = escapeText(run.convergenceNote ?? '');
    lines.push(paint('dim', `convergence numbers not computed: ${note}`));
  }
  return lines;
}

/** The verdict in words, which claim no more than was looked at. */
export function verdictWords(run: RunModel): string {
  switch (run.verdict) {
    case 'converged':
      if (!run.closed) return 'converges as far as it was looked at';
      return run.knownToBreak ? 'converges, though it is known to break' : 'converges';
    case 'unknown':
      return `unknown (${escapeText(run.reason ?? '')})`;
    default: {
      const known = run.knownToBreak ? ', as is known' : '';
      if (run.causes.length === 0) return `DOES NOT CONVERGE${known} (${escapeText(run.reason ?? '')})`;
      const uncut = run.causes.some(({ story }) => story.uncut === 'start' || story.uncut === 'end');
      return `DOES NOT CONVERGE${uncut ? ', even without any cut' : ''}${known}`;
    }
  }
}

/** How many states, and how far. */
export function countsText(run: RunModel): string {
  const counts = run.counts!;
  const verified = counts.verified === counts.states ? 'all verified' : `${number(counts.verified)} verified`;
  const cuts = `up to ${deathsCount(counts.depth, run.plan)} in a row`;
  const closed = run.closed ? ', closed' : '';
  return (
    `${count(counts.mainOps + 1, 'crash point')}, ${count(counts.generated, 'crash state')} generated, ` +
    `${number(counts.states)} distinct, ${verified}, ${cuts}${closed}`
  );
}

/** How it comes back, in a sentence. */
export function convergenceText(numbers: NonNullable<RunModel['convergence']>): string {
  const { longestRecovery, minimumUptime, ratio, mostRestarts, workAmplification } = numbers;
  const longest = `longest recovery ${count(longestRecovery, 'op')}`;
  if (minimumUptime === 0) return `comes back however short its lives are (${longest})`;
  return (
    `comes back if lives last ${count(minimumUptime, 'op')} (${longest}, ratio ${ratio.toFixed(2)}); then ` +
    `${count(mostRestarts, 'restart')} and ${workAmplification.toFixed(1)} times the work of an uncut run at most`
  );
}
