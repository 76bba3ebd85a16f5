import type { Image } from '../../disk/image/image.ts';
import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, PersistenceModel, Standing } from '../model.ts';
import { isSyncOfAll } from '../rules.ts';
import { FreedBlocks, type PageChange } from './freed-blocks.ts';
import { isMetadata } from './journaled.ts';
import { Ext4, ext4, ext4Noauto, type Ext4Mount } from './ext4.ts';

/**
 * ext4 with data=writeback. Blocks that an op frees may be given to new data at once, and be overwritten before the
 * freeing is durable. If the freeing is lost, the old file is there again, with the new data in it.
 */
class Ext4Writeback extends Ext4 {
  readonly #mount: Ext4Mount;
  readonly #freed = new FreedBlocks();

  constructor(boot: Image, mount: Ext4Mount) {
    super(boot, mount);
    this.#mount = mount;
  }

  override split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[] {
    const landed = [...this.#free(op), ...this.#landNew(op)];
    const groups = super.split(op, pending);
    if (isSyncOfAll(op)) this.#freed.clear();
    else if (op.kind === 'fsync' || op.kind === 'fdatasync') this.#freed.settle(op.ino);
    else if (op.kind === 'osync') this.#freed.settle(op.ino, (index) => this.#hasBlock(op.ino, index));
    return [...groups, ...landed.map((change) => [change])];
  }

  override precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const landing = this.#freed.landing(effect);
    if (!landing) {
      this.#freed.take(effect);
      return super.precedes(effect, earlier);
    }
    // Data in a block that no sync has seen allocated: first it was given to the old file, and written.
    const { ino, index, freeing } = landing.block;
    const old = earlier.findLast(
      (other) => other.id < freeing!.id && !this.#freed.landing(other) && holdsPage(other, ino, index),
    );
    return old ? [old] : [];
  }

  /**
   * Data lies in a freed block only if the freeing is lost, in one at a time, and in none if the page had got its own
   * before; and a block holds what came last.
   */
  excludes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const landing = this.#freed.landing(effect);
    if (!landing) return [];
    const { page, block } = landing;
    return earlier.filter((other) => {
      const before = this.#freed.landing(other);
      if (!before) return other === block.freeing || other.changes.some((each) => givesBlock(each, page));
      return before.block === block || (before.page.ino === page.ino && before.page.index === page.index);
    });
  }

  override syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    const synced = super.syncs(op, pending);
    if (synced.length === 0) return synced;
    const files = synced.filter((effect) => !this.#freed.landing(effect));
    if (isSyncOfAll(op)) return files;
    const metadata = files.flatMap((effect) => [effect, ...effect.needs]).filter((each) => isMetadata(each));
    this.#freed.forget(Math.max(-1, ...metadata.map(({ id }) => id)));
    return files;
  }

  /** A commit does not wait for data: the size of a file that was cut may be durable before the zeroes behind it. */
  protected override zeroed(): readonly Effect[] {
    return [];
  }

  protected override resize(op: Op): readonly (readonly Change[])[] {
    return super
      .resize(op)
      .map((group) =>
        group.map((change) => (change.type === 'truncate' ? { ...change, tail: true } : change)),
      );
  }

  override memory(standing: Standing): string {
    const parts = [super.memory(standing), this.#freed.memory(standing)];
    return parts.every((part) => part === '') ? '' : parts.join('|');
  }

  /** What waits for a block may get those that an op frees, by taking a file's last name or by cutting it. */
  #free(op: Op): readonly PageChange[] {
    const landed: PageChange[] = [];
    const allocated = op.kind === 'rename' && this.#mount.autoDaAlloc ? [op.ino] : [];
    if (op.freed !== undefined) {
      landed.push(...this.#freed.free(op.freed, this.blocks.pages(op.freed), op, [op.freed, ...allocated]));
      if (op.dropped) this.#freed.cut(op.freed, 0);
    }
    for (const change of op.changes) {
      if (change.type !== 'truncate') continue;
      const from = Math.ceil(change.size / PAGE_SIZE);
      this.#freed.cut(change.ino, from);
      const pages = this.blocks.pages(change.ino).filter((index) => index >= from);
      landed.push(...this.#freed.free(change.ino, pages, op));
    }
    return landed;
  }

  /** Data for pages that have no block for sure. */
  #landNew(op: Op): readonly PageChange[] {
    if (op.kind !== 'write' && op.kind !== 'truncate') return [];
    const data = op.changes.filter((change) => change.type === 'page');
    return this.#freed.write(data.filter((page) => !this.#hasBlock(page.ino, page.index)));
  }

  #hasBlock(ino: number, index: number): boolean {
    return this.blocks.behind(ino, index) === 'allocated';
  }
}

function holdsPage({ changes }: Effect, ino: number, index: number): boolean {
  return changes.some((change) => change.type === 'page' && change.ino === ino && change.index === index);
}

/** Whether a change of a file shows that a page of it has a block: its data is there, or the size up to it. */
function givesBlock(change: Change, { ino, index }: PageChange): boolean {
  if (change.type === 'page' || change.type === 'sector') return change.ino === ino && change.index === index;
  return change.type === 'grow' && change.ino === ino && Math.ceil(change.size / PAGE_SIZE) === index + 1;
}

const RULES = [
  'Blocks that an op frees, by removing or replacing the last name of a file or by cutting one, may be given at once to any page, of any file, that has no block yet, one block to a page; not to one whose file is gone, and open nowhere. If the new data survives and the freeing does not, the old file holds it.',
  'But the size of a file that was cut does not need the zeroes behind it: if the file grows again before the page that the cut went through is written, what was cut off there is back.',
] as const;

export const ext4Writeback: PersistenceModel = {
  ...ext4,
  name: 'ext4-writeback',
  summary: 'ext4 with data=writeback: freed blocks are given to new data before the freeing is durable',
  source: ext4.source.replace('data=ordered', 'data=writeback'),
  rules: [...ext4.rules, ...RULES],
  start: (boot) => new Ext4Writeback(boot, { autoDaAlloc: true }),
};

export const ext4WritebackNoauto: PersistenceModel = {
  ...ext4Noauto,
  name: 'ext4-writeback-noauto',
  summary: 'the same without auto_da_alloc',
  source: ext4Noauto.source.replace('data=ordered', 'data=writeback'),
  rules: [...ext4Noauto.rules, ...RULES],
  start: (boot) => new Ext4Writeback(boot, { autoDaAlloc: false }),
};
