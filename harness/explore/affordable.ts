import type { PersistenceModel } from '../persistence/model.ts';
import { Survivals } from '../persistence/survivals.ts';
import type { MainLife } from './main-life.ts';
import { scopeOf, type ExploreOptions } from './options.ts';

/** Most crash points have few survivals, so the others may have so many times their share. */
const TIMES = 4;
/** Survivals that are all looked at, however many crash points there are. */
const LEAST = 256;

/**
 * The most survivals that are all looked at at one crash point. One crash point of the main life with more than the cap
 * puts closure out of reach, and then it is better to look at every crash point a little than at the first ones whole: the
 * states that may be recovered are shared out among all.
 */
export function affordableCap(
  model: PersistenceModel,
  { boot, life }: MainLife,
  options: ExploreOptions,
): number {
  const { cap, evenly, openMax = Infinity, tier, at } = options;
  if (!evenly || tier !== 'closure') return cap;
  const { from = 0, to = Infinity } = at ?? {};
  const survivals = new Survivals(model, boot, scopeOf(options));
  const tooMany = life.ops.find((op) => {
    survivals.step(op);
    return op.index >= from && op.index <= to && survivals.coverage === 'bounded';
  });
  if (!tooMany) return cap;
  return Math.min(cap, Math.max(LEAST, Math.floor((TIMES * openMax) / (life.ops.length + 1))));
}
