import type { Image } from '../../disk/image/image.ts';
import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect } from '../model.ts';
import { roundUp } from '../overrides.ts';

type Grow = Extract<Change, { type: 'grow' }>;

/** How large the program sees each file, in bytes. */
export class FileSizes {
  readonly #boot: Image;
  readonly #sizes = new Map<number, number>();
  /** How large its file was before each op that has changed a size. */
  readonly #before = new WeakMap<Op, number>();

  /** @param boot the disk at the beginning of the life */
  constructor(boot: Image) {
    this.#boot = boot;
  }

  /** Takes in an op, after it has been asked about. */
  take(op: Op): void {
    if (op.changes.some(isResize)) this.#before.set(op, this.of(op.ino));
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
  onTheWay(op: Op): Grow | undefined {
    if (op.kind !== 'write' && op.kind !== 'truncate') return undefined;
    const before = this.of(op.ino);
    const end = roundUp(before);
    const from = op.kind === 'write' ? op.offset! : end;
    const grows = op.changes.some((change) => change.type === 'grow' && change.size > end);
    return end === before || !grows || from < end ? undefined : { type: 'grow', ino: op.ino, size: end };
  }

  /**
   * The changes of a write, with the sizes that its pages bring about besides those that the program sees. A file that
   * is larger for the program than on the disk, by a write or a cut that is pending, gets the size of what is written
   * back: a page before the end brings its own end, if the later ones are still in memory (fs/ext4/inode.c,
   * mpage_map_and_submit_extent: i_disksize; fs/xfs/xfs_aops.c, xfs_end_ioend).
   *
   * @param op before it is taken in
   */
  withSizesBelow(op: Op, pending: readonly Effect[]): readonly Change[] {
    if (op.kind !== 'write') return op.changes;
    const isBelow = (change: Change, i: number): boolean =>
      change.type === 'page' && op.changes[i - 1]?.type !== 'grow';
    if (!op.changes.some(isBelow)) return op.changes;
    const standing = this.#standing(op.ino, pending);
    return op.changes.flatMap((change, i) => {
      if (change.type !== 'page' || !isBelow(change, i)) return [change];
      return [...this.#raised(change.ino, (change.index + 1) * PAGE_SIZE, standing), change];
    });
  }

  /** The size that a write through O_SYNC or O_DSYNC needs, so that what it has written can be read. */
  synchronous({ kind, ino, offset = 0, length = 0 }: Op, pending: readonly Effect[]): readonly Grow[] {
    return kind === 'osync' ? this.#raised(ino, offset + length, this.#standing(ino, pending)) : [];
  }

  /** A size, unless the disk is sure to have it, or an effect that is pending brings it. */
  #raised(ino: number, end: number, { least, raises }: StandingSizes): readonly Grow[] {
    const size = Math.min(end, this.of(ino));
    return size > least && !raises.has(size) ? [{ type: 'grow', ino, size }] : [];
  }

  #standing(ino: number, pending: readonly Effect[]): StandingSizes {
    const raises = new Set<number>();
    let least = Infinity;
    for (const { op, changes } of pending) {
      for (const change of changes) {
        if (!isResize(change) || change.ino !== ino) continue;
        least = Math.min(least, this.#before.get(op) ?? 0);
        if (change.type === 'grow') raises.add(change.size);
        else least = Math.min(least, change.size);
      }
    }
    return { least, raises };
  }
}

/** What is known of the size that the disk has of a file. */
interface StandingSizes {
  /** It is no smaller than this, in bytes, whatever is lost; Infinity if nothing that changes it is pending. */
  readonly least: number;
  /** The sizes that pending effects raise it to. */
  readonly raises: ReadonlySet<number>;
}

function isResize(change: Change): change is Extract<Change, { type: 'grow' | 'truncate' }> {
  return change.type === 'grow' || change.type === 'truncate';
}

/** The number of the page that a size ends in. */
export function lastPage(size: number): number {
  return roundUp(size) / PAGE_SIZE - 1;
}
