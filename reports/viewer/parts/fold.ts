import type { StateGraphModel } from '../../state-graph.ts';

/** States of one outcome that need the same number of cuts to get to. Glyphs name outcomes. */
export interface Group {
  /** Cuts in a row that lead here, or DEPTH_MAX for that and more. */
  readonly depth: number;
  readonly glyph: string;
  /** Ascending. */
  readonly states: readonly number[];
}

/** How many states of a group are first reached from states of another. */
export interface Flow {
  /** Undefined is the main life. */
  readonly from: Group | undefined;
  readonly to: Group;
  readonly states: number;
}

/** Deeper states share one column. */
export const DEPTH_MAX = 10;

/** The graph folded by outcome and depth: readable whether it has ten states or 100,000. */
export function foldGraph(graph: StateGraphModel): {
  readonly groups: readonly Group[];
  readonly flows: readonly Flow[];
} {
  const groups = new Map<string, Group & { states: number[] }>();
  const of: (Group & { states: number[] })[] = [];
  for (let state = 0; state < graph.size; state++) {
    const depth = Math.min(graph.depths[state]!, DEPTH_MAX);
    const glyph = graph.outcomes[state] ?? ' ';
    const key = `${depth}${glyph}`;
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { depth, glyph, states: [] }));
    group.states.push(state);
    of.push(group);
  }
  const flows = new Map<Group, Map<Group | undefined, number>>();
  of.forEach((to, state) => {
    const parent = graph.parents[state]!;
    const from = parent < 0 ? undefined : of[parent];
    let into = flows.get(to);
    if (!into) flows.set(to, (into = new Map()));
    into.set(from, (into.get(from) ?? 0) + 1);
  });
  return {
    groups: [...groups.values()],
    flows: [...flows].flatMap(([to, into]) => [...into].map(([from, states]) => ({ from, to, states }))),
  };
}

/** The states through which the shortest way leads to one, the first after the main life first. */
export function wayTo(graph: StateGraphModel, state: number): readonly number[] {
  const way: number[] = [];
  for (let at = state; at >= 0 && way.length <= graph.size; at = graph.parents[at] ?? -1) way.unshift(at);
  return way;
}
