import type { Image } from '../../disk/image/image.ts';
import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel, Standing } from '../model.ts';
import { roundUp } from '../overrides.ts';
import { changes, splitByOp } from '../rules.ts';
import { FAILED_SYNC, FAILED_SYNC_SOURCE } from './failed-sync.ts';
import { FileBlocks } from './file-blocks.ts';
import { FileSizes, lastPage } from './file-sizes.ts';
import { lastMetadata, neededByBlocks, syncedUpToLastChange } from './journaled.ts';

class Xfs implements Machine {
  readonly #blocks: FileBlocks;
  readonly #sizes: FileSizes;

  constructor(boot: Image) {
    this.#blocks = new FileBlocks(boot);
    this.#sizes = new FileSizes(boot);
  }

  split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[] {
    const onTheWay = this.#sizes.onTheWay(op);
    const written = this.#sizes.withSizesBelow(op, pending);
    this.#sizes.take(op);
    this.#blocks.take(op);
    if (op.kind !== 'write' && op.kind !== 'truncate') return splitByOp(op);
    const groups = pagesWithTheirSizes(written).flatMap((group) => this.#overwritten(group));
    // A hole is not zeroed, and nothing of it is written back.
    const isHole = onTheWay && this.#blocks.behind(op.ino, lastPage(onTheWay.size)) === undefined;
    return onTheWay && !isHole ? [[onTheWay], ...groups] : groups;
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const pages = effect.changes.filter((change) => change.type === 'page');
    const [page] = pages;
    if (page && pages.length === effect.changes.length) return neededByBlocks(effect, earlier, this.#blocks);
    // Keeps the moment of the first write.
    for (const { ino, index } of pages) this.#blocks.of(effect, ino, index);
    return [...lastMetadata(earlier), ...this.#writtenBefore(effect, earlier)];
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    return syncedUpToLastChange(op, pending);
  }

  /** A size is logged when its page has been written, and never if that fails. */
  fails({ ino }: Op, pending: readonly Effect[]): readonly Effect[] {
    const waits = (effect: Effect): boolean =>
      effect.needs.some((need) => pending.includes(need) && holdsPageOf(need, ino));
    return pending.filter((effect) => effect.op.kind === 'write' && changes(effect, ino) && waits(effect));
  }

  /** The view that sizes are known from is what is visible. */
  memory(standing: Standing): string {
    return this.#blocks.memory(standing);
  }

  /** A page that has a block, or may have one by now, is written apart from the size: that is logged when it is written. */
  #overwritten(group: readonly Change[]): readonly (readonly Change[])[] {
    const page = group.find((change) => change.type === 'page');
    const isNew = page && this.#blocks.behind(page.ino, page.index) === undefined;
    return !page || isNew || group.length === 1
      ? [group]
      : [[page], group.filter((change) => change !== page)];
  }

  /** The data that a size waits for: those of its page; and those up to a size that is set. */
  #writtenBefore({ op, changes }: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const [size] = changes;
    if (size?.type !== 'grow' && size?.type !== 'truncate') return [];
    if (changes.some(({ type }) => type === 'page')) return [];
    const page = earlier.findLast((other) => holdsPage(other, op.ino, lastPage(size.size)));
    if (op.kind !== 'truncate' || op.offset !== size.size) return page ? [page] : [];
    const raised = earlier.filter((other) => other.op.kind === 'write' && raises(other, size));
    return page?.op === op ? [...raised, page] : raised;
  }
}

function holdsPageOf({ changes }: Effect, ino: number): boolean {
  return changes.some((change) => (change.type === 'page' || change.type === 'sector') && change.ino === ino);
}

function holdsPage({ changes }: Effect, ino: number, index: number): boolean {
  return changes.some((change) => change.type === 'page' && change.ino === ino && change.index === index);
}

/** Whether an effect raises a file's size, by a page of which at least the beginning is in the file with that size. */
function raises({ changes }: Effect, { ino, size }: Extract<Change, { type: 'grow' | 'truncate' }>): boolean {
  return changes.some(
    (change) => change.type === 'grow' && change.ino === ino && roundUp(change.size) - PAGE_SIZE < size,
  );
}

/** The changes of a write, page by page, each with the size that it raises. */
export function pagesWithTheirSizes(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  for (const [i, change] of changes.entries()) {
    if (changes[i - 1]?.type === 'grow') groups.at(-1)!.push(change);
    else groups.push([change]);
  }
  return groups;
}

export const xfs: PersistenceModel = {
  name: 'xfs',
  summary: 'xfs: metadata in order, and a size only once the data up to it are written',
  source: `crash images of xfs mounted by Linux 6.18 (25 workloads, and 314 random ones); fs/xfs/xfs_file.c (xfs_file_write_checks), xfs_aops.c (xfs_end_ioend), xfs_iops.c (xfs_setattr_size); Chinner 2019 (fsdevel msg144295); ${FAILED_SYNC_SOURCE}`,
  rules: [
    'Names, modes, truncations and set sizes survive in the order of the ops, all before one if it does.',
    'A page of a write and the size that it raises are one effect: the size is logged when the data has been written. Pages survive in any order, so an earlier one may be missing, and reads as it did or as zeros.',
    'So does a page that is written before the end of a file, while the disk has a smaller size: its own end is the size.',
    'That is so for a page that had no block. Over one that may have one, the page is an effect of its own, and so is the size, which needs the page: a crash may leave new data under the old size.',
    'A file that grows from inside a page into a later one may have the end of its old last page as its size, once the data of that page are written.',
    'A cut through a page zeroes the rest of that page as data. A size that is set needs that, and all pages that raised the size from before it: they are written first.',
    'A page that raises the size needs all metadata from before its write. One that had no block needs all metadata from before the first write to it. Data that is overwritten in place needs nothing.',
    'A rename needs nothing of the file that moves but its name.',
    "fsync of a file or directory makes its data or entries durable, and all metadata up to the last change of its own inode or names: the log is written up to there. fdatasync takes only changes of data and size, and the file's creation, for changes of the inode.",
    'A write through O_SYNC or O_DSYNC is a sync of its own data, and of the metadata that fsync or fdatasync would take.',
    'sync and syncfs make everything durable.',
    FAILED_SYNC,
    'But a size that waits for its page when the sync fails is adrift as the page is, and goes on to need it.',
  ],
  pages: 'alone',
  independent: false,
  start: (boot) => new Xfs(boot),
};
