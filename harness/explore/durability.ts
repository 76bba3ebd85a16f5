import { hashKey } from '../disk/image/hash-key.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { Survivals } from '../persistence/survivals.ts';
import { graphAfter, type Uptime } from '../persistence/uptime.ts';
import type { LifeRecord } from '../programs/program.ts';
import type { Finding } from '../programs/scenario.ts';
import { scopeOf, type ExploreOptions } from './options.ts';

/**
 * When recovery returns, its result is durable: no survival at its end differs from what it left.
 *
 * @param machine that the recovery began on
 */
export function undurable(
  model: PersistenceModel,
  { boot, killed }: Omit<Uptime, 'model'>,
  { ops, image }: LifeRecord,
  options: ExploreOptions,
): Finding | undefined {
  const final = hashKey(image.hash);
  const graph = graphAfter({ model, boot, killed }, { purge: options.purge ?? true });
  for (const op of ops) graph.step(op);
  // Nearly all end so, and then there is no need for survivals.
  if (graph.pending.length === 0 && hashKey(graph.durable.hash) === final) return undefined;
  const survivals = new Survivals(model, boot, scopeOf(options), killed);
  for (const op of ops) survivals.step(op);
  let same = true;
  survivals.visit((survival) => (same &&= hashKey(survival.image.hash) === final));
  if (same) return undefined;
  const names = survivals.pending.map((effect) => `${effect.op.kind} ${effect.op.path}`);
  return {
    invariant: 'the result of recovery is durable when it returns',
    message: `a cut after recovery may still lose: ${[...new Set(names)].slice(0, 3).join(', ')}`,
  };
}
