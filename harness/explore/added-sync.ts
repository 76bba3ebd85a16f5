import type { Op } from '../disk/journal.ts';
import { crashState } from '../persistence/survival.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import { graphAfter } from '../persistence/uptime.ts';
import { lossesOf, type CutLife, type Player, type Replay } from './replay.ts';
import { keptBy, StaleSchedule, type Cut } from './schedule.ts';

/** A sync that the program does not do. */
export interface Sync {
  /** In the life that was cut, or so many kills before it. */
  readonly ago: number;
  /** The op that it comes right after; 0 for the beginning of the life. */
  readonly after: number;
  readonly ino: number;
  readonly path: string;
}

/**
 * Whether a story can't happen, or does no harm, when one of its lives has one more sync. Tried on the model.
 *
 * @param life the one that was cut, and lost something
 */
export async function prevents(player: Player, replay: Replay, life: number, sync: Sync): Promise<boolean> {
  const lived = replay.lives[life]!;
  if (sync.ago > 0 || sync.after < lived.cut.at) return !possible(lived, sync);
  // The power may still go before the sync; but what was promised right after the op comes after the sync then.
  if (lived.cut.early || !promisesThere(lived) || life !== replay.lives.length - 1) return false;
  const cuts = [...replay.schedule.cuts.slice(0, -1), { ...lived.cut, early: true }];
  return (await player.play({ ...replay.schedule, cuts })).verdict.outcome === 'converged';
}

/** Whether the same disk is still a crash state at the same crash point. */
function possible(lived: CutLife, sync: Sync): boolean {
  const { uptime, life, cut } = lived;
  const added: Op = { index: sync.after, kind: 'fsync', path: sync.path, ino: sync.ino, changes: [] };
  const lives = [...uptime.killed, life.ops.slice(0, cut.at)].toReversed();
  lives[sync.ago] = lives[sync.ago]!.toSpliced(sync.after, 0, added);
  const [last, ...before] = lives;
  const graph = graphAfter({ ...uptime, killed: before.toReversed() });
  for (const op of last!) graph.step(op);
  try {
    return hashKey(crashState(graph, keptBy(asLosses(lived), graph)).hash) === hashKey(lived.crash.hash);
  } catch (error) {
    if (error instanceof StaleSchedule) return false; // What was lost is durable now.
    throw error;
  }
}

function asLosses(lived: CutLife): Cut {
  return { at: lived.cut.at, mode: 'lose', effects: lossesOf(lived) };
}

/** Whether the life promises something right after the op at which it is cut. */
function promisesThere({ life, cut }: CutLife): boolean {
  return life.acknowledged.some((mark) => mark.after === cut.at);
}
