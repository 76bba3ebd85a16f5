import { canonical, type Canonical } from '../../explore/canonical.ts';
import type { RunEvent, StartEvent } from '../../../reports/events.ts';
import type { ReportModel, RunModel } from '../../../reports/model.ts';
import type { PlanReport, ResultReport, WorkReport } from '../../../reports/schema/run.ts';
import type { CauseReport } from '../../../reports/schema/story.ts';
import { GROUPS_MAX } from '../events/causes.ts';
import { graphEvents } from '../events/graph-events.ts';
import { groupsOf } from '../events/groups.ts';
import { mergeGraphs } from './merge-graphs.ts';
import { summarize } from '../events/summary.ts';

/**
 * The events of the run that the shards are parts of, as if it had been explored in one. Everything is worked out anew
 * from their graphs together; only `work` and times are sums.
 *
 * @param shards all of them, of one run: see `shard-set.ts`; or some, and then the verdict is no better than unknown
 */
export function mergeShards(shards: readonly ReportModel[]): RunEvent[] {
  const { start } = shards[0]!;
  const missing = shards.length < (start.shard?.count ?? 1);
  const runs = start.shard ? shards[0]!.runs : [];
  const merged = runs.flatMap(({ run }) =>
    mergeRuns(
      shards.map((shard) => shard.runs[run]!),
      missing,
    ),
  );
  const verdicts = merged.flatMap((event) => (event.type === 'run-end' ? [event.verdict] : []));
  return [
    startOf(shards),
    ...runs.map(announced),
    ...shards.flatMap(({ damage }) => damage.map((text): RunEvent => ({ type: 'damage', text }))),
    ...merged,
    {
      type: 'end',
      verdict: verdicts.includes('counterexample')
        ? 'counterexample'
        : verdicts.includes('unknown')
          ? 'unknown'
          : 'converged',
      interrupted: shards.some((shard) => shard.interrupted),
      elapsedMs: sum(shards.map((shard) => shard.elapsedMs)),
      ...peakOf(shards),
    },
  ];
}

/** Each shard has a process of its own. */
function peakOf(shards: readonly ReportModel[]): { readonly peakMemory?: number } {
  const known = shards.flatMap(({ peakMemory }) => peakMemory ?? []);
  return known.length > 0 ? { peakMemory: Math.max(...known) } : {};
}

function startOf(shards: readonly ReportModel[]): StartEvent {
  const startedAt = shards.map(({ start }) => start.startedAt).sort()[0]!;
  return { ...shards[0]!.start, startedAt, shard: null, shards: shards.length };
}

function announced({ run, scenario, summary, model, plan, knownToBreak, reproduceWith }: RunModel): RunEvent {
  return { type: 'run', run, scenario, summary, model, plan, knownToBreak, reproduceWith };
}

/** One scenario under one model, of all shards. */
function mergeRuns(parts: readonly RunModel[], missing: boolean): RunEvent[] {
  const { run, model, plan, life, deaths, kills = null } = parts[0]!;
  const elapsedMs = sum(parts.map((part) => part.elapsedMs));
  if (life === null || parts.some((part) => part.work === null)) return [unexplored(parts, elapsedMs)];
  const { graph, stopped } = put(parts, plan, missing);
  const summary = summarize({ model, graph, plan, life, work: workOf(parts), stopped, shard: null });
  const { causes, notGrouped } = mergeCauses(
    parts,
    graph,
    life.ops.map((op) => op.kind),
  );
  return [
    { ...life, type: 'life', run },
    ...graphEvents(run, graph),
    ...causes.map((cause): RunEvent => ({ type: 'cause', run, ...cause })),
    {
      type: 'run-end',
      run,
      ...summary,
      ...(deaths ? { deaths, kills } : {}),
      failuresNotGrouped: notGrouped,
      elapsedMs,
    },
  ];
}

/** A scenario that could not be explored, in one shard at least: that one says why. */
function unexplored(parts: readonly RunModel[], elapsedMs: number): RunEvent {
  const { run, reason, coverage, convergenceNote } = parts.find((part) => part.work === null) ?? parts[0]!;
  return {
    type: 'run-end',
    run,
    verdict: parts.some((part) => part.verdict === 'counterexample') ? 'counterexample' : 'unknown',
    reason,
    counts: null,
    work: null,
    closed: false,
    stopped: null,
    coverage,
    convergence: null,
    convergenceNote,
    heat: '',
    pointCoverage: '',
    restarts: null,
    failuresNotGrouped: 0,
    elapsedMs,
  };
}

/**
 * A shard stops at its own last allowed failure, which comes later than that of the whole; so what the whole would not
 * have looked at any more is left out. Where a shard was cut short, there is no telling what the whole would have seen.
 */
function put(
  parts: readonly RunModel[],
  plan: PlanReport,
  missing: boolean,
): { graph: Canonical; stopped: ResultReport['stopped'] } {
  const reached = mergeGraphs(parts.map((part) => part.graph));
  const short = parts.find(({ stopped }) => stopped !== null && stopped !== 'bail')?.stopped;
  if (short || missing) return { graph: canonical(reached), stopped: short ?? 'missing' };
  const graph = canonical(reached, { bail: plan.bail, after: plan.after ?? Infinity });
  return { graph, stopped: graph.ended ? 'bail' : null };
}

/** Of each group of failures that looks alike, the story of the first, which its shard has told. */
function mergeCauses(
  parts: readonly RunModel[],
  graph: Canonical,
  kinds: readonly string[],
): { causes: readonly CauseReport[]; notGrouped: number } {
  const told = new Map<string, CauseReport>();
  for (const part of parts) {
    for (const cause of part.told) {
      const key = toldKey(part.graph.keys[cause.state]!, cause.invariant);
      if (!told.has(key)) told.set(key, cause);
    }
  }
  const causes: CauseReport[] = [];
  const covered = new Set<number>();
  for (const { invariant, states } of groupsOf(graph, kinds)) {
    const cause = told.get(toldKey(graph.states[states[0]!]!.key, invariant));
    if (!cause || causes.length >= GROUPS_MAX) continue;
    causes.push({ ...cause, failures: states.length, state: states[0]! });
    for (const state of states) covered.add(state);
  }
  return { causes, notGrouped: graph.failures.filter((state) => !covered.has(state)).length };
}

/** A state may break several invariants, and each of them is told. */
function toldKey(state: string, invariant: string): string {
  return `${state} ${invariant}`;
}

function workOf(parts: readonly RunModel[]): WorkReport {
  const total = (name: keyof WorkReport): number => sum(parts.map((part) => part.work![name]));
  return {
    made: total('made'),
    recoveries: total('recoveries'),
    checks: total('checks'),
    masked: total('masked'),
    compared: total('compared'),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}
