import type { PersistenceModel } from '../model.ts';
import { splitByChange, syncedByInode } from '../rules.ts';

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
    'sync and syncfs make everything durable.',
  ],
  independent: true,
  start: () => ({ split: splitByChange, precedes: () => [], syncs: syncedByInode }),
};
