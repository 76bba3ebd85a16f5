import { PAGE_SIZE } from '../disk/image/types.ts';
import type { Change, Op } from '../disk/journal.ts';
import type { Effect } from './model.ts';

/** What several models say in the same words. A rule that only one model has stands in that model's file. */

export function isSync(op: Pick<Op, 'kind'>): boolean {
  return op.kind === 'fsync' || op.kind === 'fdatasync' || op.kind === 'osync' || isSyncOfAll(op);
}

/**
 * Whether an effect is what a write through O_SYNC or O_DSYNC has just written: the pages in its range, whoever made
 * them dirty, and the sizes that end there.
 *
 * @param osync the op that follows the write
 * @param end of the range, in bytes: where the write ends, or its last page
 */
export function isWrittenBy(
  { op, changes }: Effect,
  osync: Op,
  end = (osync.offset ?? 0) + (osync.length ?? 0),
): boolean {
  const { offset = 0 } = osync;
  if ((op.kind !== 'write' && op.kind !== 'osync') || op.ino !== osync.ino) return false;
  const data = changes.filter((change) => change.type === 'page' || change.type === 'sector');
  if (data.length > 0) {
    return data.some(({ index }) => (index + 1) * PAGE_SIZE > offset && index * PAGE_SIZE < end);
  }
  return changes.some((change) => change.type === 'grow' && change.size > offset && change.size <= end);
}

/** sync(2) and syncfs(2), which a model hears of only if it is about its own file system. */
export function isSyncOfAll(op: Pick<Op, 'kind'>): boolean {
  return op.kind === 'sync' || op.kind === 'syncfs';
}

/** The inode that a change belongs to: for an entry, the directory that holds it. */
export function subject(change: Change): number {
  return change.type === 'entry' ? change.dir : change.ino;
}

/** Whether an effect changes something of the inode itself: its data, size or mode, or an entry in it. */
export function changes(effect: Effect, ino: number): boolean {
  return effect.changes.some((change) => subject(change) === ino);
}

/** Whether an effect gives the inode a name, takes one away, or moves it. */
export function names({ op, changes }: Effect, ino: number): boolean {
  if (!changes.some((change) => change.type === 'entry')) return false;
  return op.ino === ino || op.replaced === ino;
}

/** Whether an effect is about the bytes of a page, not about sizes, names or attributes. */
export function isData(effect: Effect): boolean {
  return effect.changes.every((change) => change.type === 'page' || change.type === 'sector');
}

/** Each change survives alone, but a rename, which is one effect. */
export function splitByChange(op: Op): readonly (readonly Change[])[] {
  return op.kind === 'rename' ? [op.changes] : op.changes.map((change) => [change]);
}

/** An op survives whole or not at all. */
export function splitByOp(op: Op): readonly (readonly Change[])[] {
  return op.changes.length > 0 ? [op.changes] : [];
}

/** What a sync covers when it promises its own inode and nothing else. */
export function syncedByInode(op: Op, pending: readonly Effect[]): readonly Effect[] {
  if (isSyncOfAll(op)) return pending;
  switch (op.kind) {
    case 'fsync':
      return pending.filter((effect) => changes(effect, op.ino));
    case 'fdatasync':
      return pending.filter((effect) =>
        effect.changes.some((change) => subject(change) === op.ino && change.type !== 'mode'),
      );
    case 'osync':
      return pending.filter((effect) => isWrittenBy(effect, op));
    default:
      return [];
  }
}
