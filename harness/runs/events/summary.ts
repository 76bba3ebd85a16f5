import type { Canonical } from '../../explore/canonical.ts';
import { convergenceOf, restartsFrom } from '../../explore/convergence.ts';
import type { ShardReport } from '../../../reports/events.ts';
import type {
  CountsReport,
  MainLifeReport,
  PlanReport,
  ResultReport,
  WorkReport,
} from '../../../reports/schema/run.ts';
import { claimOf } from '../../../reports/claim.ts';
import { count } from '../../../reports/text.ts';
import { lessThanAsked, nothingDone, STOPPED } from './asked.ts';
import { coverageText } from './coverage.ts';
import { heatOf } from './heat.ts';

/** What an exploration, or several that were put together, came to know. */
export interface Known {
  readonly model: string;
  readonly graph: Canonical;
  readonly plan: PlanReport;
  readonly life: MainLifeReport;
  readonly work: WorkReport;
  readonly stopped: ResultReport['stopped'];
  /** Null for the whole. */
  readonly shard: ShardReport | null;
}

export type Summary = Omit<ResultReport, 'failuresNotGrouped' | 'elapsedMs'>;

/** The result of a run, worked out from its graph and nothing else: shards that are put together give the same. */
export function summarize(known: Known): Summary {
  const { graph, plan, life, work, stopped, shard } = known;
  const counts = countsOf(graph, life.ops.length);
  const whole = plan.at === null && shard === null;
  const closed = stopped === null && counts.unexpanded === 0 && counts.bounded === 0 && whole;
  const foreign = graph.states.filter((state) => state.foreign).length;
  const without = whyNot(graph, plan, counts, work, closed);
  const numbers = without === null ? numbersOf(graph, life.ops.length) : null;
  const { pendingMax } = life;
  const claim = claimOf([{ model: known.model, plan, life, counts, work, closed, stopped }], shard);
  return {
    ...verdictOf(known, counts, closed, numbers),
    counts,
    work,
    closed,
    stopped,
    claim,
    coverage: coverageText({
      counts,
      work,
      plan,
      closed,
      stopped,
      pendingMax,
      shard,
      foreign,
      failures: graph.failures.length,
    }),
    convergence: numbers,
    convergenceNote: without,
    heat: heatOf(graph, life.ops.length),
    pointCoverage: pointCoverageOf(graph, plan, life.ops.length),
    restarts: numbers ? [...restartsFrom(graph, graph.states.length, numbers.minimumUptime)] : null,
  };
}

function countsOf(graph: Canonical, mainOps: number): CountsReport {
  const points = { exhaustive: 0, bounded: 0 };
  for (let life = -1; life < graph.states.length; life++) {
    for (const { configuration } of graph.visits(life < 0 ? undefined : life)) {
      points[graph.configurations[configuration]!.coverage]++;
    }
  }
  const verified = graph.states.filter((state) => state.verdict !== undefined);
  return {
    mainOps,
    generated: graph.configurations.reduce(
      (sum, { members, killed }) => sum + members.length + (killed === undefined ? 0 : 1),
      0,
    ),
    states: graph.states.length,
    verified: verified.length,
    depth: graph.states.reduce((depth, state) => Math.max(depth, state.depth), 0),
    recoveryOps: verified.reduce((sum, state) => sum + state.recoveryOps, 0),
    ...points,
    unexpanded: verified.filter((state) => !state.expanded).length,
  };
}

function numbersOf(graph: Canonical, mainOps: number): NonNullable<ResultReport['convergence']> {
  const recoveries = graph.states.map((state) => state.recoveryOps);
  const { curve, circle, ...numbers } = convergenceOf(graph, mainOps, recoveries);
  const { longestRecovery, minimumUptime } = numbers;
  return {
    ...numbers,
    ratio: longestRecovery === 0 ? 0 : minimumUptime / longestRecovery,
    curve: [...curve],
    circle: [...circle],
  };
}

/** Why there are no convergence numbers; null if there are. */
function whyNot(
  graph: Canonical,
  plan: PlanReport,
  counts: CountsReport,
  work: WorkReport,
  closed: boolean,
): string | null {
  if (graph.failures.length > 0) return 'some state does not converge';
  if (!closed) return 'only known when every reachable state is';
  if (plan.faults) return 'only worked out where no call fails';
  if (plan.orders !== undefined) return 'only worked out for calls in the order in which they were made';
  // Regions merge states that differ, so a circle in their graph need not be one.
  if (work.masked > 0) return "only exact without don't-care regions: see --exact";
  return counts.bounded > 0 ? 'some crash points were not covered whole' : null;
}

function verdictOf(
  { graph, plan, life, stopped, shard }: Known,
  counts: CountsReport,
  closed: boolean,
  numbers: ResultReport['convergence'],
): Pick<ResultReport, 'verdict' | 'reason'> {
  const failures = graph.failures.map((number) => graph.states[number]!.verdict!);
  if (failures.some(({ outcome }) => outcome !== 'unknown')) {
    return { verdict: 'counterexample', reason: null };
  }
  const livelock = livelockOf(life.uptimeMax, numbers);
  if (livelock !== null) return { verdict: 'counterexample', reason: livelock };
  const open = failures[0]?.findings[0];
  if (open) return { verdict: 'unknown', reason: open.message };
  if (stopped !== null) return { verdict: 'unknown', reason: STOPPED[stopped] };
  const less = nothingDone(counts, life) ?? lessThanAsked(plan, counts);
  if (less !== null) return { verdict: 'unknown', reason: less };
  // A shard alone can't close, so it leaves the question to whoever puts the shards together.
  if (life.uptimeMax !== null && !closed && shard === null) {
    const reason = `the minimum uptime, which must be ${life.uptimeMax} at most, is known of closed explorations only`;
    return { verdict: 'unknown', reason };
  }
  return { verdict: 'converged', reason: null };
}

/** The scenario sets a limit to the uptime that it may need, and needs more. */
function livelockOf(uptimeMax: number | null, numbers: ResultReport['convergence']): string | null {
  if (uptimeMax === null || numbers === null || numbers.minimumUptime <= uptimeMax) return null;
  const steps = numbers.circle.map((step) => `cut after op ${step.cutAfter}`).join(', ');
  return (
    `livelock: with ${count(numbers.minimumUptime - 1, 'op')} in each life, recovery can go round for ever ` +
    `(${steps}, and again); ${uptimeMax} must be enough`
  );
}

function pointCoverageOf(graph: Canonical, plan: PlanReport, mainOps: number): string {
  const cells = Array.from({ length: mainOps + 1 }, () => ' ');
  for (const { at, configuration } of graph.visits(undefined)) {
    const bounded = graph.configurations[configuration]!.coverage === 'bounded';
    if (bounded) cells[at] = plan.tier === 'bounded' ? 'b' : 's';
    else if (cells[at] === ' ') cells[at] = 'e';
  }
  return cells.join('');
}
