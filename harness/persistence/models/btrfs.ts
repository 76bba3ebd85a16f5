import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel } from '../model.ts';
import { changes, isSyncOfAll, splitByOp, subject } from '../rules.ts';
import { LogTree } from './btrfs-log.ts';
import { isMetadata } from './journaled.ts';

/**
 * btrfs commits transactions, each with all names up to its moment, so names survive in the order of the ops. fsync
 * does not wait for that: it writes the file alone, with its names, to the log tree, which is replayed on top of the
 * last transaction. So what is logged is durable before the names that came earlier, and from then on changes of
 * logged names go to the log as well, ahead of the rest.
 */
class Btrfs implements Machine {
  readonly #log = new LogTree();
  /** Effects that go to the log as well as into the transaction. */
  readonly #inLog = new Set<Effect>();
  /** By effect: what is logged along with it. */
  readonly #carried = new Map<Effect, readonly Effect[]>();

  split(op: Op): readonly (readonly Change[])[] {
    const lost = this.#log.losesTo(op);
    return lost ? [[lost], op.changes] : splitByOp(op);
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const { op, part } = effect;
    if (!isMetadata(effect)) return [...this.#transaction(earlier), ...continued(effect, earlier)];
    const carried = earlier.filter((other) => makesDirectoryOf(other, effect));
    this.#carried.set(effect, carried);
    const lost = part === 0 && this.#log.losesTo(op) !== undefined;
    if (!lost && !this.#log.follows(op)) return [...this.#transaction(earlier), ...carried];
    this.#inLog.add(effect);
    return [...this.#lastInLog(earlier), ...carried];
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    this.#log.take(op);
    if (isSyncOfAll(op)) {
      this.#log.clear();
      return pending;
    }
    const named = pending.filter((effect) => isNamed(effect, op.ino));
    if (op.through) return [...pending.filter((effect) => effect.op === op), ...named];
    if (op.kind !== 'fsync' && op.kind !== 'fdatasync') return [];
    const own = pending.filter((effect) => changes(effect, op.ino));
    const synced = new Set([...own, ...named]);
    for (const effect of synced) for (const each of this.carries(effect)) synced.add(each);
    const logged = pending.filter((effect) => synced.has(effect));
    this.#log.logged(op.ino, logged);
    return logged;
  }

  carries(effect: Effect): readonly Effect[] {
    return this.#carried.get(effect) ?? [];
  }

  /** The last pending change of names, with and without the log: who needs them needs all that came before. */
  #transaction(earlier: readonly Effect[]): readonly Effect[] {
    const last = earlier.findLast((effect) => isMetadata(effect) && !this.#inLog.has(effect));
    return last ? [last, ...this.#lastInLog(earlier)] : this.#lastInLog(earlier);
  }

  #lastInLog(earlier: readonly Effect[]): readonly Effect[] {
    const last = earlier.findLast((effect) => this.#inLog.has(effect));
    return last ? [last] : [];
  }
}

/** Whether an effect is about the names of an inode, which an fsync of it logs. */
function isNamed({ op, changes }: Effect, ino: number): boolean {
  return op.ino === ino && changes.some((change) => change.type === 'entry');
}

/** The pending data that a write overwrites or continues: it is written with it in one piece, or before. */
function continued({ op }: Effect, earlier: readonly Effect[]): readonly Effect[] {
  const { offset = 0, length = 0 } = op;
  const first = Math.floor(offset / PAGE_SIZE) - 1;
  const last = Math.floor((offset + length - 1) / PAGE_SIZE);
  return earlier.filter((other) =>
    other.changes.some(
      (change) =>
        change.type === 'page' && change.ino === op.ino && change.index >= first && change.index <= last,
    ),
  );
}

/** Whether the one effect makes the directory that the other puts an entry into. */
function makesDirectoryOf(maker: Effect, effect: Effect): boolean {
  const made = maker.op.birth?.ino;
  return effect.changes.some(
    (change) => change.type === 'entry' && change.ino !== 0 && subject(change) === made,
  );
}

export const btrfs: PersistenceModel = {
  name: 'btrfs',
  summary: 'btrfs: transactions in order, and an fsync that logs one file ahead of them',
  source:
    'crash images of btrfs mounted by Linux 6.18 (25 workloads, and those of test/kernel); fs/btrfs/tree-log.c, inode.c',
  rules: [
    'Names, modes, truncations and set sizes survive in the order of the ops, all before one if it does.',
    'A write is one effect, its size included: what is dirty side by side goes into one extent, as long as the disk has one that is large enough. It needs all of that from before it, and the pending data of the file that it overwrites or continues.',
    'A rename needs nothing of the file that moves but its name.',
    'fsync of a file makes its data and its changes of size and mode durable, and its names, with the directories that are new in the path to them; not what else came before. fdatasync does the same.',
    'fsync of a directory makes its entries durable, and its own name, in the same way; not the data of the files in it.',
    'A name that was pending when an fsync made it durable is in the log, until everything is synced. A removal or rename of it goes into the log as well, and so does a further link to its file, and a rename out of a directory whose entries an fsync made durable. These need only what went into the log before them, and the directories that are new in the path.',
    'Any other rename over a name that is in the log is two effects: the name goes, which goes into the log; and the rename. So what was there, synced and with a synced name, may be gone while what replaces it is not there.',
    'A write through O_SYNC or O_DSYNC is a sync of its own data and of the names of the file.',
    'sync and syncfs make everything durable.',
  ],
  neverTears: true,
  independent: false,
  start: () => new Btrfs(),
};
