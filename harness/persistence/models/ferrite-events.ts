import type { Image } from '../../disk/image/image.ts';
import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect } from '../model.ts';

/**
 * FERRITE's update events, Definition 2 of the paper, as effects. Its blocks are our pages, of 4096 bytes both:
 * - `extend`: data in a block that the file did not have, and the size up to it, at once;
 * - `write`: data in a block that the file has;
 * - `setattr`: a size or a mode alone, as an append within the last block sets the size;
 * - link, unlink and rename: here all effects with entries, making a file or directory included.
 *
 * The paper knows no holes: a page that lies below the file's size is taken for a block that the file has.
 */
export class FerriteEvents {
  /** What the program sees before the op at hand. */
  readonly view: Image;

  constructor(boot: Image) {
    this.view = boot.fork();
  }

  /** Takes in an op, and says what its events are. */
  split(op: Op): readonly (readonly Change[])[] {
    // A cut is one event, `setattr`: that it zeroes the page which it goes through, the paper does not say.
    const changes = op.kind === 'truncate' ? op.changes.filter(({ type }) => type !== 'page') : op.changes;
    const groups = op.kind === 'write' ? this.#splitWrite(op) : changes.length > 0 ? [changes] : [];
    if (op.birth) this.view.add(op.birth.ino, op.birth.inode);
    for (const change of op.changes) this.view.apply(change);
    return groups;
  }

  /** Page by page; within a block the data comes first, as in FERRITE, and then the size. */
  #splitWrite({ ino, changes }: Op): readonly (readonly Change[])[] {
    const inode = this.view.inode(ino);
    const size = inode?.kind === 'file' ? inode.size : 0;
    const groups: Change[][] = [];
    let raised: Change | undefined;
    for (const change of changes) {
      if (change.type === 'grow') raised = change;
      if (change.type !== 'page') continue;
      const isNew = raised !== undefined && change.index * PAGE_SIZE >= size;
      if (isNew) groups.push([raised!, change]);
      else groups.push([change], ...(raised ? [[raised]] : []));
      raised = undefined;
    }
    return groups;
  }
}

/** link, unlink and rename. */
export function isDirOp({ changes }: Effect): boolean {
  return changes.some((change) => change.type === 'entry');
}

function hasData({ changes }: Effect): boolean {
  return changes.some((change) => change.type === 'page' || change.type === 'sector');
}

function hasSize({ changes }: Effect): boolean {
  return changes.some((change) => change.type === 'grow' || change.type === 'truncate');
}

/** Data in a new block of the file, with the size. */
export function isExtend(effect: Effect): boolean {
  return hasData(effect) && hasSize(effect);
}

/** Data in a block that the file has. */
export function isWrite(effect: Effect): boolean {
  return hasData(effect) && !hasSize(effect);
}

/** Anything that sets an attribute, the size by `extend` included. */
export function isMetadata(effect: Effect): boolean {
  return !isWrite(effect) && !isDirOp(effect);
}

/** Whether two events are about one file's data or attributes. */
export function sameFile(left: Effect, right: Effect): boolean {
  return !isDirOp(left) && !isDirOp(right) && left.op.ino === right.op.ino;
}

/** Whether two events put data into one block of one file. */
export function sameBlock(left: Effect, right: Effect): boolean {
  return sameFile(left, right) && blocks(left).some((block) => blocks(right).includes(block));
}

function blocks({ changes }: Effect): readonly number[] {
  return changes.flatMap((change) =>
    change.type === 'page' || change.type === 'sector' ? [change.index] : [],
  );
}
