import type { Image } from '../../disk/image/image.ts';
import type { Inode } from '../../disk/image/types.ts';
import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Op } from '../../disk/journal.ts';
import type { Effect } from '../model.ts';
import { isSyncOfAll } from '../rules.ts';

/** What is known of the block behind one page of a file. */
type Block =
  /** On the disk: data that is written to the page lands where the old data was. */
  | 'allocated'
  /** To be allocated at some time after the effect with this id, the first of a write to the page. */
  | { readonly after: number };

export interface FileBlocksOptions {
  /** Data that is written to a page that was cut off may land in the block that the page had. */
  readonly reusesCutBlocks: boolean;
}

/**
 * Which pages of which files have a block on the disk for sure. With delayed allocation a new page gets one when it is
 * written back, which is metadata; a page that has one is overwritten in place, which is not.
 */
export class FileBlocks {
  readonly #boot: Image;
  readonly #options: FileBlocksOptions;
  readonly #files = new Map<number, Map<number, Block>>();

  /** @param boot the disk at the beginning of the life, all of it durable */
  constructor(boot: Image, options: FileBlocksOptions = { reusesCutBlocks: false }) {
    this.#boot = boot;
    this.#options = options;
  }

  /** Takes in an op before its effects are asked about. */
  take(op: Op): void {
    for (const change of op.changes) {
      if (change.type === 'truncate') this.#cut(change.ino, change.size);
    }
    if (op.kind === 'fsync' || op.kind === 'fdatasync') this.#settle(op.ino);
    else if (isSyncOfAll(op)) for (const ino of this.#files.keys()) this.#settle(ino);
  }

  /** The block behind a page that an effect writes; a page that has none yet begins to wait for one. */
  of(effect: Effect, ino: number, index: number): Block {
    const blocks = this.#blocks(ino);
    let block = blocks.get(index);
    if (block === undefined) blocks.set(index, (block = { after: effect.id }));
    return block;
  }

  /** The pages of a file that have a block for sure, in order. */
  allocated(ino: number): readonly number[] {
    const pages = [...this.#blocks(ino)].filter(([, block]) => block === 'allocated');
    return pages.map(([index]) => index).sort((left, right) => left - right);
  }

  #blocks(ino: number): Map<number, Block> {
    let blocks = this.#files.get(ino);
    if (!blocks) this.#files.set(ino, (blocks = blocksOf(this.#boot.inode(ino))));
    return blocks;
  }

  #cut(ino: number, size: number): void {
    const blocks = this.#blocks(ino);
    for (const [index, block] of blocks) {
      const kept = index * PAGE_SIZE < size || (block === 'allocated' && this.#options.reusesCutBlocks);
      if (!kept) blocks.delete(index);
    }
  }

  #settle(ino: number): void {
    const blocks = this.#blocks(ino);
    for (const index of blocks.keys()) blocks.set(index, 'allocated');
  }
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
