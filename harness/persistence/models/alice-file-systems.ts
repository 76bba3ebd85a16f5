import type { Image } from '../../disk/image/image.ts';
import { ROOT_INO } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel } from '../model.ts';
import { changes, isSync, isSyncOfAll, splitByOp, syncedByInode } from '../rules.ts';
import { splitWithGarbage } from './alice.ts';
import { pagesWithTheirSizes } from './xfs.ts';

/**
 * ALICE's models of file systems: its default with atomic directory ops, and for each file system the order that its
 * authors found it to keep. A cell of the table is lost for ext3-w (whether directory ops are atomic); the paper's
 * text says that they are on every file system with a journal.
 */

type Split = (op: Op) => readonly (readonly Change[])[];
type Order = (effect: Effect, earlier: readonly Effect[]) => readonly Effect[];
type Syncs = (op: Op, pending: readonly Effect[]) => readonly Effect[];

/** Directory ops are atomic, and a page of an append comes with its size. */
const wholePages: Split = (op) => (op.kind === 'write' ? pagesWithTheirSizes(op.changes) : splitByOp(op));
const garbagePages: Split = (op) => (op.kind === 'write' ? splitWithGarbage(op) : splitByOp(op));

function isDirOp({ changes }: Effect): boolean {
  return changes.some((change) => change.type === 'entry');
}

function setsSize({ changes }: Effect): boolean {
  return changes.some((change) => change.type === 'grow' || change.type === 'truncate');
}

/** Data that goes where the file has data already. */
function isOverwrite({ op, changes }: Effect): boolean {
  return op.kind === 'write' && changes.every((change) => change.type === 'page' || change.type === 'sector');
}

function lastOf(test: (effect: Effect) => boolean, earlier: readonly Effect[]): readonly Effect[] {
  const found = earlier.findLast(test);
  return found ? [found] : [];
}

const dirOpsInOrder: Order = (effect, earlier) => (isDirOp(effect) ? lastOf(isDirOp, earlier) : []);

/** A rename needs all data of the file that moves, truncations included. */
const safeRename: Order = ({ op }, earlier) => {
  if (op.kind !== 'rename') return [];
  return earlier.filter((other) => (isOverwrite(other) || setsSize(other)) && changes(other, op.ino));
};

const allSynced: Syncs = (op, pending) => (isSync(op) ? pending : []);

/** fsync of a file makes its name durable as well, and those of the directories that lead to it. */
class SafeFileFlush implements Machine {
  readonly #view: Image;
  readonly #order: Order;

  constructor(boot: Image, order: Order) {
    this.#view = boot.fork();
    this.#order = order;
  }

