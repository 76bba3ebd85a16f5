import type { Image } from '../../disk/image/image.ts';
import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import { roundUp } from '../overrides.ts';

/** How large the program sees each file, in bytes. */
export class FileSizes {
  readonly #boot: Image;
  readonly #sizes = new Map<number, number>();

  /** @param boot the disk at the beginning of the life */
  constructor(boot: Image) {
    this.#boot = boot;
  }

  /** Takes in an op, after it has been asked about. */
  take(op: Op): void {
    for (const change of op.changes) {
      if (change.type === 'grow') this.#sizes.set(change.ino, Math.max(this.of(change.ino), change.size));
      if (change.type === 'truncate') this.#sizes.set(change.ino, Math.min(this.of(change.ino), change.size));
    }
  }

  of(ino: number): number {
    const inode = this.#boot.inode(ino);
    return this.#sizes.get(ino) ?? (inode?.kind === 'file' ? inode.size : 0);
  }

  /**
   * The size that a file may get before the one that an op gives it, which has not been taken in yet. A file that grows
   * from inside a page into a later one has the end of its old last page on the way: xfs zeroes that page behind the old
   * end, and logs its end as the size when it has been written back (fs/xfs/xfs_file.c, xfs_file_write_checks;
   * xfs_iops.c, xfs_setattr_size; fs/iomap/buffered-io.c, the end of an ioend).
   */
  onTheWay(op: Op): Extract<Change, { type: 'grow' }> | undefined {
    if (op.kind !== 'write' && op.kind !== 'truncate') return undefined;
    const before = this.of(op.ino);
    const end = roundUp(before);
    const from = op.kind === 'write' ? op.offset! : end;
    const grows = op.changes.some((change) => change.type === 'grow' && change.size > end);
    return end === before || !grows || from < end ? undefined : { type: 'grow', ino: op.ino, size: end };
  }
}

/** The number of the page that a size ends in. */
export function lastPage(size: number): number {
  return roundUp(size) / PAGE_SIZE - 1;
}
