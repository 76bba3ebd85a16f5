import { convergence, type Convergence } from '../explore/convergence.ts';
import type { Exploration } from '../explore/exploration.ts';
import type { ExploreOptions } from '../explore/options.ts';
import { isSync } from '../persistence/rules.ts';
import type { RunReport } from '../../reports/schema.ts';
import { count } from '../../reports/text.ts';
import type { Causes } from './causes.ts';
import { coverageText, STOPPED } from './coverage.ts';
import { heatOf } from './heat.ts';
import type { Job } from './job.ts';

/** What an exploration came to, as plain data. */
export function runReport(
  job: Job,
  exploration: Exploration,
  options: ExploreOptions,
  causes: Causes,
  elapsedMs: number,
): RunReport {
  const { counts, closed, main } = exploration;
  const { disks: _, ...counted } = counts;
  // Regions merge states that differ, so a circle in their graph need not be one.
  const numbers = counts.masked > 0 ? undefined : convergence(exploration);
  const livelock = livelockOf(exploration, numbers);
  return {
    ...header(job, elapsedMs),
    ...verdictOf(exploration, livelock),
    counts: counted,
    closed,
    coverage: coverageText(exploration, options),
    convergence: numbers ? convergenceReport(numbers) : null,
    convergenceNote: numbers ? null : whyNot(exploration),
    heat: heatOf(exploration),
    phases: main.life.phases.map((mark) => ({ from: mark.after, name: mark.value })),
    syncs: main.life.ops.filter(isSync).map((op) => op.index),
    causes: [...causes.causes],
    failuresNotGrouped: causes.notGrouped,
  };
}

/** A job that could not be explored at all. */
export function unexplored(job: Job, reason: string, elapsedMs: number): RunReport {
  return {
    ...header(job, elapsedMs),
    verdict: 'unknown',
    reason,
    counts: null,
    closed: false,
    coverage: 'nothing was explored',
    convergence: null,
    convergenceNote: 'nothing was explored',
    heat: '',
    phases: [],
    syncs: [],
    causes: [],
    failuresNotGrouped: 0,
  };
}

function header(
  { source, model, plan, knownToBreak }: Job,
  elapsedMs: number,
): Pick<RunReport, 'scenario' | 'model' | 'tier' | 't' | 'depth' | 'at' | 'knownToBreak' | 'elapsedMs'> {
  return {
    scenario: source.name,
    model,
    tier: plan.tier,
    t: plan.t,
    depth: Number.isFinite(plan.depth) ? plan.depth : null,
    // Without an end, a range goes to the last op, whichever that is; JSON has no infinity.
    at: plan.at ? { from: plan.at.from, to: Math.min(plan.at.to, Number.MAX_SAFE_INTEGER) } : null,
    knownToBreak,
    elapsedMs: Math.max(0, elapsedMs),
  };
}

function verdictOf(
  { failures, stopped, scenario, closed }: Exploration,
  livelock: string | undefined,
): Pick<RunReport, 'verdict' | 'reason'> {
  if (failures.some((node) => node.verdict!.outcome !== 'unknown')) {
    return { verdict: 'counterexample', reason: null };
  }
  if (livelock !== undefined) return { verdict: 'counterexample', reason: livelock };
  const open = failures[0]?.verdict?.findings[0];
  if (open) return { verdict: 'unknown', reason: open.message };
  if (stopped !== undefined) return { verdict: 'unknown', reason: STOPPED[stopped] };
  if (scenario.uptimeMax !== undefined && !closed) {
    const reason = `the minimum uptime, which must be ${scenario.uptimeMax} at most, is known of closed explorations only`;
    return { verdict: 'unknown', reason };
  }
  return { verdict: 'converged', reason: null };
}

/** The scenario sets a limit to the uptime that it may need, and needs more. */
function livelockOf({ scenario }: Exploration, numbers: Convergence | undefined): string | undefined {
  const { uptimeMax } = scenario;
  if (uptimeMax === undefined || numbers === undefined || numbers.minimumUptime <= uptimeMax)
    return undefined;
  const steps = numbers.circle.map((step) => `cut after op ${step.cutAfter}`).join(', ');
  return (
    `livelock: with ${count(numbers.minimumUptime - 1, 'op')} in each life, recovery can go round for ever ` +
    `(${steps}, and again); ${uptimeMax} must be enough`
  );
}

function convergenceReport(numbers: Convergence): NonNullable<RunReport['convergence']> {
  const { longestRecovery, minimumUptime, mostRestarts, workAmplification, curve, circle } = numbers;
  return {
    longestRecovery,
    minimumUptime,
    ratio: longestRecovery === 0 ? 0 : minimumUptime / longestRecovery,
    mostRestarts,
    workAmplification,
    curve: [...curve],
    circle: [...circle],
  };
}

function whyNot({ failures, closed, counts }: Exploration): string {
  if (failures.length > 0) return 'some state does not converge';
  if (!closed) return 'only known when every reachable state is';
  if (counts.masked > 0) return "only exact without don't-care regions: see --exact";
  return 'some crash points were not covered whole';
}