  split(op: Op): readonly (readonly Change[])[] {
    if (op.birth) this.#view.add(op.birth.ino, op.birth.inode);
    for (const change of op.changes) this.#view.apply(change);
    return wholePages(op);
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    return this.#order(effect, earlier);
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    const synced = syncedByInode(op, pending);
    if (!isSync(op) || isSyncOfAll(op) || op.kind === 'osync' || this.#view.inode(op.ino)?.kind !== 'file')
      return synced;
    const path = this.#upwards(op.ino);
    const naming = pending.filter((effect) =>
      effect.changes.some((change) => change.type === 'entry' && path.has(change.ino)),
    );
    return [...new Set([...synced, ...naming])];
  }

  /** The view is what is visible. */
  memory(): string {
    return '';
  }

  /** An inode and all directories that a path leads through to it. */
  #upwards(ino: number): ReadonlySet<number> {
    const above = new Set([ino]);
    for (const each of above) {
      if (each === ROOT_INO) continue;
      for (const { dir } of this.#view.inode(each)?.names ?? []) above.add(dir);
    }
    return above;
  }
}

const source = 'Pillai et al., OSDI 2014, Table 3d, and the text on Table 1';

const DIR_OPS = 'Directory ops are atomic.';
const PAGES =
  'A page of an append is one effect with the size that it raises; a page that is overwritten is one effect; a write of several pages may survive in part. A truncation is one effect.';
const APPENDS =
  "Appends are not ordered: the table doesn't say that they are, though the text saw that those to one file are.";
const MODES = 'ALICE has no modes: one survives on its own.';
const FLUSH =
  'fsync or fdatasync of a file makes its data durable, and its name and those of its directories (safe file flush); of a directory, the entries. A write through O_SYNC or O_DSYNC makes its own pages durable. sync and syncfs make everything durable.';
const SAFE_RENAME =
  'A rename needs all data of the file that moves, its truncations included, whether a file is replaced or not (safe rename).';

const ext3Journal: PersistenceModel = {
  name: 'alice-ext3-j',
  summary: "ALICE's ext3 with data=journal: everything in order, but a write of several pages in part",
  source,
  rules: [
    DIR_OPS,
    PAGES,
    'An effect survives only if every earlier one does.',
    'Any sync makes everything durable.',
  ],
  independent: false,
  start: () => ({
    split: wholePages,
    precedes: (_effect, earlier) => earlier.slice(-1),
    syncs: allSynced,
    memory: () => '',
  }),
};

const ext3Ordered: PersistenceModel = {
  name: 'alice-ext3-o',
  summary: "ALICE's ext3 with data=ordered: overwritten data may come before its turn, nothing else",
  source,
  rules: [
    DIR_OPS,
    PAGES,
    'Directory ops, appends and truncations survive in order, each only if all overwrites before it do; an overwrite needs nothing.',
    MODES,
    'Any sync makes everything durable.',
  ],
  independent: false,
  start: () => ({
    split: wholePages,
    precedes: (effect, earlier) => {
      const isInOrder = (each: Effect): boolean => isDirOp(each) || setsSize(each);
      if (!isInOrder(effect)) return [];
      return [...lastOf(isInOrder, earlier), ...earlier.filter(isOverwrite)];
    },
    syncs: allSynced,
    memory: () => '',
  }),
};

const ext3Writeback: PersistenceModel = {
  name: 'alice-ext3-w',
  summary: "ALICE's ext3 with data=writeback: names and sizes in order, data whenever it comes",
  source,
  rules: [
    "Directory ops are atomic: the table's cell is lost, but the text says so of every file system with a journal.",
    'A page that extends a file is three effects: the size, garbage in the page, the data in the page. A page that is overwritten is one effect, and a truncation is one.',
    'Directory ops and sizes survive in order, all before one if it does; data needs nothing, and nothing needs data.',
    MODES,
    'fsync or fdatasync makes the data of the file or the entries of the directory durable, and all directory ops and sizes; so does a write through O_SYNC or O_DSYNC with its own pages. sync and syncfs make everything durable.',
  ],
  independent: false,
  start: () => {
    const isInOrder = (each: Effect): boolean => isDirOp(each) || setsSize(each);
    return {
      split: garbagePages,
      precedes: (effect, earlier) => (isInOrder(effect) ? lastOf(isInOrder, earlier) : []),
      syncs: (op, pending) => {
        if (!isSync(op)) return [];
        return [...new Set([...syncedByInode(op, pending), ...pending.filter(isInOrder)])];
      },
      memory: () => '',
    };
  },
};

const ext4Ordered: PersistenceModel = {
  name: 'alice-ext4-o',
  summary: "ALICE's ext4: directory ops in order, safe rename, safe file flush",
  source,
  rules: [
    DIR_OPS,
    PAGES,
    'Directory ops survive in order, all before one if it does.',
    APPENDS,
    SAFE_RENAME,
    MODES,
    FLUSH,
  ],
  independent: false,
  start: (boot) =>
    new SafeFileFlush(boot, (effect, earlier) => [
      ...dirOpsInOrder(effect, earlier),
      ...safeRename(effect, earlier),
    ]),
};

const btrfs: PersistenceModel = {
  name: 'alice-btrfs',
  summary: "ALICE's btrfs: safe rename and safe file flush, and directory ops in any order",
  source,
  rules: [DIR_OPS, PAGES, 'Directory ops are not ordered.', APPENDS, SAFE_RENAME, MODES, FLUSH],
  independent: false,
  start: (boot) => new SafeFileFlush(boot, safeRename),
};

/** From the strongest disk to the weakest; ext3-w and ext4-o each have states that the other has not. */
export const aliceFileSystems: readonly PersistenceModel[] = [
  ext3Journal,
  ext3Ordered,
  ext3Writeback,
  ext4Ordered,
  btrfs,
];
