/** One of several runs that share the work of one exploration; counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * Whether a state that a cut of the main life leaves is this shard's to recover. All shards know all of these states,
 * in the same order, by crash point; dealing them out in turn spreads a crash point with many as evenly as the crash
 * points, though both the number of states and their cost grow along the life.
 *
 * @param place among the states of the main life, from 0
 */
export function isOwn(shard: Shard | undefined, place: number): boolean {
  return shard === undefined || place % shard.count === shard.index - 1;
}
