import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import { EffectGraph } from './graph.ts';
import type { PersistenceModel } from './model.ts';

/**
 * What a machine has been through since it was booted. A life ends in a cut, and then only an image is left; or in a
 * kill, and then the machine goes on: durable image, pending effects and what is visible stay as they are.
 */
export interface Uptime {
  readonly model: PersistenceModel;
  /** The disk when it was booted, all of it durable. */
  readonly boot: Image;
  /** The ops, up to the kill, of each life that was killed since then, in order. */
  readonly killed: readonly (readonly Op[])[];
}

/** The graph with which the next life begins. */
export function graphAfter(
  { model, boot, killed }: Uptime,
  options: { readonly purge?: boolean } = {},
): EffectGraph {
  const graph = new EffectGraph(model, boot, options);
  for (const ops of killed) {
    for (const op of ops) graph.step(op);
    graph.kill();
  }
  return graph;
}
