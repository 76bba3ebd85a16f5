import type { Image } from '../disk/image/image.ts';
import type { Change } from '../disk/journal.ts';
import { PAGE_SIZE, SECTOR_SIZE } from '../disk/image/types.ts';
import type { Effect } from './model.ts';
import { roundUp } from './overrides.ts';

/**
 * Whether the earlier of two changes must be durable once the later one is, because no part of it could come on top:
 * - a file that is cut loses what a later write put beyond the cut;
 * - a directory has one name, the latest: an earlier one would take it away from there.
 *
 * Everything else that two effects have in common is simply overridden: see `overrides.ts`.
 */
function conflict(earlier: Change, later: Change, disk: Image): boolean {
  if (earlier.type === 'entry' || later.type === 'entry') {
    if (earlier.type !== 'entry' || later.type !== 'entry') return false;
    return earlier.ino !== 0 && earlier.ino === later.ino && disk.inode(earlier.ino)?.kind === 'dir';
  }
  if (earlier.type !== 'truncate' || earlier.ino !== later.ino) return false;
  switch (later.type) {
    case 'mode':
      return false;
    case 'page':
      return earlier.tail
        ? later.index * PAGE_SIZE >= roundUp(earlier.size)
        : (later.index + 1) * PAGE_SIZE > earlier.size;
    case 'sector': {
      const start = later.index * PAGE_SIZE + later.sector * SECTOR_SIZE;
      return earlier.tail ? start >= roundUp(earlier.size) : start + SECTOR_SIZE > earlier.size;
    }
    default:
      return later.size > earlier.size;
  }
}

type Bytes = Extract<Change, { type: 'page' | 'sector' }>;

function isBytes(change: Change): change is Bytes {
  return change.type === 'page' || change.type === 'sector';
}

/** Whether two changes of one page are about the same sector, or the one is about all sectors. */
function sectorIn(outer: Bytes, inner: Bytes): boolean {
  return outer.type === 'page' || (inner.type === 'sector' && outer.sector === inner.sector);
}

/** Whether there is anything that an effect conflicts with if it comes later: of most there is not. */
export function mayHaveToComeFirst({ changes }: Effect, disk: Image): boolean {
  return changes.some(
    (change) =>
      change.type === 'truncate' ||
      (change.type === 'entry' && change.ino !== 0 && disk.inode(change.ino)?.kind === 'dir'),
  );
}

export function effectsConflict(earlier: Effect, later: Effect, disk: Image): boolean {
  return earlier.changes.some((one) => later.changes.some((other) => conflict(one, other, disk)));
}

/**
 * Whether `later`, if it survives, makes it invisible whether `earlier` did: everything that `earlier` sets is set
 * again. Growing is left out: two raises are one only if nothing cut the file between them. So is an entry for a
 * directory, because it takes the directory away from its other name.
 */
export function covers(later: Effect, earlier: Effect, disk: Image): boolean {
  return earlier.changes.every((old) => {
    if (old.type === 'entry' && old.ino !== 0 && disk.inode(old.ino)?.kind === 'dir') return false;
    return later.changes.some((change) => setsTheSame(change, old));
  });
}

function setsTheSame(left: Change, right: Change): boolean {
  if (left.type === 'entry' && right.type === 'entry')
    return left.dir === right.dir && left.name === right.name;
  if (isBytes(left) && isBytes(right))
    return left.ino === right.ino && left.index === right.index && sectorIn(left, right);
  return left.type === 'mode' && right.type === 'mode' && left.ino === right.ino;
}
