import { EffectGraph } from '../../persistence/graph.ts';
import type { Effect, PersistenceModel } from '../../persistence/model.ts';
import { isSync } from '../../persistence/rules.ts';
import type { MainLife } from '../../explore/main-life.ts';
import type { SyncReport } from '../../../reports/schema/syncs.ts';
import { describeEffect } from '../../explore/describe.ts';

/** Effects that a report names of one sync. */
const EFFECTS_MAX = 12;

/** What each sync of the main life made durable under a model, by its op. */
export function durableBySync(
  { boot, life }: MainLife,
  model: PersistenceModel,
): ReadonlyMap<number, SyncReport['durable'][number]> {
  const graph = new EffectGraph(model, boot);
  const found = new Map<number, SyncReport['durable'][number]>();
  for (const op of life.ops) {
    const before = new Set<Effect>(graph.pending);
    graph.step(op);
    if (!isSync(op)) continue;
    for (const effect of graph.pending) before.delete(effect);
    const effects = [...before].map((effect) => ({
      op: effect.op.index,
      text: describeEffect(effect, graph.volatile),
    }));
    found.set(op.index, {
      op: op.index,
      effects: effects.slice(0, EFFECTS_MAX),
      more: Math.max(0, effects.length - EFFECTS_MAX),
    });
  }
  return found;
}
