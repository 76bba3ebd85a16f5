import type { Image } from '../disk/image/image.ts';
import { ROOT_INO } from '../disk/image/types.ts';
import { subject } from './posix.ts';
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
  const known = new Map<number, boolean>();
  const reachable = (ino: number): boolean => {
    if (ino === ROOT_INO) return true;
    const before = known.get(ino);
    if (before !== undefined) return before;
    known.set(ino, false); // A directory on the way is no way in; circles end here.
    const dirs = entering.get(ino) ?? [];
    const names = [...(durable.inode(ino)?.names ?? []), ...(volatile.inode(ino)?.names ?? [])];
    const found = dirs.some(reachable) || names.some((name) => reachable(name.dir));
    known.set(ino, found);
    return found;
  };
  return pending.filter((effect) => effect.changes.every((change) => !reachable(subject(change))));
}
