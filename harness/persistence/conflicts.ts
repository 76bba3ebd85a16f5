import type { Image } from '../disk/image/image.ts';
import type { Change } from '../disk/journal.ts';
import type { Effect } from './model.ts';

/**
 * Two changes conflict if the order in which they apply matters. When the later of two conflicting effects becomes
 * durable, the earlier one must be durable with it: applied on top of the durable image afterwards, it would bring
 * an old entry or old data back.
 */
function conflict(left: Change, right: Change, disk: Image): boolean {
  if (left.type === 'entry' || right.type === 'entry') {
    if (left.type !== 'entry' || right.type !== 'entry') return false;
    if (left.dir === right.dir && left.name === right.name) return true;
    // A directory has one name, the latest: two entries for it are about the same thing.
    return left.ino !== 0 && left.ino === right.ino && disk.inode(left.ino)?.kind === 'dir';
  }
  if (left.ino !== right.ino) return false;
  if (left.type === 'mode' || right.type === 'mode') return left.type === right.type;
  if (!isBytes(left) && !isBytes(right)) return true;
  if (!isBytes(left) || !isBytes(right)) return left.type === 'truncate' || right.type === 'truncate';
  return left.index === right.index && (sectorIn(left, right) || sectorIn(right, left));
}

type Bytes = Extract<Change, { type: 'page' | 'sector' }>;

function isBytes(change: Change): change is Bytes {
  return change.type === 'page' || change.type === 'sector';
}

/** Whether two changes of one page are about the same sector, or the one is about all sectors. */
function sectorIn(outer: Bytes, inner: Bytes): boolean {
  return outer.type === 'page' || (inner.type === 'sector' && outer.sector === inner.sector);
}

export function effectsConflict(left: Effect, right: Effect, disk: Image): boolean {
  return left.changes.some((one) => right.changes.some((other) => conflict(one, other, disk)));
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
