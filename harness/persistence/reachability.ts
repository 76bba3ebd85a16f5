import type { Image } from '../disk/image/image.ts';
import { ROOT_INO } from '../disk/image/types.ts';
import { subject } from './rules.ts';
import type { Effect } from './model.ts';

/**
 * The pending effects whose inodes no path leads to, in the volatile view, in the durable image, or in any crash
 * state between them. After `rm -r` and a sync of the parent, the unlinks inside the removed directory are such:
 * nobody can see them, and nobody can sync them any more. Kept, they would double the number of survivals each.
 */
export function unreachable(pending: readonly Effect[], durable: Image, volatile: Image): readonly Effect[] {
  const entering = new Map<number, number[]>();
  for (const effect of pending) {
    for (const change of effect.changes) {
      if (change.type !== 'entry' || change.ino === 0) continue;
      const dirs = entering.get(change.ino);
      if (dirs) dirs.push(change.dir);
      else entering.set(change.ino, [change.dir]);
    }
  }
  const known = new Map<number, boolean>([[ROOT_INO, true]]);
  const reachable = (ino: number): boolean => {
    const above = new Set([ino]);
    for (const at of above) {
      if (known.get(at)) known.set(ino, true);
      if (known.has(ino)) return known.get(ino)!;
      for (const dir of entering.get(at) ?? []) above.add(dir);
      for (const { dir } of durable.inode(at)?.names ?? []) above.add(dir);
      for (const { dir } of volatile.inode(at)?.names ?? []) above.add(dir);
    }
    // Only now, with all that lies above looked at, is the answer no, and for all of them: two directories that
    // were in each other at different times would else each be taken for a dead end on the way through the other.
    for (const at of above) known.set(at, false);
    return false;
  };
  return pending.filter((effect) => effect.changes.every((change) => !reachable(subject(change))));
}
