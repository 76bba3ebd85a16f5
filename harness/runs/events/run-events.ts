import { canonical, type Canonical } from '../../explore/canonical.ts';
import type { Exploration } from '../../explore/exploration.ts';
import { reachedBy } from '../../explore/reached.ts';
import { describeOp } from '../../explore/describe.ts';
import { EffectGraph } from '../../persistence/graph.ts';
import { isSync } from '../../persistence/rules.ts';
import type { EventOf, RunEvent } from '../../../reports/events.ts';
import type { MainLifeReport, PlanReport, ResultReport } from '../../../reports/schema/run.ts';
import type { LedgerReport } from '../../../reports/schema/syncs.ts';
import { STOPPED } from './asked.ts';
import type { Causes } from './causes.ts';
import { graphEvents } from './graph-events.ts';
import type { Job } from '../job.ts';
import { summarize, type Summary } from './summary.ts';

/** What a run tells before it begins. */
export function runEvent(run: number, job: Job): EventOf<'run'> {
  const { source, summary, model, plan, knownToBreak, reproduceWith } = job;
  const report = {
    scenario: source.name,
    summary,
    model,
    plan: planReport(plan),
    knownToBreak,
    reproduceWith,
  };
  return { type: 'run', run, ...report };
}

/** A plan as JSON can hold it: without infinities. */
function planReport(plan: Job['plan']): PlanReport {
  const { tier, accept, t, deaths, kills, depth, at, cap, seed, bail, after, dontCare, statesMax } = plan;
  const { faults = [], faultCount = 1, orders } = plan;
  return {
    tier,
    accept: accept ?? tier,
    t,
    ...(deaths ? { deaths: [...deaths], kills: kills ?? null } : {}),
    ...(faults.length > 0 ? { faults: [...faults], faultCount } : {}),
    ...(orders === undefined ? {} : { orders }),
    depth: Number.isFinite(depth) ? depth : null,
    // Without an end, a range goes to the last op, whichever that is.
    at: at ? { from: at.from, to: Math.min(at.to, Number.MAX_SAFE_INTEGER) } : null,
    cap,
    seed,
    bail: bail ?? 1,
    after: after ?? null,
    dontCare: dontCare ?? false,
    statesMax: statesMax ?? null,
  };
}

/** The exploration's states in the order in which all reports number them. */
export function graphOf(job: Job, exploration: Exploration): Canonical {
  return canonical(reachedBy(exploration, job.plan.shard));
}

/**
 * What an exploration came to, as events.
 *
 * @param job with the plan as it was carried out: what it leaves open has been decided
 */
export function explorationEvents(
  run: number,
  job: Job,
  exploration: Exploration,
  graph: Canonical,
  { causes, notGrouped }: Causes,
  { elapsedMs, late }: { readonly elapsedMs: number; readonly late?: Late | undefined },
  ledger?: LedgerReport,
): RunEvent[] {
  const life = lifeReport(exploration);
  const plan = planReport(job.plan);
  const summary = summaryOf(job, exploration, graph, life);
  return [
    { type: 'life', run, ...life },
    ...graphEvents(run, graph),
    ...causes.map((cause) => ({ type: 'cause' as const, run, ...cause })),
    ...(ledger ? [{ type: 'ledger' as const, run, ...ledger }] : []),
    {
      type: 'run-end',
      run,
      ...(plan.deaths ? { deaths: plan.deaths, kills: plan.kills ?? null } : {}),
      ...summary,
      failuresNotGrouped: notGrouped,
      ...(late ? { late } : {}),
      elapsedMs: Math.max(0, elapsedMs),
    },
  ];
}

/** The verdict on an exploration, and the numbers that go with it. */
export function summaryOf(
  job: Job,
  exploration: Exploration,
  graph: Canonical,
  life = lifeReport(exploration),
): Summary {
  const { generated, recoveries, checks, masked, compared } = exploration.counts;
  return summarize({
    model: job.model,
    graph,
    plan: planReport(job.plan),
    life,
    work: { made: generated, recoveries, checks, masked, compared },
    stopped: exploration.stopped ?? null,
    shard: job.plan.shard ?? null,
  });
}

/** Why a job had to end early. */
export type Late = NonNullable<ResultReport['late']>;

/** A job that nobody had time for. */
export function tooLate(run: number, late: Late, elapsedMs: number): RunEvent[] {
  return unexplored(run, STOPPED[late], elapsedMs, late);
}

/** A job that could not be explored at all. */
export function unexplored(run: number, reason: string, elapsedMs: number, late?: Late): RunEvent[] {
  const nothing = 'nothing was explored';
  return [
    {
      type: 'run-end',
      run,
      verdict: 'unknown',
      reason,
      counts: null,
      work: null,
      closed: false,
      stopped: null,
      coverage: nothing,
      convergence: null,
      convergenceNote: nothing,
      heat: '',
      pointCoverage: '',
      restarts: null,
      failuresNotGrouped: 0,
      ...(late ? { late } : {}),
      elapsedMs: Math.max(0, elapsedMs),
    },
  ];
}

/** Real paths that are named, at most: one is enough to see what is the matter. */
const REAL_PATHS_MAX = 5;

function lifeReport({ main, model, scenario }: Exploration): MainLifeReport {
  const { life, boot } = main;
  const graph = new EffectGraph(model, boot);
  let pendingMax = 0;
  for (const op of model.independent ? life.ops : []) {
    graph.step(op);
    pendingMax = Math.max(pendingMax, graph.pending.length);
  }
  return {
    ops: life.ops.map((op) => ({ kind: op.kind, path: op.path, text: describeOp(op), sync: isSync(op) })),
    phases: life.phases.map((mark) => ({ from: mark.after, name: mark.value })),
    acknowledged: life.acknowledged.map((mark) => ({ what: mark.value, after: mark.after })),
    pendingMax: model.independent ? pendingMax : null,
    uptimeMax: scenario.uptimeMax ?? null,
    ...(life.overlaps > 0 ? { overlaps: life.overlaps } : {}),
    ...(life.cutOff ? { cutOff: [...life.cutOff] } : {}),
    ...(life.realPaths ? { realPaths: life.realPaths.slice(0, REAL_PATHS_MAX) } : {}),
  };
}
