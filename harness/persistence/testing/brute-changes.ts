import { PAGE_SIZE, SECTOR_SIZE } from '../../disk/image/types.ts';
import type { Change } from '../../disk/journal.ts';

/** What two changes have to do with each other, written apart from `overrides.ts` and `conflicts.ts`. */

/**
 * Whether a later change that is durable hides whether an earlier one was there.
 *
 * @param later all changes that are durable and come after the earlier one
 */
export function hides(over: Change, change: Change, later: readonly Change[]): boolean {
  if (change.type === 'entry')
    return over.type === 'entry' && over.dir === change.dir && over.name === change.name;
  if (over.type === 'entry' || over.ino !== change.ino) return false;
  if (change.type === 'mode') return over.type === 'mode';
  if (change.type === 'truncate') return false;
  if (change.type === 'grow') {
    if (over.type === 'grow') return over.size >= change.size;
    if (over.type !== 'truncate') return false;
    const top = Math.min(over.size, change.size);
    return later.some((each) => each.type === 'grow' && each.ino === change.ino && each.size >= top);
  }
  if (over.type === 'truncate') {
    const start = change.index * PAGE_SIZE + (change.type === 'sector' ? change.sector * SECTOR_SIZE : 0);
    return start >= (over.tail ? Math.ceil(over.size / PAGE_SIZE) * PAGE_SIZE : over.size);
  }
  if (over.type !== 'page' && over.type !== 'sector') return false;
  if (over.index !== change.index) return false;
  return over.type === 'page' || (change.type === 'sector' && over.sector === change.sector);
}

/** Whether a change would undo a later one if it came on top: a cut, or a directory that was moved on since. */
export function undoes(earlier: Change, later: Change, isDirectory: (ino: number) => boolean): boolean {
  if (earlier.type === 'entry')
    return later.type === 'entry' && earlier.ino === later.ino && isDirectory(later.ino);
  if (earlier.type !== 'truncate' || later.type === 'entry' || later.type === 'mode') return false;
  if (earlier.ino !== later.ino) return false;
  const page = Math.ceil(earlier.size / PAGE_SIZE) * PAGE_SIZE;
  const end = earlier.tail && (later.type === 'page' || later.type === 'sector') ? page : earlier.size;
  if (later.type === 'page') return (later.index + 1) * PAGE_SIZE > end;
  if (later.type === 'sector') return later.index * PAGE_SIZE + (later.sector + 1) * SECTOR_SIZE > end;
  return later.size > end;
}
