import { canonical, type Canonical } from '../explore/canonical.ts';
import type { Exploration } from '../explore/exploration.ts';
import { reachedBy } from '../explore/reached.ts';
import { describeOp } from '../explore/story.ts';
import { EffectGraph } from '../persistence/graph.ts';
import { isSync } from '../persistence/rules.ts';
import type { EventOf, RunEvent } from '../../reports/events.ts';
import type { MainLifeReport, PlanReport } from '../../reports/schema/run.ts';
import type { Causes } from './causes.ts';
import { graphEvents } from './graph-events.ts';
import type { Job } from './job.ts';
import { summarize } from './summary.ts';

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
function planReport({ tier, t, depth, at, cap, seed, bail, dontCare, statesMax }: Job['plan']): PlanReport {
  return {
    tier,
    t,
    depth: Number.isFinite(depth) ? depth : null,
    // Without an end, a range goes to the last op, whichever that is.
    at: at ? { from: at.from, to: Math.min(at.to, Number.MAX_SAFE_INTEGER) } : null,
    cap,
    seed,
    bail: bail ?? 1,
    dontCare: dontCare ?? false,
    statesMax: statesMax ?? null,
  };
}

/** The exploration's states in the order in which all reports number them. */
export function graphOf(job: Job, exploration: Exploration): Canonical {
  return canonical(reachedBy(exploration, job.plan.shard));
}

/** What an exploration came to, as events. */
export function explorationEvents(
  run: number,
  job: Job,
  exploration: Exploration,
  graph: Canonical,
  { causes, notGrouped }: Causes,
  elapsedMs: number,
): RunEvent[] {
  const { generated, recoveries, checks, masked, compared } = exploration.counts;
  const life = lifeReport(exploration);
  const summary = summarize({
    graph,
    plan: planReport(job.plan),
    life,
    work: { made: generated, recoveries, checks, masked, compared },
    stopped: exploration.stopped ?? null,
    shard: job.plan.shard ?? null,
  });
  return [
    { type: 'life', run, ...life },
    ...graphEvents(run, graph),
    ...causes.map((cause) => ({ type: 'cause' as const, run, ...cause })),
    { type: 'run-end', run, ...summary, failuresNotGrouped: notGrouped, elapsedMs: Math.max(0, elapsedMs) },
  ];
}

/** A job that could not be explored at all. */
export function unexplored(run: number, reason: string, elapsedMs: number): RunEvent[] {
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
      elapsedMs: Math.max(0, elapsedMs),
    },
  ];
}

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
  };
}
