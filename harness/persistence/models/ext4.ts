import type { Image } from '../../disk/image/image.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel, Standing } from '../model.ts';
import { changes, isData, splitByOp } from '../rules.ts';
import { FileBlocks } from './file-blocks.ts';
import { FAILED_SYNC, FAILED_SYNC_SOURCE } from './failed-sync.ts';
import { FileSizes } from './file-sizes.ts';
import { Inodes } from './inodes.ts';
import { isMetadata, lastMetadata, neededByBlocks, syncedUpToLastChange, zeroedBefore } from './journaled.ts';

/** How an ext4 is mounted. */
export interface Ext4Mount {
  /** auto_da_alloc, the default: a rename over a file first allocates the blocks of the file that moves. */
  readonly autoDaAlloc: boolean;
}

/** ext4 with data=ordered, and what the other ways to mount it are built on. */
export class Ext4 implements Machine {
  protected readonly blocks: FileBlocks;
  readonly #mount: Ext4Mount;
  readonly #inodes: Inodes;
  readonly #sizes: FileSizes;

  constructor(boot: Image, mount: Ext4Mount) {
    this.#inodes = new Inodes(boot);
    this.#mount = mount;
    this.#sizes = new FileSizes(boot);
    this.blocks = new FileBlocks(boot);
  }

  split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[] {
    const written = this.#sizes.withSizesBelow(op, pending);
    this.#sizes.take(op);
    this.blocks.take(op);
    this.#inodes.take(op);
    if (op.kind === 'truncate') return this.resize(op);
    return op.kind === 'write' ? written.map((change) => [change]) : splitByOp(op);
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    if (isData(effect)) return this.dataNeeds(effect, earlier);
    const before = [...lastMetadata(earlier), ...this.zeroed(effect, earlier)];
    if (!this.#mount.autoDaAlloc || !replaces(effect.op)) return before;
    const sizes = earlier.filter((other) => !isMetadata(other) && !isData(other));
    return [...before, ...sizes.filter((size) => changes(size, effect.op.ino))];
  }

  /** The data of the page that a cut goes through; and the size, which is set whatever it was on the disk. */
  protected resize({ changes: all }: Op): readonly (readonly Change[])[] {
    const data = all.filter(({ type }) => type === 'page').map((change) => [change]);
    const size = all.filter(({ type }) => type !== 'page');
    const raised = size.map((change) =>
      change.type === 'truncate' ? { ...change, type: 'grow' as const } : change,
    );
    return [...data, [...raised, ...size.filter(({ type }) => type === 'truncate')]];
  }

  /** With data=ordered a commit waits for the zeroes behind a size that it sets. */
  protected zeroed(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    return zeroedBefore(effect, earlier, this.blocks);
  }

  /** Data overwritten in place is no metadata. New data is only there once its block is, and that is. */
  protected dataNeeds(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    return neededByBlocks(effect, earlier, this.blocks);
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    const synced = syncedUpToLastChange(op, pending);
    const isSyncOfOne = op.kind === 'fsync' || op.kind === 'fdatasync';
    if (!isSyncOfOne || !this.#inodes.isDirectory(op.ino)) return synced;
    return [...new Set([...synced, ...lastMetadata(pending)])];
  }

  memory(standing: Standing): string {
    return this.blocks.memory(standing);
  }
}

/** Whether an op is a rename that takes a name from another inode. */
function replaces(op: Op): boolean {
  return op.kind === 'rename' && op.replaced !== undefined;
}

const ORDERED = [
  'Names, modes, truncations and set sizes survive in the order of the ops, all before one if it does.',
  'The size that a write brings about comes when its blocks are allocated: at any time after the write, with all metadata from before the write, or not at all. The sizes of different files, and the pages of one, are not ordered.',
  'A page that is written before the end of a file, while the disk has a smaller size, may bring its own end as the size.',
  'Data comes at any time after the write, each page on its own. A size may be there before its data, which then reads as zeros.',
  'Data in a page that had no block needs all metadata from before the first write to it, which allocates the block; data that is overwritten in place needs nothing.',
] as const;

const ZEROES =
  'A cut through a page zeroes the rest of that page as data, which needs no more than other data there. The size is set after that, whatever it was on the disk before: it needs the zeroes if the page is on the disk.';

const SYNCS = [
  "fsync of a file makes its data durable, and all metadata up to the last change of its own inode or names: other files' later changes may still be in the running transaction. fdatasync takes only changes of data and size, and the file's creation, for changes of the inode.",
  'fsync or fdatasync of a directory makes all metadata durable.',
  'A write through O_SYNC or O_DSYNC is a sync of its own data, and of the metadata that fsync or fdatasync would take.',
  'sync and syncfs make everything durable.',
  FAILED_SYNC,
] as const;

const REPLACE = 'A rename over an existing file needs all sizes of the file that moves, not its data.';

const source = `crash images of ext4 mounted by Linux 6.18 (25 workloads, and random ones); Documentation/admin-guide/ext4.rst; fs/ext4/fsync.c \
(1077b2d53ef5: directories force a commit), fs/ext4/namei.c (ext4_alloc_da_blocks under a check of new.inode); \
fs/ext4/inode.c (ext4_block_truncate_page, ext4_truncate: with data=ordered the zeroes are ordered data); ${FAILED_SYNC_SOURCE}`;

export const ext4: PersistenceModel = {
  name: 'ext4',
  summary: 'ext4 as it is by default: metadata in order, data and sizes when they are written back',
  source: `data=ordered,auto_da_alloc: ${source}`,
  rules: [...ORDERED, ZEROES, REPLACE, ...SYNCS],
  independent: false,
  pages: 'alone',
  start: (boot) => new Ext4(boot, { autoDaAlloc: true }),
};

export const ext4Noauto: PersistenceModel = {
  name: 'ext4-noauto',
  summary: 'ext4 without auto_da_alloc: a renamed file may be empty',
  source: `data=ordered,noauto_da_alloc: ${source}`,
  rules: [
    ...ORDERED,
    ZEROES,
    'A rename over an existing file needs nothing of the file that moves but its name.',
    ...SYNCS,
  ],
  independent: false,
  pages: 'alone',
  start: (boot) => new Ext4(boot, { autoDaAlloc: false }),
};
