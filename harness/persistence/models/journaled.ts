import type { Op } from '../../disk/journal.ts';
import type { Effect } from '../model.ts';
import type { FileBlocks } from './file-blocks.ts';
import { roundUp } from '../overrides.ts';
import { changes, isData, isSyncOfAll, isWrittenBy, names, subject } from '../rules.ts';

/**
 * What ext4 and xfs have in common: a journal that holds all metadata of the file system in the order of the ops, and
 * file data outside it, which is written back when it is.
 */

/** Whether an effect is metadata at the time of its op. The sizes that writes bring about come later, with the data. */
export function isMetadata(effect: Effect): boolean {
  return effect.op.kind !== 'write' && !isData(effect);
}

/**
 * The last pending metadata before some moment: whoever needs it needs all metadata before.
 * @param until the id of an effect: nothing that came after it counts
 */
export function lastMetadata(earlier: readonly Effect[], until = Infinity): readonly Effect[] {
  const last = earlier.findLast((effect) => effect.id <= until && isMetadata(effect));
  return last ? [last] : [];
}

/** What data needs: new data is only there once its blocks are, and those are metadata; data in place needs nothing. */
export function neededByBlocks(
  effect: Effect,
  earlier: readonly Effect[],
  blocks: FileBlocks,
): readonly Effect[] {
  let latest = -1;
  for (const change of effect.changes) {
    if (change.type !== 'page') continue;
    const block = blocks.of(effect, change.ino, change.index);
    if (block !== 'allocated') latest = Math.max(latest, block.after);
  }
  return latest < 0 ? [] : lastMetadata(earlier, latest);
}

/**
 * What an effect that sets a file's size needs of its own op: the page that the cut goes through, zeroed from there on,
 * if that page is on the disk. A page that has no block yet is zeroed in memory before anybody writes it.
 */
export function zeroedBefore(
  { op }: Effect,
  earlier: readonly Effect[],
  blocks: FileBlocks,
): readonly Effect[] {
  if (op.kind !== 'truncate') return [];
  return earlier.filter((other) => {
    const [change] = other.changes;
    return (
      other.op === op && change?.type === 'page' && blocks.behind(change.ino, change.index) === 'allocated'
    );
  });
}

/**
 * What a sync makes durable by itself; the journal's order brings the rest. A file system that only has to write its
 * journal up to the last change of an inode can't be relied on to write more: a timer may have written that change
 * already, and then the sync finds nothing to do.
 */
export function syncedUpToLastChange(op: Op, pending: readonly Effect[]): readonly Effect[] {
  if (isSyncOfAll(op)) return pending;
  switch (op.kind) {
    case 'fsync':
      return pending.filter((effect) => changes(effect, op.ino) || names(effect, op.ino));
    case 'fdatasync':
      return pending.filter((effect) => isNeededToRead(effect, op.ino));
    case 'osync':
      return syncedByWrite(op, pending);
    default:
      return [];
  }
}

/**
 * A write through O_SYNC or O_DSYNC: its own pages, with the size that they bring, and what an fsync or fdatasync would
 * say of the inode.
 */
function syncedByWrite(op: Op, pending: readonly Effect[]): readonly Effect[] {
  const end = roundUp((op.offset ?? 0) + (op.length ?? 0));
  const synced = op.through === 'sync' ? 'fsync' : 'fdatasync';
  const ofInode = syncedUpToLastChange({ ...op, kind: synced }, pending);
  return ofInode.filter((effect) => isWrittenBy(effect, op, end) || isMetadata(effect));
}

/** Whether an effect decides what a reader finds in a file or directory: its data or entries, and that it is there. */
function isNeededToRead(effect: Effect, ino: number): boolean {
  if (effect.op.birth?.ino === ino) return true;
  return effect.changes.some((change) => change.type !== 'mode' && subject(change) === ino);
}
