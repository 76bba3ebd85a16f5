import type { Exploration } from './exploration.ts';
import type { Ways } from './state-graph.ts';

/**
 * How much uptime a program needs to come back, from the graph of states. A story is endless if cuts come again and
 * again before recovery has ended; with at least `m` ops in each life, only edges whose last crash point is `m` or
 * later can be part of it, so the smallest `m` without a circle is the minimum uptime.
 */
export interface Convergence {
  /** Ops of the longest recovery: a life that lasts longer always ends. */
  readonly longestRecovery: number;
  /** The smallest number of ops per life from which no endless story exists. */
  readonly minimumUptime: number;
  /** The most restarts that a story can need at the minimum uptime, the last, uncut one included. */
  readonly mostRestarts: number;
  /** Ops of all lives in the worst story at the minimum uptime, over those of the uncut main life. */
  readonly workAmplification: number;
  /** Most restarts by uptime per life, in ops, from the minimum uptime on; only where it changes. */
  readonly curve: readonly { readonly uptime: number; readonly restarts: number }[];
  /** States of a circle in which every life is one op shorter than the minimum uptime; none if that is 0. */
  readonly circle: readonly { readonly state: number; readonly cutAfter: number }[];
}

interface Edge {
  readonly to: number;
  /** The last crash point at which the edge is possible; none for those that are no cut. */
  readonly last: number | undefined;
}

/**
 * Node 0 is the main life, node n + 1 is state n, and after the states come the configurations. A life's edges lead to
 * the configurations that it comes through and are its cuts, and to the states that it leaves when it is killed; those
 * of a configuration lead on to the states that a cut leaves.
 */
type Graph = readonly (readonly Edge[])[];

/** Computed on exact closures only, with no disk taken for another one and no failing calls; undefined otherwise. */
export function convergence(exploration: Exploration): Convergence | undefined {
  const { graph, nodes, counts, failures, closed } = exploration;
  if (!closed || counts.bounded + counts.masked + counts.alternatives > 0 || failures.length > 0)
    return undefined;
  return convergenceOf(
    graph,
    counts.mainOps,
    nodes.map((node) => node.recoveryOps),
  );
}

/**
 * The same of any graph whose states are all known and all converge.
 *
 * @param mainOps ops of the uncut main life
 * @param recoveries ops of each state's uncut recovery
 */
export function convergenceOf(ways: Ways, mainOps: number, recoveries: readonly number[]): Convergence {
  const graph = graphOf(ways, recoveries.length);
  const lengths = [mainOps, ...recoveries];
  const longestRecovery = recoveries.reduce((most, ops) => Math.max(most, ops), 0);
  const minimumUptime = smallestAcyclic(graph, longestRecovery);
  const at = longest(graph, lengths, minimumUptime)!;
  return {
    longestRecovery,
    minimumUptime,
    mostRestarts: at.restarts,
    workAmplification: at.ops / Math.max(1, mainOps),
    curve: curveOf(graph, lengths, minimumUptime, longestRecovery),
    circle: minimumUptime === 0 ? [] : circleAt(graph, recoveries.length, minimumUptime - 1),
  };
}

/** For each state, the most restarts that a story from it on can need at an uptime without endless stories. */
export function restartsFrom(ways: Ways, count: number, uptime: number): readonly number[] {
  const graph = graphOf(ways, count);
  const sorted = order(graph, uptime);
  if (!sorted) return [];
  const restarts = new Int32Array(graph.length);
  for (const from of sorted.toReversed()) {
    for (const edge of graph[from]!) {
      if (!circulates(from, edge, uptime)) continue;
      restarts[from] = Math.max(restarts[from]!, restarts[edge.to]! + (edge.last === undefined ? 0 : 1));
    }
  }
  return [...restarts.subarray(1, count + 1)];
}

function graphOf(ways: Ways, count: number): Graph {
  const first = count + 1;
  const lives = Array.from({ length: first }, (_, i): Edge[] =>
    ways
      .visits(i === 0 ? undefined : i - 1)
      .filter((visit) => !visit.end)
      .flatMap(({ at, configuration }) => {
        const { killed } = ways.configurations[configuration]!;
        const cut: Edge = { to: first + configuration, last: at };
        return killed === undefined ? [cut] : [cut, { to: killed + 1, last: at }];
      }),
  );
  const configurations = ways.configurations.map(({ base, members }): Edge[] => {
    const edges = members.map((state): Edge => ({ to: state + 1, last: undefined }));
    return base < 0 ? edges : [...edges, { to: first + base, last: undefined }];
  });
  return [...lives, ...configurations];
}

