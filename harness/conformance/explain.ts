import type { ScriptLife } from '../disk/script-life.ts';
import { treeJson, type TreeJson } from '../disk/tree-json.ts';
import { EffectGraph } from '../persistence/graph.ts';
import type { Effect, PersistenceModel } from '../persistence/model.ts';
import { Walk } from '../persistence/walk.ts';
import { treeKey } from './tree-key.ts';

/** How the ops of a script would have to survive for a state to come about. */
export interface Explanation {
  /** By op of the journal: how many of its smallest effects survive, of how many. */
  readonly ops: readonly { readonly index: number; readonly kept: number; readonly of: number }[];
}

/** No rules at all: each change survives or not on its own, and no sync helps. */
const unruly: PersistenceModel = {
  name: 'unruly',
  summary: 'no rules',
  source: 'none',
  rules: [],
  independent: true,
  start: () => ({
    split: (op) => op.changes.map((change) => [change]),
    precedes: () => [],
    syncs: () => [],
  }),
};

/** More effects than this are too many to go through. */
const EFFECTS_MAX = 18;

/**
 * The set of effects, the largest there is, that leads to a tree after so many ops of the journal; undefined if none
 * does, `too many` if there are more than can be tried.
 */
export function explain(
  life: ScriptLife,
  length: number,
  tree: TreeJson,
): Explanation | 'too many' | undefined {
  const graph = new EffectGraph(unruly, life.boot, { purge: false });
  for (const op of life.ops.slice(0, length)) graph.step(op);
  const { pending } = graph;
  if (pending.length > EFFECTS_MAX) return 'too many';
  const wanted = treeKey(tree);
  let best: ReadonlySet<Effect> | undefined;
  new Walk(graph.durable, pending, { type: 'all' }, false).visit((survival) => {
    const kept = survival.kept();
    if (best && kept.size <= best.size) return;
    if (treeKey(treeJson(survival.image)) === wanted) best = kept;
  });
  return best && { ops: byOp(pending, best) };
}

function byOp(pending: readonly Effect[], kept: ReadonlySet<Effect>): Explanation['ops'] {
  const ops = new Map<number, { index: number; kept: number; of: number }>();
  for (const effect of pending) {
    const { index } = effect.op;
    const op = ops.get(index) ?? { index, kept: 0, of: 0 };
    op.of++;
    if (kept.has(effect)) op.kept++;
    ops.set(index, op);
  }
  return [...ops.values()];
}
