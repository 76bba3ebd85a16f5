import type { Image } from '../../disk/image/image.ts';
import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, PersistenceModel } from '../model.ts';
import { isSyncOfAll } from '../rules.ts';
import { Ext4, ext4, ext4Noauto, type Ext4Mount } from './ext4.ts';

type PageChange = Extract<Change, { type: 'page' }>;

/**
 * ext4 with data=writeback. Blocks that an op frees may be given to new data at once, and be overwritten before the
 * freeing is durable. If the freeing is lost, the old file is there again, with the new data in it.
 */
class Ext4Writeback extends Ext4 {
  readonly #mount: Ext4Mount;
  /** Files that are gone: the pages whose blocks may be given out again. */
  readonly #freed = new Map<number, ReadonlySet<number>>();
  /** By a page of one file in a block of another: the file whose data it is. */
  readonly #owners = new WeakMap<Change, number>();
  /** By file and page: data that waits for a block. */
  readonly #waiting = new Map<number, Map<number, PageChange>>();

  constructor(boot: Image, mount: Ext4Mount) {
    super(boot, mount, { reusesCutBlocks: true });
    this.#mount = mount;
  }

  override split(op: Op): readonly (readonly Change[])[] {
    const landed = op.freed === undefined ? [] : this.#landInFreed(op, op.freed);
    if (op.kind === 'write') landed.push(...this.#landNew(op));
    const groups = super.split(op);
    if (isSyncOfAll(op)) {
      this.#freed.clear();
      this.#waiting.clear();
    } else if (op.kind === 'fsync' || op.kind === 'fdatasync') this.#waiting.delete(op.ino);
    return [...groups, ...landed.map((change) => [change])];
  }

  override precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    return isReuse(effect) ? [] : super.precedes(effect, earlier);
  }

  /** A block that an op frees is given out after that: if the freeing is lost, so is that the data got a block. */
  excludes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const page = effect.changes[0];
    const owner = page && this.#owners.get(page);
    if (page?.type !== 'page' || owner === undefined) return [];
    return earlier.filter((other) => other.changes.some((change) => givesBlock(change, owner, page.index)));
  }

  override syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    const synced = super.syncs(op, pending);
    return isSyncOfAll(op) ? synced : synced.filter((effect) => !isReuse(effect));
  }

  /** A file's data in a block of another, which is gone. */
  #landed(page: PageChange, freed: number): PageChange {
    const landed = { ...page, ino: freed };
    this.#owners.set(landed, page.ino);
    return landed;
  }

  /** What waits for a block when an op frees some: it may get them. */
  #landInFreed(op: Op, freed: number): PageChange[] {
    const pages = new Set(this.blocks.allocated(freed));
    this.#freed.set(freed, pages);
    const allocatedBefore = op.kind === 'rename' && this.#mount.autoDaAlloc ? op.ino : undefined;
    const landing = [...this.#waiting].filter(([ino]) => ino !== freed && ino !== allocatedBefore);
    return landing
      .flatMap(([, waiting]) => [...waiting.values()])
      .filter((page) => pages.has(page.index))
      .map((page) => this.#landed(page, freed));
  }

  /** New data that may get blocks which were freed before. */
  #landNew(op: Op): PageChange[] {
    const data = op.changes.filter((change) => change.type === 'page');
    const fresh = data.filter((page) => !this.blocks.allocated(page.ino).includes(page.index));
    const waiting = this.#waiting.get(op.ino) ?? new Map<number, PageChange>();
    for (const page of fresh) waiting.set(page.index, page);
    this.#waiting.set(op.ino, waiting);
    return [...this.#freed].flatMap(([ino, pages]) =>
      fresh.filter((page) => pages.has(page.index)).map((page) => this.#landed(page, ino)),
    );
  }
}

/** Whether a change of a file shows that a page of it has a block: its data is there, or the size up to it. */
function givesBlock(change: Change, ino: number, index: number): boolean {
  if (change.type === 'page' || change.type === 'sector') return change.ino === ino && change.index === index;
  return change.type === 'grow' && change.ino === ino && Math.ceil(change.size / PAGE_SIZE) === index + 1;
}

/** Whether an effect is new data that lies in a block of a file that is gone. */
function isReuse({ op, changes: [change] }: Effect): boolean {
  return (
    (change?.type === 'page' || change?.type === 'sector') && (op.kind !== 'write' || change.ino !== op.ino)
  );
}

const RULES = [
  'Blocks that an op frees, by removing or replacing the last name of a file or by cutting one, may be given to data that has no block yet, page by page at the same place in the file. If the new data survives and the freeing does not, the old file holds it.',
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
