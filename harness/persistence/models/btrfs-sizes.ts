import type { Image } from '../../disk/image/image.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect } from '../model.ts';
import type { Entry } from './btrfs-names.ts';

/**
 * A file that goes to the log for the sake of a name is logged as one that exists: with its size, if that is less than
 * what was committed or logged of it, and with none of its data (get_inode_size_to_log; replay leaves a size of 0 out,
 * overwrite_item). So the old data may be there under a size that only new ones ever had. The rest of the page behind
 * the size stays where it is.
 *
 * @param named the entries that are logged
 * @param data the inode whose data are logged with its names
 * @param view the disk as the program sees it
 * @returns a cut for each file that was cut since; none that wasn't can be smaller than what was committed
 */
export function loggedSizes(
  named: readonly Entry[],
  data: number | undefined,
  pending: readonly Effect[],
  view: Image,
): readonly (readonly Change[])[] {
  const files = new Set(named.flatMap(({ ino }) => (ino === 0 || ino === data ? [] : [ino])));
  return [...files].flatMap((ino) => {
    const inode = view.inode(ino);
    const isCut = inode?.kind === 'file' && inode.size > 0 && pending.some((effect) => cuts(effect, ino));
    return isCut ? [[{ type: 'truncate', ino, size: inode.size, tail: true }]] : [];
  });
}

/** The file whose size an effect sets in the log, for the sake of a name. */
export function sizeLoggedOf({ op, changes: [change] }: Effect): number | undefined {
  return change?.type === 'truncate' && op.kind !== 'truncate' ? change.ino : undefined;
}

/** The size of a file that is cut, and then the zeroes behind it: those are data, and no commit waits for them. */
export function resize({ changes: all }: Op): readonly (readonly Change[])[] {
  const zeroes = all.filter(({ type }) => type === 'page').map((change) => [change]);
  const size = all.filter(({ type }) => type !== 'page');
  return [size.map((change) => (change.type === 'truncate' ? { ...change, tail: true } : change)), ...zeroes];
}

function cuts({ changes }: Effect, ino: number): boolean {
  return changes.some((change) => change.type === 'truncate' && change.ino === ino);
}
