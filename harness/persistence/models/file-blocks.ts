import type { Image } from '../../disk/image/image.ts';
import type { Inode } from '../../disk/image/types.ts';
import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Op } from '../../disk/journal.ts';
import { GONE, type Effect, type Standing } from '../model.ts';
import { isSyncOfAll } from '../rules.ts';

/** What is known of the block behind one page of a file. */
export type Block =
  /** On the disk: data that is written to the page lands where the old data was. */
  | 'allocated'
  /** To be allocated at some time after the effect with this id, the first of a write to the page. */
  | { readonly after: number };

/**
 * Which pages of which files have a block on the disk for sure. With delayed allocation a new page gets one when it is
 * written back, which is metadata; a page that has one is overwritten in place, which is not.
 */
export class FileBlocks {
  readonly #boot: Image;
  readonly #files = new Map<number, Map<number, Block>>();

  /** @param boot the disk at the beginning of the life, all of it durable */
  constructor(boot: Image) {
    this.#boot = boot;
  }

  /** Takes in an op before its effects are asked about. */
  take(op: Op): void {
    for (const change of op.changes) {
      if (change.type === 'truncate') this.#cut(change.ino, change.size);
    }
    if (op.kind === 'fsync' || op.kind === 'fdatasync') this.#settle(op.ino);
    else if (op.kind === 'osync') this.#settle(op.ino, op.offset, op.length);
    else if (isSyncOfAll(op)) for (const ino of this.#files.keys()) this.#settle(ino);
  }

  /** What is known of the block behind a page; undefined if it has none, and no write has asked for one. */
  behind(ino: number, index: number): Block | undefined {
    return this.#blocks(ino).get(index);
  }

  /** The block behind a page that an effect writes; a page that has none yet begins to wait for one. */
  of(effect: Effect, ino: number, index: number): Block {
    const blocks = this.#blocks(ino);
    let block = blocks.get(index);
    if (block === undefined) blocks.set(index, (block = { after: effect.id }));
    return block;
  }

  /** The pages of a file that have a block, or wait for one, in order. */
  pages(ino: number): readonly number[] {
    return [...this.#blocks(ino).keys()].sort((left, right) => left - right);
  }

  /** What a machine that boots from the durable image would not know; '' if that is nothing. */
  memory({ name, pending, durable }: Standing): string {
    const files: string[] = [];
    for (const [ino, blocks] of this.#files) {
      if (isAsBooted(blocks, durable.inode(ino)) || name(ino) === GONE) continue;
      const told = [...blocks]
        .sort(([left], [right]) => left - right)
        .map(([index, block]) => `${index} ${blockText(block, pending)}`);
      files.push(`${name(ino)}: ${told.join()}`);
    }
    return files.sort().join(';');
  }

  #blocks(ino: number): Map<number, Block> {
    let blocks = this.#files.get(ino);
    if (!blocks) this.#files.set(ino, (blocks = blocksOf(this.#boot.inode(ino))));
    return blocks;
  }

  #cut(ino: number, size: number): void {
    const blocks = this.#blocks(ino);
    for (const index of blocks.keys()) if (index * PAGE_SIZE >= size) blocks.delete(index);
  }

  /** The pages in this range of bytes have been written back. */
  #settle(ino: number, offset = 0, length = Infinity): void {
    const blocks = this.#blocks(ino);
    for (const index of blocks.keys()) {
      const isIn = (index + 1) * PAGE_SIZE > offset && index * PAGE_SIZE < offset + length;
      if (isIn) blocks.set(index, 'allocated');
    }
  }
}

/** A block that waits is told by how many of the pending effects are not later than what it comes after. */
function blockText(block: Block, pending: readonly Effect[]): string {
  if (block === 'allocated') return block;
  return `after ${pending.filter(({ id }) => id <= block.after).length}`;
}

/** Whether these are the blocks that a machine would know of which boots now. */
function isAsBooted(blocks: ReadonlyMap<number, Block>, inode: Inode | undefined): boolean {
  const booted = blocksOf(inode);
  if (booted.size !== blocks.size) return false;
  for (const index of booted.keys()) if (blocks.get(index) !== 'allocated') return false;
  return true;
}

/** A page of zeros is taken for a hole: an image doesn't tell them apart. */
function blocksOf(inode: Inode | undefined): Map<number, Block> {
  const blocks = new Map<number, Block>();
  if (inode?.kind !== 'file') return blocks;
  inode.pages.forEach((page, index) => {
    if (page !== null && index * PAGE_SIZE < inode.size) blocks.set(index, 'allocated');
  });
  return blocks;
}
