import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel } from '../model.ts';
import { changes, isSyncOfAll, splitByOp, subject } from '../rules.ts';
import { isMetadata } from './journaled.ts';

/**
 * btrfs commits transactions, each with all names up to its moment, so names survive in the order of the ops. fsync
 * does not wait for that: it writes the file alone, with its names, to the log tree, which is replayed on top of the
 * last transaction. So what is logged is durable before the names that came earlier, and from then on changes of
 * logged names go to the log as well, ahead of the rest.
 */
class Btrfs implements Machine {
  /** Inodes that an fsync of this transaction has logged. A timer may end the transaction at any time: then nothing here matters. */
  readonly #logged = new Set<number>();
  /** Effects that go to the log tree as well as into the transaction. */
  readonly #inLog = new Set<Effect>();
  /** By effect: what is logged along with it. */
  readonly #carried = new Map<Effect, readonly Effect[]>();

  split(op: Op): readonly (readonly Change[])[] {
    const unlogged = this.#removedFromLog(op);
    return unlogged ? [[unlogged], op.changes] : splitByOp(op);
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    if (!isMetadata(effect)) return [...transaction(earlier, this.#inLog), ...continued(effect, earlier)];
    const carried = earlier.filter((other) => makesDirectoryOf(other, effect));
    this.#carried.set(effect, carried);
    if (!this.#goesToLog(effect)) return [...transaction(earlier, this.#inLog), ...carried];
    this.#inLog.add(effect);
    return [...earlier.filter((other) => this.#inLog.has(other)).slice(-1), ...carried];
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    if (isSyncOfAll(op)) {
      this.#logged.clear();
      return pending;
    }
    if (op.through) return pending.filter((effect) => effect.op === op || this.#isLogged(effect, op.ino));
    if (op.kind !== 'fsync' && op.kind !== 'fdatasync') return [];
    this.#logged.add(op.ino);
    return pending.filter((effect) => changes(effect, op.ino) || this.#isLogged(effect, op.ino));
  }

  carries(effect: Effect): readonly Effect[] {
    return this.#carried.get(effect) ?? [];
  }

  /** Whether an effect is about the names of the inode that an fsync logs. */
  #isLogged({ op, changes }: Effect, ino: number): boolean {
    return op.ino === ino && changes.some((change) => change.type === 'entry');
  }

  /**
   * A rename over a logged file takes the file's name out of the log at once. If what moves there is not logged, the
   * next log write has the one without the other.
   */
  #removedFromLog(op: Op): Change | undefined {
    const [from, to] = op.changes;
    if (op.kind !== 'rename' || op.replaced === undefined || to?.type !== 'entry') return undefined;
    if (!this.#logged.has(op.replaced) || this.#logged.has(op.ino)) return undefined;
    if (from?.type === 'entry' && this.#logged.has(from.dir)) return undefined;
    return { ...to, ino: 0 };
  }

  /** Whether the log follows the change: a logged inode, or an entry of a logged directory, that moves or goes. */
  #goesToLog({ op, part, changes }: Effect): boolean {
    switch (op.kind) {
      case 'link':
        return this.#logged.has(op.ino);
      case 'unlink':
      case 'rmdir':
      case 'rename': {
        if (part === 0 && this.#removedFromLog(op)) return true;
        const [from] = changes;
        return this.#logged.has(op.ino) || (from?.type === 'entry' && this.#logged.has(from.dir));
      }
      default:
        return false;
    }
  }
}

/** The last pending name changes, one of each sort: whoever needs them needs all that the transaction has before. */
function transaction(earlier: readonly Effect[], inLog: ReadonlySet<Effect>): readonly Effect[] {
  const last = earlier.findLast((effect) => isMetadata(effect) && !inLog.has(effect));
  const lastInLog = earlier.findLast((effect) => inLog.has(effect));
  return [last, lastInLog].filter((effect) => effect !== undefined);
}

/** The pending data that a write overwrites or continues: it is written with it in one piece, or before. */
function continued(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
  const { op } = effect;
  const first = Math.floor((op.offset ?? 0) / PAGE_SIZE) - 1;
  const last = Math.floor(((op.offset ?? 0) + (op.length ?? 0) - 1) / PAGE_SIZE);
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
  source: 'crash images of btrfs mounted by Linux 6.18 (25 workloads); fs/btrfs/tree-log.c',
  rules: [
    'Names, modes, truncations and set sizes survive in the order of the ops, all before one if it does.',
    'A write is one effect, its size included: what is dirty side by side goes into one extent, as long as the disk has one that is large enough. It needs all of that from before it, and the pending data of the file that it overwrites or continues.',
    'A rename needs nothing of the file that moves but its name.',
    'fsync of a file makes its data and its changes of size and mode durable, and its names, with the directories that are new in the path to them; not what else came before. fdatasync does the same.',
    'fsync of a directory makes its entries durable, and its own name, in the same way; not the data of the files in it.',
    'After an fsync, and until everything is synced: a link, rename or removal of what was synced, and a removal or rename of an entry in a directory that was synced, goes into the log. It needs only what went into the log before it.',
    'A rename over a file that was synced is two effects if neither what moves nor the directory that it leaves was synced: the synced file loses its name, which goes into the log; then the rename.',
    'A write through O_SYNC or O_DSYNC is a sync of its own data and of the names of the file.',
    'sync and syncfs make everything durable.',
  ],
  independent: false,
  start: () => new Btrfs(),
};
