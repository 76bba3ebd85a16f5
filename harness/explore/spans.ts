import type { Ways } from './state-graph.ts';

/** From which to which crash point of the main life a state is possible, both included; where the call fails, for an alternative. */
export interface Span {
  readonly state: number;
  readonly from: number;
  readonly to: number;
}

/** When the states of the main life come and go, for the map of its crash points; read off the graph of states. */
export function spansOf(graph: Ways): readonly Span[] {
  const spans: Span[] = [];
  const open = new Map<number, number>();
  let before = -1;
  let last = -1;
  for (const { at, configuration } of graph.visits(undefined)) {
    const { base, members, killed } = graph.configurations[configuration]!;
    if (killed !== undefined) spans.push({ state: killed, from: at, to: at });
    if (base !== before || base < 0) {
      const now = new Set(statesOf(graph, configuration));
      for (const [state, from] of open) {
        if (now.has(state)) continue;
        spans.push({ state, from, to: Math.max(from, at === last ? at : at - 1) });
        open.delete(state);
      }
      for (const state of now) if (!open.has(state)) open.set(state, at);
    }
    for (const state of members) if (!open.has(state)) open.set(state, at);
    before = configuration;
    last = at;
  }
  for (const { at, state } of graph.branches(undefined)) spans.push({ state, from: at, to: at });
  for (const [state, from] of open) spans.push({ state, from, to: last });
  return spans;
}

/** All states that a configuration may leave, its own and those that it inherits. */
function statesOf(graph: Ways, configuration: number): readonly number[] {
  const states: number[] = [];
  for (let at = configuration; at >= 0; at = graph.configurations[at]!.base) {
    states.push(...graph.configurations[at]!.members);
  }
  return states;
}
