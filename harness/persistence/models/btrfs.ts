import type { Image } from '../../disk/image/image.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel, Standing } from '../model.ts';
import { changes, isData, isSyncOfAll, isWrittenBy } from '../rules.ts';
import { LogTree } from './btrfs-log.ts';
import {
  committedParents,
  entries,
  entriesIn,
  isNamed,
  isRelated,
  isRemoval,
  key,
  makesDirectoryOf,
  movedFrom,
  pathTo,
  withNames,
  type Entry,
} from './btrfs-names.ts';
import { loggedSizes, resize, sizeLoggedOf } from './btrfs-sizes.ts';
import { FAILED_SYNC_REVERTS, FAILED_SYNC_SOURCE } from './failed-sync.ts';
import { isMetadata } from './journaled.ts';

/**
 * btrfs commits transactions, each with all names up to its moment, so names survive in the order of the ops. fsync
 * does not wait for that: it writes the file alone, with its names, to the log tree, which is replayed on top of the
 * last transaction. So what is logged is durable before the names that came earlier, and from then on changes of
 * logged inodes go to the log as well, ahead of the rest.
 */
class Btrfs implements Machine {
  readonly #log = new LogTree();
  readonly #view: Image;
  /** Effects that go to the log as well as into the transaction. */
  readonly #inLog = new WeakSet<Effect>();
  /** What the log may hold besides what was asked for, as an effect of the op that writes it. */
  readonly #copies = new WeakSet<Effect>();
  /** By effect: what is logged along with it. */
  readonly #carried = new WeakMap<Effect, readonly Effect[]>();
  /** Of the last sync, by effect: the half of a rename that it logs. */
  #halves = new Map<Effect, readonly Change[]>();

  constructor(boot: Image) {
    this.#view = boot.fork();
  }

