import { cutPage, withSector } from '../disk/image/page.ts';
import { PAGE_SIZE, SECTOR_SIZE } from '../disk/image/types.ts';
import type { Change } from '../disk/journal.ts';

/**
 * What is left to survive of an earlier effect once a later one is durable: applied on top of the durable image, it
 * must come to what it would have come to in its turn. The later effect does not make it durable; it is on the disk
 * already where the two are about the same thing, and the rest may still be lost.
 *
 * @param earlier changes of a pending effect
 * @param later changes, all durable, of an effect that came after it; none of them conflicts: see `conflicts.ts`
 * @returns `earlier` itself if nothing of it is overridden
 */
export function remainsOf(earlier: readonly Change[], later: readonly Change[]): readonly Change[] {
  const remains = earlier.flatMap((change) => {
    const left = later.reduce<Change | undefined>((rest, over) => rest && under(rest, over), change);
    // A cut shortens an earlier raise of the size; the later effect may have raised it that far itself.
    const isMoot = left?.type === 'grow' && later.some((over) => over.type === 'grow' && raises(over, left));
    return left && !isMoot ? [left] : [];
  });
  return remains.length === earlier.length && remains.every((each, i) => each === earlier[i])
    ? earlier
    : remains;
}

type Resize = Extract<Change, { type: 'grow' | 'truncate' }>;

function raises(over: Resize, { ino, size }: Resize): boolean {
  return over.ino === ino && over.size >= size;
}

/** What is left of one change under a later one; undefined if nothing is. */
function under(change: Change, over: Change): Change | undefined {
  if (change.type === 'entry' || over.type === 'entry') {
    if (change.type !== 'entry' || over.type !== 'entry') return change;
    return change.dir === over.dir && change.name === over.name ? undefined : change;
  }
  if (change.ino !== over.ino) return change;
  switch (over.type) {
    case 'mode':
      return change.type === 'mode' ? undefined : change;
    case 'truncate':
      return cut(change, over.size, over.tail ? roundUp(over.size) : over.size);
    case 'page':
      return (change.type === 'page' || change.type === 'sector') && change.index === over.index
        ? undefined
        : change;
    case 'sector':
      return underSector(change, over);
    default:
      return change.type === 'grow' && raises(over, change) ? undefined : change;
  }
}

function underSector(change: Change, over: Extract<Change, { type: 'sector' }>): Change | undefined {
  if (change.type === 'page' && change.index === over.index) {
    return { ...change, page: withSector(change.page, over.sector, over.bytes) };
  }
  const same = change.type === 'sector' && change.index === over.index && change.sector === over.sector;
  return same ? undefined : change;
}

/** @param end where data ends that the cut leaves on the disk, in bytes: at the size, or at the end of its page */
function cut(change: Change, size: number, end: number): Change | undefined {
  switch (change.type) {
    case 'grow':
      if (size === 0) return undefined;
      return change.size > size ? { ...change, size } : change;
    case 'page': {
      const room = end - change.index * PAGE_SIZE;
      if (room <= 0) return undefined;
      const page = cutPage(change.page, room);
      return page === change.page ? change : { ...change, page };
    }
    case 'sector': {
      const room = end - change.index * PAGE_SIZE - change.sector * SECTOR_SIZE;
      if (room <= 0) return undefined;
      const bytes = cutPage(change.bytes, room);
      return bytes === change.bytes ? change : { ...change, bytes };
    }
    default:
      return change;
  }
}

/** Up to the next page's beginning. */
export function roundUp(bytes: number): number {
  return Math.ceil(bytes / PAGE_SIZE) * PAGE_SIZE;
}