/** Binary search: a graph without a circle has none with fewer edges either. */
function smallestAcyclic(graph: Graph, longestRecovery: number): number {
  let low = 0;
  let high = longestRecovery;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order(graph, middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function circulates(from: number, edge: Edge, uptime: number): boolean {
  return from === 0 || edge.last === undefined || edge.last >= uptime;
}

/** The nodes in topological order (Kahn), with lives of at least `uptime` ops; undefined if there is a circle. */
function order(graph: Graph, uptime: number): readonly number[] | undefined {
  const incoming = new Int32Array(graph.length);
  graph.forEach((edges, from) => {
    for (const edge of edges) if (circulates(from, edge, uptime)) incoming[edge.to]!++;
  });
  const sorted: number[] = [];
  incoming.forEach((count, node) => {
    if (count === 0) sorted.push(node);
  });
  for (let i = 0; i < sorted.length; i++) {
    for (const edge of graph[sorted[i]!]!) {
      if (circulates(sorted[i]!, edge, uptime) && --incoming[edge.to]! === 0) sorted.push(edge.to);
    }
  }
  return sorted.length === graph.length ? sorted : undefined;
}

/** The longest stories from the main life on: in restarts, and in ops. */
function longest(
  graph: Graph,
  lengths: readonly number[],
  uptime: number,
): { restarts: number; ops: number } | undefined {
  const sorted = order(graph, uptime);
  if (!sorted) return undefined;
  const restarts = new Int32Array(graph.length).fill(-1);
  const ops = new Float64Array(graph.length).fill(-1);
  restarts[0] = ops[0] = 0;
  const most = { restarts: 0, ops: 0 };
  for (const from of sorted) {
    if (restarts[from]! < 0) continue;
    most.restarts = Math.max(most.restarts, restarts[from]!);
    most.ops = Math.max(most.ops, ops[from]! + (lengths[from] ?? 0));
    for (const edge of graph[from]!) {
      if (!circulates(from, edge, uptime)) continue;
      const { to, last } = edge;
      restarts[to] = Math.max(restarts[to]!, restarts[from]! + (last === undefined ? 0 : 1));
      ops[to] = Math.max(ops[to]!, ops[from]! + (last ?? 0));
    }
  }
  return most;
}

/** Points of the curve that are worth a place on it: where the number changes, found by halving. */
function curveOf(
  graph: Graph,
  lengths: readonly number[],
  first: number,
  last: number,
): Convergence['curve'] {
  const at = (uptime: number): number => longest(graph, lengths, uptime)!.restarts;
  const points = new Map<number, number>();
  const between = (low: number, lowValue: number, high: number, highValue: number): void => {
    if (lowValue === highValue || high - low <= 1 || points.size > CURVE_MAX) return;
    const middle = (low + high) >> 1;
    const value = at(middle);
    points.set(middle, value);
    between(low, lowValue, middle, value);
    between(middle, value, high, highValue);
  };
  const [start, end] = [at(first), at(last)];
  points.set(first, start);
  points.set(last, end);
  between(first, start, last, end);
  const sorted = [...points].sort((left, right) => left[0] - right[0]);
  return sorted
    .filter(([, restarts], i) => i === 0 || restarts !== sorted[i - 1]![1])
    .map(([uptime, restarts]) => ({ uptime, restarts }));
}

const CURVE_MAX = 64;

/** One circle of the graph in which every life has at least `uptime` ops. */
function circleAt(graph: Graph, states: number, uptime: number): Convergence['circle'] {
  const done = new Uint8Array(graph.length); // 1: on the path, 2: done
  for (let root = 1; root < graph.length; root++) {
    const path: { node: number; next: number }[] = [];
    if (done[root] === 0) path.push({ node: root, next: 0 });
    while (path.length > 0) {
      const top = path.at(-1)!;
      done[top.node] = 1;
      const edge = graph[top.node]![top.next++];
      if (!edge) {
        done[top.node] = 2;
        path.pop();
        continue;
      }
      if (!circulates(top.node, edge, uptime)) continue;
      if (done[edge.to] === 0) path.push({ node: edge.to, next: 0 });
      if (done[edge.to] !== 1) continue;
      const circle = path.slice(path.findIndex((step) => step.node === edge.to));
      return circle
        .filter((step) => step.node <= states)
        .map((step) => ({ state: step.node - 1, cutAfter: graph[step.node]![step.next - 1]!.last! }));
    }
  }
  return [];
}
