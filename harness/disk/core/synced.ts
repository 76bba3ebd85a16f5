import { Image } from '../image/image.ts';
import { type Inode, PAGE_SIZE } from '../image/types.ts';
import type { Change, Op } from '../journal.ts';

/**
 * What each file held when it was synced last, but for what was cut off or added by a truncation since. A file system
 * that never overwrites (btrfs) has this on the disk when a sync fails, and goes back to it.
 */
export class Synced {
  #image: Image;

  /** @param boot the disk when the life begins: as far as a life can know, all of it is there */
  constructor(boot: Image) {
    this.#image = boot.fork();
  }

  /** Takes in an op that has succeeded. @param image the disk after it */
  take(op: Op, image: Image): void {
    const { kind, ino, birth, changes } = op;
    if (birth) this.#image.add(birth.ino, birth.inode);
    if (kind === 'sync' || kind === 'syncfs') this.#image = image.fork();
    else if (kind === 'fsync' || kind === 'fdatasync') this.#apply(toBecome(image.inode(ino), ino));
    else if (kind === 'osync') this.#apply(written(image.inode(ino), op));
    // The zeroes behind a cut are data of the page that it goes through, and lost with the rest of what was written there.
    else if (kind === 'truncate') this.#apply(changes.filter(({ type }) => type !== 'page'));
  }

  /** The changes that take a file back to what was synced of it. */
  back(ino: number): readonly Change[] {
    return toBecome(this.#image.inode(ino), ino);
  }

  #apply(changes: readonly Change[]): void {
    for (const change of changes) this.#image.apply(change);
  }
}

/** What a sync of a range of a file makes durable: the pages in it, and the size. */
function written(inode: Inode | undefined, { ino, offset = 0, length = 0 }: Op): readonly Change[] {
  if (inode?.kind !== 'file') return [];
  const pages: Change[] = [];
  for (let index = Math.floor(offset / PAGE_SIZE); index * PAGE_SIZE < offset + length; index++) {
    pages.push({ type: 'page', ino, index, page: inode.pages[index] ?? null });
  }
  return [{ type: 'grow', ino, size: inode.size }, ...pages];
}

/** The changes that give any file the data of this one. */
function toBecome(inode: Inode | undefined, ino: number): readonly Change[] {
  if (inode?.kind !== 'file') return [];
  const pages = inode.pages.flatMap((page, index): Change[] =>
    page === null ? [] : [{ type: 'page', ino, index, page }],
  );
  return [{ type: 'truncate', ino, size: 0 }, { type: 'grow', ino, size: inode.size }, ...pages];
}
