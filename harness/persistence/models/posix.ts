import type { Image } from '../../disk/image/image.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel } from '../model.ts';
import { FAILED_SYNC, FAILED_SYNC_SOURCE } from './failed-sync.ts';
import { splitByChange, syncedByInode } from '../rules.ts';
import { FileSizes } from './file-sizes.ts';

type Split = (op: Op, pending: readonly Effect[]) => readonly (readonly Change[])[];

/** Effects by some split, and the sizes that a growing file has on the way, each on its own. */
export class Posix implements Machine {
  readonly #sizes: FileSizes;
  readonly #split: Split;

  constructor(boot: Image, split: Split) {
    this.#sizes = new FileSizes(boot);
    this.#split = split;
  }

  split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[] {
    const onTheWay = this.#sizes.onTheWay(op);
    const changes = this.#sizes.withSizesBelow(op, pending);
    const synchronous = this.#sizes.synchronous(op, pending);
    this.#sizes.take(op);
    const groups = this.#split({ ...op, changes }, pending);
    return onTheWay ? [[onTheWay], ...groups] : [...groups, ...synchronous.map((size) => [size])];
  }

  precedes(): readonly Effect[] {
    return [];
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    return syncedByInode(op, pending);
  }

  /** Sizes are visible. */
  memory(): string {
    return '';
  }
}

/**
 * The weakest disk that still renames atomically: only syncs order anything. Whoever survives it leans on nothing
 * that a manual page does not promise, but for the atomic rename, which POSIX promises to running programs only and
 * every file system with a journal or copy-on-write keeps over a crash as well.
 */
export const posix: PersistenceModel = {
  name: 'posix',
  summary: 'every effect survives or not on its own; only syncs order anything; rename is atomic',
  source: `fsync(2) and rename(2), IEEE Std 1003.1-2024; ALICE (OSDI 2014), Table 2, but for rename; ${FAILED_SYNC_SOURCE}`,
  rules: [
    'Each page of a write, each raise of the size, each directory entry and each attribute survives on its own.',
    'A file that grows from inside a page into a later one may have the end of its old last page as its size.',
    'A page that is written before the end of a file, while the disk has a smaller size, may bring its own end as the size.',
    'A cut through a page is two effects: the rest of the page is zeroed, and the size is set.',
    'A rename is one effect: both entries change, or neither.',
    "fsync of a file makes its data, size and attributes durable, not its name. fdatasync leaves the file's mode out.",
    'fsync of a directory makes the entries made and removed in it durable, and with a rename the other directory too.',
    'A write through O_SYNC or O_DSYNC makes its own pages durable and a size up to its own end, not earlier dirty data of the file.',
    'sync and syncfs make everything durable.',
    FAILED_SYNC,
  ],
  pages: 'alone',
  independent: true,
  start: (boot) => new Posix(boot, splitByChange),
};
