import type { Exploration } from './exploration.ts';
import { keyText } from './key-text.ts';
import type { Finding } from '../programs/scenario.ts';
import type { Outcome } from './outcome.ts';
import { isOwn, type Shard } from './shard.ts';
import type { Ways } from './state-graph.ts';

/** What is known of a state: enough to put explorations together, and to say what they came to. */
export interface ReachedState {
  /** The same in all explorations: see `StateNode.key`. */
  readonly key: string;
  /** Undefined if it was not recovered. */
  readonly verdict: { readonly outcome: Outcome; readonly findings: readonly Finding[] } | undefined;
  /** Ops of its uncut recovery. */
  readonly recoveryOps: number;
  /** Another shard recovers it. */
  readonly foreign: boolean;
}

/** The graph of states as plain data, its numbers in any order. */
export interface Reached extends Ways {
  readonly states: readonly ReachedState[];
  /** Whether the recovery of a state was cut, too. */
  isExpanded(state: number): boolean;
}

/** What an exploration reached, its states by their own numbers. */
export function reachedBy({ nodes, graph }: Exploration, shard: Shard | undefined): Reached {
  const roots = nodes.filter((node) => node.parent === undefined);
  const places = new Map(inOrder(roots).map(({ number }, place) => [number, place]));
  const states = nodes.map((node): ReachedState => {
    const place = places.get(node.number);
    const foreign = place !== undefined && !isOwn(shard, place);
    return {
      key: keyText(node.key),
      verdict: node.verdict,
      recoveryOps: node.recoveryOps,
      foreign,
    };
  });
  return {
    states,
    configurations: graph.configurations,
    visits: (from) => graph.visits(from),
    branches: (from) => graph.branches(from),
    isExpanded: (state) => graph.visits(state).length > 0,
  };
}

/** Nodes that one life led to, in the order in which they are recovered: by crash point, then by key. */
export function inOrder<T extends { readonly key: Parameters<typeof keyText>[0]; readonly at: number }>(
  nodes: readonly T[],
): readonly T[] {
  if (nodes.length < 2) return nodes;
  const keyed = nodes.map((node) => ({ node, key: keyText(node.key) }));
  return keyed
    .sort((one, other) => one.node.at - other.node.at || (one.key < other.key ? -1 : 1))
    .map(({ node }) => node);
}
