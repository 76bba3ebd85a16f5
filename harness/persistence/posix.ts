import type { Change, Op } from '../disk/journal.ts';
import type { Effect, PersistenceModel } from './model.ts';

/**
 * The weakest disk that still renames atomically: only syncs order anything. Whoever survives it leans on nothing
 * that a manual page does not promise, but for the atomic rename, which POSIX promises to running programs only and
 * every file system with a journal or copy-on-write keeps over a crash as well.
 */
export const posix: PersistenceModel = {
  name: 'posix',
  summary: 'every effect survives or not on its own; only syncs order anything; rename is atomic',
  source: 'fsync(2) and rename(2), IEEE Std 1003.1-2024; ALICE (OSDI 2014), Table 2, but for rename',
  rules: [
    'Each page of a write, each raise of the size, each directory entry and each attribute survives on its own.',
    'A rename is one effect: both entries change, or neither.',
    "fsync of a file makes its data, size and attributes durable, not its name. fdatasync leaves the file's mode out.",
    'fsync of a directory makes the entries made and removed in it durable, and with a rename the other directory too.',
    'A write through O_SYNC or O_DSYNC makes its own pages and size durable, not earlier dirty data of the file.',
    'sync makes everything durable.',
  ],
  independent: true,
  start: () => ({
    split: (op) => (op.kind === 'rename' ? [op.changes] : op.changes.map((change) => [change])),
    precedes: () => [],
    syncs: syncedByInode,
  }),
};

/** What a sync covers when it promises its own inode and nothing else. */
export function syncedByInode(op: Op, pending: readonly Effect[]): readonly Effect[] {
  switch (op.kind) {
    case 'sync':
      return pending;
    case 'fsync':
      return pending.filter((effect) => effect.changes.some((change) => subject(change) === op.ino));
    case 'fdatasync':
      return pending.filter((effect) =>
        effect.changes.some((change) => subject(change) === op.ino && change.type !== 'mode'),
      );
    default:
      return op.through ? pending.filter((effect) => effect.op === op) : [];
  }
}

/** The inode that a change belongs to: for an entry, the directory that holds it. */
export function subject(change: Change): number {
  return change.type === 'entry' ? change.dir : change.ino;
}
