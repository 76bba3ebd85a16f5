import { ROOT_INO } from '../disk/image/types.ts';
import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import type { Effect } from '../persistence/model.ts';
import { subject } from '../persistence/rules.ts';
import type { Player, Replay } from './replay.ts';
import { prevents, type Sync } from './added-sync.ts';

/** Why a shrunk story ends badly. */
export interface Cause {
  /** The op whose loss matters; undefined if nothing was lost, and the cut alone is to blame. */
  readonly op: Op | undefined;
  /** In which life it was: 0 is the main one. */
  readonly life: number;
  /** A sync right after that op with which this story could not have happened: tried, not guessed. */
  readonly sync: Sync | undefined;
}

/** Looks at a shrunk story, in which every lost effect is needed, and tries the syncs that could have saved it. */
export async function causeOf(player: Player, replay: Replay): Promise<Cause> {
  for (const [life, lived] of replay.lives.entries()) {
    for (const effect of lived.pending) {
      if (lived.kept.has(effect)) continue;
      return { op: effect.op, life, sync: await rescue(player, replay, life, effect) };
    }
  }
  return { op: undefined, life: replay.lives.length - 1, sync: undefined };
}

async function rescue(
  player: Player,
  replay: Replay,
  life: number,
  effect: Effect,
): Promise<Sync | undefined> {
  const seen = replay.lives[life]!.seen;
  const tried = new Set<number>();
  for (const change of effect.changes) {
    const ino = subject(change);
    if (tried.has(ino)) continue;
    tried.add(ino);
    // A file is named as the program knew it then; a directory keeps its name more often than not.
    const path = change.type === 'entry' ? (pathOf(seen, ino) ?? parentOf(effect.op.path)) : effect.op.path;
    const sync = { after: effect.op.index, ino, path };
    if (await prevents(player, replay, life, sync)) return sync;
  }
  return undefined;
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
