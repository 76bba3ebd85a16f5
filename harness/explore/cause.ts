import { ROOT_INO } from '../disk/image/types.ts';
import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import type { Effect } from '../persistence/model.ts';
import { subject } from '../persistence/rules.ts';
import type { Player, Replay } from './replay.ts';
import { prevents, type Sync } from './added-sync.ts';
import { givenUpBy, lastFailedSync, takenBackBy, type FailedSync } from './failed-syncs.ts';

/** Why a shrunk story ends badly. */
export interface Cause {
  /** The op whose loss matters; undefined if nothing was lost, and the cut alone is to blame. */
  readonly op: Op | undefined;
  /** In which life it was: 0 is the main one. */
  readonly life: number;
  /** A sync, right after that op or at the beginning of the life that was cut, with which this story could not have happened: tried, not guessed. */
  readonly sync: Sync | undefined;
  /** The life that the sync would be in. */
  readonly syncIn: number;
  /** The sync that failed and gave up what is missing: there is one, and no other sync brings it back. */
  readonly failedSync?: FailedSync | undefined;
}

/** Looks at a shrunk story, in which every lost effect is needed, and tries the syncs that could have saved it. */
export async function causeOf(player: Player, replay: Replay): Promise<Cause> {
  for (const [life, lived] of replay.lives.entries()) {
    for (const effect of lived.pending) {
      if (lived.kept.has(effect)) continue;
      const ago = lived.uptime.killed.length - effect.life;
      const where = { op: effect.op, life: life - ago };
      if (effect.adrift) {
        return { ...where, sync: undefined, syncIn: 0, failedSync: givenUpBy(lived, life, effect) };
      }
      return { ...where, ...(await rescue(player, replay, life, effect)) };
    }
  }
  const failedSync = takenBackBy(replay);
  return { op: undefined, life: replay.lives.length - 1, sync: undefined, syncIn: 0, failedSync };
}

async function rescue(
  player: Player,
  replay: Replay,
  life: number,
  effect: Effect,
): Promise<Pick<Cause, 'sync' | 'syncIn'>> {
  const { seen, uptime } = replay.lives[life]!;
  const ago = uptime.killed.length - effect.life;
  const tried = new Set<number>();
  for (const change of effect.changes) {
    const ino = subject(change);
    if (tried.has(ino)) continue;
    tried.add(ino);
    // A file is named as the program knew it then; a directory keeps its name more often than not.
    const path = change.type === 'entry' ? (pathOf(seen, ino) ?? parentOf(effect.op.path)) : effect.op.path;
    // Who reads what a killed process left must not build on it before it is durable: that is the nearer remedy.
    const first: readonly Sync[] =
      ago === 0 ? [] : [{ ago: 0, after: 0, ino, path: pathOf(seen, ino) ?? path }];
    const lives = [...uptime.killed, replay.lives[life]!.life.ops.slice(0, replay.lives[life]!.cut.at)];
    const failed = lastFailedSync(lives[effect.life]!, ino, effect.op.index);
    // A sync that was called and failed is no remedy; that it is called again may be one.
    const after = failed?.index ?? effect.op.index;
    for (const sync of [...first, { ago, after, ino, path }]) {
      if (await prevents(player, replay, life, sync)) return { sync, syncIn: life - sync.ago };
    }
  }
  return { sync: undefined, syncIn: life };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

/** A path that leads to an inode; undefined if none does. */
export function pathOf(image: Image, ino: number): string | undefined {
  if (ino === ROOT_INO) return '/';
  const name = image.inode(ino)?.names[0];
  if (!name) return undefined;
  const above = pathOf(image, name.dir);
  return above === undefined ? undefined : above === '/' ? `/${name.name}` : `${above}/${name.name}`;
}
