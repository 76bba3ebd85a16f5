import { claimOf } from './claim.ts';
import type { ShardReport } from './events.ts';
import type { RunModel } from './model.ts';
import type { StateGraphModel } from './state-graph.ts';

/**
 * What a passing run has shown beyond its verdict. All of it is read off the graph of states and the convergence
 * numbers, and nothing is said that they don't hold: a state passes or it doesn't, so how near one came to failing is
 * told only as the uptime that it needs, and as the cuts that it can still meet.
 */
export interface Proof {
  /** What this is a proof of, in one sentence. */
  readonly claim: string;
  /** States by the fewest deaths that lead to each, 0 included where a failing call alone does; none left out. */
  readonly depths: readonly { readonly depth: number; readonly states: number }[];
  /** The first of the states that take the most deaths to reach; null if nothing was reached. */
  readonly furthest: Furthest | null;
  /** The first of the states whose recoveries are longest, and how long they are, in ops. */
  readonly longest: { readonly state: number; readonly ops: number } | null;
  /** The states that can be cut most often on their way back, with lives of the minimum uptime; null if not known. */
  readonly mostCuts: {
    readonly cuts: number;
    readonly states: readonly number[];
    readonly all: number;
  } | null;
  /** In ops: a minimum uptime above this would have been a livelock; null if the scenario sets no limit. */
  readonly uptimeMax: number | null;
}

export interface Furthest {
  readonly state: number;
  /** How many are as far. */
  readonly all: number;
  /** The way there, from the main life on: after which op each life ends. */
  readonly cuts: readonly number[];
  /** Which of these ends are kills. */
  readonly killed: readonly boolean[];
}

/** States that are named before the rest is a number. */
const NAMED_MAX = 4;

/** Null of a run that did not pass, or explored nothing. */
export function proofOf(run: RunModel, shard: ShardReport | null): Proof | null {
  if (run.verdict !== 'converged' || run.counts === null) return null;
  const { graph } = run;
  const depths = depthsOf(graph);
  return {
    claim: run.claim ?? claimOf([run], shard),
    depths,
    furthest: furthestIn(graph, depths.at(-1)),
    longest: longestIn(graph.recoveries),
    mostCuts: mostCutsIn(run.restarts),
    uptimeMax: run.life?.uptimeMax ?? null,
  };
}

function depthsOf({ depths }: StateGraphModel): Proof['depths'] {
  const counts = new Map<number, number>();
  for (const depth of depths) counts.set(depth, (counts.get(depth) ?? 0) + 1);
  return [...counts].sort(([left], [right]) => left - right).map(([depth, states]) => ({ depth, states }));
}

function furthestIn(graph: StateGraphModel, last: Proof['depths'][number] | undefined): Furthest | null {
  if (!last) return null;
  const state = graph.depths.indexOf(last.depth);
  const way = [state];
  for (let at = graph.parents[state]!; at >= 0; at = graph.parents[at]!) way.unshift(at);
  const branches = new Set([...graph.branches.values()].flat());
  // A life with a failing call is its parent's life lived again: nothing has ended there.
  const ends = way.filter((each) => !branches.has(each));
  return {
    state,
    all: last.states,
    cuts: ends.map((each) => graph.cuts[each]!),
    killed: ends.map((each) => graph.killed.has(each)),
  };
}

function longestIn(recoveries: readonly number[]): Proof['longest'] {
  let state = -1;
  for (let i = 0; i < recoveries.length; i++) if (state < 0 || recoveries[i]! > recoveries[state]!) state = i;
  return state < 0 ? null : { state, ops: recoveries[state]! };
}

function mostCutsIn(restarts: RunModel['restarts']): Proof['mostCuts'] {
  if (restarts === null || restarts.length === 0) return null;
  const cuts = restarts.reduce((most, each) => Math.max(most, each), 0);
  const states = restarts.flatMap((each, state) => (each === cuts ? [state] : []));
  return { cuts, states: states.slice(0, NAMED_MAX), all: states.length };
}