  split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[] {
    const named = this.#split(op, pending);
    const groups = [...named, ...this.#sizes(op, named, pending)];
    if (op.birth) this.#view.add(op.birth.ino, op.birth.inode);
    this.#view.applyAll(op.changes);
    return groups;
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const { op, part } = effect;
    if (op.kind === 'write') return [...this.#transaction(earlier), ...nextPage(effect, earlier)];
    if (isData(effect)) return this.#transaction(earlier);
    const sized = sizeLoggedOf(effect);
    if (sized !== undefined) {
      this.#copies.add(effect);
      return earlier.filter((other) => other.op === op && entries(other).some(({ ino }) => ino === sized));
    }
    if (op.changes.length === 0 || (part > 0 && !this.#log.losesTo(op))) {
      this.#copies.add(effect);
      return earlier.filter((other) => other.op === op);
    }
    const included = new Set(entries(effect).map(({ ino }) => ino));
    const makers = earlier.filter((other) => makesDirectoryOf(other, effect));
    const carried = makers.filter((maker) => !included.has(maker.op.ino));
    this.#carried.set(effect, carried);
    const lost = part === 0 && this.#log.losesTo(op) !== undefined;
    if (!lost && !this.#log.follows(op)) return [...this.#transaction(earlier), ...carried];
    this.#inLog.add(effect);
    return [...earlier.filter((other) => this.#inLog.has(other) && isRelated(other, effect)), ...carried];
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    const isNewName = (op.kind === 'rename' || op.kind === 'link') && this.#log.follows(op);
    this.#log.take(op);
    if (isNewName) this.#log.logged([op.ino, ...this.#besides(op.ino, pending)], []);
    this.#halves = new Map();
    if (isSyncOfAll(op)) {
      this.#log.clear();
      return pending;
    }
    if (!this.#isLogging(op)) return [];
    const logged = this.#logged(op, pending);
    const beside = this.#copiesOf(op, pending).length > 0 ? this.#parentsOf(op.ino, pending) : [];
    this.#log.logged(
      [op.ino, ...beside],
      logged.flatMap((effect) => entries({ changes: this.logs(effect) })),
    );
    return logged;
  }

  /** Whether an op is an fsync that writes to the log. */
  #isLogging({ kind, ino }: Op): boolean {
    if (kind !== 'fsync' && kind !== 'fdatasync' && kind !== 'osync') return false;
    const inode = this.#view.inode(ino);
    // A file without a name is logged as one that is gone, with nothing of it; the name that it had may be there.
    return inode?.kind !== 'file' || inode.names.length > 0;
  }

  /** What an fsync logs; and of renames, which half. */
  #logged(op: Op, pending: readonly Effect[]): readonly Effect[] {
    this.#halves = new Map();
    const synced = new Set([...this.#own(op, pending), ...this.#names(op.ino, pending)]);
    for (const effect of synced) {
      for (const each of this.carries(effect)) synced.add(each);
      for (const ino of this.#displaced(effect, pending)) {
        for (const each of this.#names(ino, pending)) synced.add(each);
      }
    }
    return pending.filter((effect) => synced.has(effect));
  }

  /** The file has gone back to what was synced of it. */
  fails(op: Op): readonly Effect[] {
    this.#view.applyAll(op.changes);
    return [];
  }

  carries(effect: Effect): readonly Effect[] {
    return this.#carried.get(effect) ?? [];
  }

  logs(effect: Effect): readonly Change[] {
    return this.#halves.get(effect) ?? effect.changes;
  }

  memory({ name, pending }: Standing): string {
    const told = pending.map((effect) => {
      const carried = this.carries(effect).map((each) => pending.indexOf(each));
      const place = this.#inLog.has(effect) ? 'logged' : this.#copies.has(effect) ? 'copied' : '';
      return `${place} ${carried.filter((at) => at >= 0).join()}`.trim();
    });
    const log = this.#log.memory(name);
    return log === '' && told.every((each) => each === '') ? '' : `${log}|${told.join(';')}`;
  }

  #split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[] {
    if (op.kind === 'write') return this.#pages(op);
    if (op.kind === 'truncate') return resize(op);
    const lost = this.#log.losesTo(op);
    if (lost) return [[lost], op.changes];
    const isNew = this.#log.follows(op) && op.kind !== 'unlink' && op.kind !== 'rmdir';
    const above = isNew ? without(op, this.#above(op, pending)) : [];
    const beside = without(op, isNew ? this.#beside(op, pending) : this.#copiesOf(op, pending));
    // That a name is gone may be missed in a directory that is in the log already.
    const missed = beside.filter(({ dir, ino }) => ino === 0 && this.#log.holds(dir));
    const found = beside.filter((entry) => !missed.includes(entry));
    return [[...above, ...op.changes], found, missed].filter((group) => group.length > 0);
  }

  /** The sizes of files that go to the log for the sake of a name. */
  #sizes(op: Op, groups: readonly (readonly Change[])[], pending: readonly Effect[]): typeof groups {
    const named = groups.flatMap((changes) => entries({ changes }));
    if (this.#isLogging(op)) {
      const logged = this.#logged(op, pending).flatMap((effect) => entries({ changes: this.logs(effect) }));
      return loggedSizes([...logged, ...named], op.ino, pending, this.#view);
    }
    const isNew = (op.kind === 'rename' || op.kind === 'link') && this.#log.follows(op);
    return isNew ? loggedSizes(named, undefined, pending, this.#view) : [];
  }

  /** Each page with the size of the file. Those behind it come before it: writeback goes on to the end of what is dirty. */
  #pages(op: Op): readonly (readonly Change[])[] {
    const inode = this.#view.inode(op.ino);
    const sizes = op.changes.flatMap((change) => (change.type === 'grow' ? [change.size] : []));
    const size = Math.max(inode?.kind === 'file' ? inode.size : 0, ...sizes);
    const pages = op.changes.filter((change) => change.type === 'page');
    return pages.toReversed().map((page) => [{ type: 'grow', ino: op.ino, size }, page]);
  }

  /** The new directories above a new name: they go to the log with it. */
  #above(op: Op, pending: readonly Effect[]): readonly Entry[] {
    return entries(op)
      .filter(({ ino }) => ino !== 0)
      .flatMap(({ dir }) => pathTo(dir, pending));
  }

  /** What may go to the log with a new name: all changed entries of directories that held its synced names. */
  #beside(op: Op, pending: readonly Effect[]): readonly Entry[] {
    const all = this.#besides(op.ino, pending).flatMap((dir) => entriesIn(dir, pending));
    return withNames(all, pending);
  }

  /** The directories that are logged with a new name of an inode. */
  #besides(ino: number, pending: readonly Effect[]): readonly number[] {
    return this.#view.inode(ino)?.kind === 'dir' ? [] : this.#parentsOf(ino, pending);
  }

  #parentsOf(ino: number, pending: readonly Effect[]): readonly number[] {
    return committedParents(ino, pending, this.#view, (name) => this.#log.holdsName(name));
  }

  /**
   * What an fsync logs if no timer has ended the transaction on the way: all that is new in the new directories below a
   * directory; and all changed entries of directories that a file has, or had, its synced names in, once it has got another
   * or lost one.
   */
  #copiesOf(op: Op, pending: readonly Effect[]): readonly Entry[] {
    if (op.kind !== 'fsync' && op.kind !== 'fdatasync' && op.kind !== 'osync') return [];
    if (this.#view.inode(op.ino)?.kind === 'dir') {
      return withNames(entriesIn(op.ino, pending), pending).filter(({ dir }) => dir !== op.ino);
    }
    const isRenamed = pending.some((effect) => isNamed(effect, op.ino) && effect.op.kind !== 'create');
    return isRenamed ? this.#parentsOf(op.ino, pending).flatMap((dir) => entriesIn(dir, pending)) : [];
  }

  /** What of an inode itself an fsync logs: of a directory, its entries, and of a rename that brought one its half. */
  #own(op: Op, pending: readonly Effect[]): readonly Effect[] {
    const own = pending.filter((effect) => changes(effect, op.ino));
    if (op.kind === 'osync')
      return own.filter((effect) => effect.op.kind !== 'write' || isWrittenBy(effect, op));
    for (const effect of own) {
      const here = entries(effect).filter(({ dir }) => dir === op.ino);
      const isHalf =
        here.length > 0 && here.length < effect.changes.length && here.every(({ ino }) => ino !== 0);
      if (isHalf && this.#view.inode(effect.op.ino)?.kind !== 'dir') this.#halves.set(effect, here);
    }
    return own;
  }

  /** An inode's names; but that one is gone may be missed in a directory that is in the log already. */
  #names(ino: number, pending: readonly Effect[]): readonly Effect[] {
    return pending.filter((effect) => {
      if (!isNamed(effect, ino) || this.#copies.has(effect)) return false;
      return !isRemoval(effect) || !entries(effect).some(({ dir }) => this.#log.holds(dir));
    });
  }

  /** Inodes that had names which an effect gives to others, and have been renamed: they are logged as well. */
  #displaced(effect: Effect, pending: readonly Effect[]): readonly number[] {
    return entries({ changes: this.logs(effect) }).flatMap((entry) => {
      const ino = entry.ino === 0 ? undefined : movedFrom(entry, pending);
      const isGone = ino === undefined || ino === entry.ino || pending.some(({ op }) => op.freed === ino);
      return isGone ? [] : [ino];
    });
  }

  /** The last pending change of names, with and without the log: who needs them needs all that came before. */
  #transaction(earlier: readonly Effect[]): readonly Effect[] {
    const last = earlier.findLast(
      (effect) => isMetadata(effect) && !this.#inLog.has(effect) && !this.#copies.has(effect),
    );
    const logged = earlier.filter((effect) => this.#inLog.has(effect) && effect.id > (last?.id ?? -1));
    return last ? [last, ...logged] : logged;
  }
}

/** The entries, each once, without those that the op itself is about. */
function without(op: Op, all: readonly Entry[]): readonly Entry[] {
  const own = new Set(entries(op).map(key));
  const others = all.filter((entry) => !own.has(key(entry)));
  return [...new Map(others.map((entry) => [key(entry), entry])).values()];
}

/** The pending data of the page behind the one that an effect writes. */
function nextPage(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
  const page = effect.changes.find((change) => change.type === 'page');
  if (!page) return [];
  const next = earlier.findLast((other) =>
    other.changes.some(
      (change) => change.type === 'page' && change.ino === page.ino && change.index === page.index + 1,
    ),
  );
  return next ? [next] : [];
}

export const btrfs: PersistenceModel = {
  name: 'btrfs',
  summary: 'btrfs: transactions in order, and an fsync that logs one file ahead of them',
  source: `crash images of btrfs mounted by Linux 6.18 (25 workloads, 322 random ones, and those of test/kernel); fs/btrfs/tree-log.c (btrfs_log_inode_parent, btrfs_log_all_parents, btrfs_log_new_name, log_new_dir_dentries, log_conflicting_inodes, get_inode_size_to_log), inode.c, extent_io.c; ${FAILED_SYNC_SOURCE}`,
  rules: [
    'Names, modes, truncations and set sizes survive in the order of the ops, all before one if it does.',
    'A cut through a page sets the size, and zeroes the rest of that page as data: if the file grows again before those are written, what was cut off there is back.',
    'A page of a write is one effect with the size of the file: writeback starts at any page and goes on to the end of what is dirty, so a page needs the dirty page behind it. It needs all names from before it.',
    'A rename needs nothing of the file that moves but its name.',
    'fsync of a file makes its data and its changes of size and mode durable, and its names, with the directories that are new in the path to them; not what else came before. fdatasync does the same. That a name is gone may be missed if its directory is in the log already.',
    'fsync of a directory makes its entries durable, and its own name, in the same way; not the data of the files in it. Of a rename that brought a file from elsewhere it has one half: the new name, while the old one stays until the next transaction.',
    'A file that is logged for the sake of a name, be it by an fsync of a directory or because a rename or link goes into the log, may be logged with its size and without its data, if it was cut since and is not empty: its old data, under the new size.',
    'A new name that takes the place of one that was synced brings along the names that the file which had it has now.',
    'What is logged is in the log, inodes and names, until everything is synced. A rename of an inode that is in it, or out of a directory that is, goes into the log as well, and may take all changed entries of the directories that held its synced names with it; so does a further link to it, and the removal of a name. These need only what went into the log before them about the same file or name, and the directories that are new in the path.',
    'An fsync of a directory may log all that is new in the new directories below it; one of a file that has got or lost a name, all changed entries of the directories that held its synced names.',
    'Any other rename over a name that is in the log is two effects: the name goes, which goes into the log; and the rename. So what was there, synced and with a synced name, may be gone while what replaces it is not there.',
    'A write through O_SYNC or O_DSYNC is an fsync of the file, but for the data that it did not write.',
    'sync and syncfs make everything durable.',
    FAILED_SYNC_REVERTS,
  ],
  neverTears: true,
  failedSync: 'reverts',
  pages: 'chained',
  independent: false,
  start: (boot) => new Btrfs(boot),
};
