import type { Image } from '../disk/image/image.ts';
import type { Place } from '../programs/call-site.ts';
import type { LifeRecord, LifeRequest } from '../programs/program.ts';
import type { Conditions } from './conditions.ts';
import { parted } from './determinism.ts';
import type { Player, Replay } from './replay.ts';

/** Where the ops of one life are made, by op: see `LifeRecord.places`. */
export type Places = ReadonlyMap<number, readonly Place[]>;

/** Ops of one life that are looked up, at most: before a cut, or from the beginning of the last recovery. */
const OPS_MAX = 100;

const NOWHERE: Places = new Map();

/**
 * Where the ops of a story are made in the source, life by life, the last recovery included. Notes cost much, so they
 * are taken of what is told alone: each of its lives is lived once more. One that then does something else has none.
 *
 * @param after ops after a cut that are told as well
 * @param also ops of whichever life that matter, however long before its cut
 */
export async function placesIn(
  player: Player,
  replay: Replay,
  after: number,
  also: readonly (number | undefined)[],
): Promise<readonly Places[]> {
  const { lives, recovery, schedule } = replay;
  const placesOf = async (
    life: LifeRecord,
    crash: Image | undefined,
    conditions: Conditions | undefined,
    placed: NonNullable<LifeRequest['placed']>,
  ): Promise<Places> => {
    if (life.ops.length === 0) return NOWHERE;
    const again = await player.liveAgain(crash, conditions, { placed });
    return parted(life, again) ? NOWHERE : (again.places ?? NOWHERE);
  };
  const found: Places[] = [];
  for (const [i, { life, cut }] of lives.entries()) {
    const from = Math.min(cut.at - OPS_MAX + 1, ...also.filter((op) => op !== undefined));
    const placed = { from: Math.max(1, from), to: cut.at + after };
    found.push(await placesOf(life, lives[i - 1]?.crash, cut.conditions, placed));
  }
  const last = { from: 1, to: OPS_MAX };
  return [...found, await placesOf(recovery, lives.at(-1)?.crash, schedule.last, last)];
}
