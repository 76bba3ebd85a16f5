import type { Image } from '../../disk/image/image.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel } from '../model.ts';
import { splitByOp } from '../rules.ts';
import { FileBlocks } from './file-blocks.ts';
import { isMetadata, lastMetadata, syncedUpToLastChange } from './journaled.ts';

class Xfs implements Machine {
  readonly #blocks: FileBlocks;

  constructor(boot: Image) {
    this.#blocks = new FileBlocks(boot);
  }

  split(op: Op): readonly (readonly Change[])[] {
    this.#blocks.take(op);
    return op.kind === 'write' ? pagesWithTheirSizes(op.changes) : splitByOp(op);
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    if (isMetadata(effect)) return lastMetadata(earlier);
    const page = effect.changes.find((change) => change.type === 'page');
    if (!page) return lastMetadata(earlier);
    const block = this.#blocks.of(effect, page.ino, page.index);
    if (effect.changes.length > 1) return lastMetadata(earlier);
    return block === 'allocated' ? [] : lastMetadata(earlier, block.after);
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    return syncedUpToLastChange(op, pending);
  }
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
  source:
    'crash images of xfs mounted by Linux 6.18 (25 workloads); fs/xfs/xfs_file.c, xfs_aops.c; Chinner 2019 (fsdevel msg144295)',
  rules: [
    'Names, modes, truncations and set sizes survive in the order of the ops, all before one if it does.',
    'A page of a write and the size that it raises are one effect: the size is logged when the data has been written. Pages survive in any order, so an earlier one may be missing, and reads as it did or as zeros.',
    'A page that raises the size needs all metadata from before its write. One that had no block needs all metadata from before the first write to it. Data that is overwritten in place needs nothing.',
    'A rename needs nothing of the file that moves but its name.',
    "fsync of a file or directory makes its data or entries durable, and all metadata up to the last change of its own inode or names: the log is written up to there. fdatasync takes only changes of data and size, and the file's creation, for changes of the inode.",
    'A write through O_SYNC or O_DSYNC is a sync of its own data, and of the metadata that fsync or fdatasync would take.',
    'sync and syncfs make everything durable.',
  ],
  independent: false,
  start: (boot) => new Xfs(boot),
};
