import type { Change, Op } from '../../disk/journal.ts';
import { GONE, type Effect, type Standing } from '../model.ts';
import { isData } from '../rules.ts';
import { dataText } from './memory-text.ts';

export type PageChange = Extract<Change, { type: 'page' }>;

/** A block that an op has freed, by where it was: a page of a file. */
interface FreedBlock {
  readonly ino: number;
  readonly index: number;
  readonly by: Op;
  /** The effect of that op: if it is lost, the block is the old file's. */
  freeing?: Effect;
}

/** New data of a page in a freed block. */
interface Landing {
  readonly page: PageChange;
  readonly block: FreedBlock;
}

/**
 * Blocks that were freed and are given out again before that is durable: an allocator gives out any of them to any page
 * that has no block yet. The new data lie in the old file then, if the freeing is lost.
 */
export class FreedBlocks {
  #blocks: FreedBlock[] = [];
  /** By file and page: data that waits for a block. */
  readonly #waiting = new Map<number, Map<number, PageChange>>();
  readonly #landings = new WeakMap<Change, Landing>();

  /**
   * What waits for a block when an op frees some may get them.
   *
   * @param without files that wait for none any more
   */
  free(
    ino: number,
    pages: readonly number[],
    by: Op,
    without: readonly number[] = [],
  ): readonly PageChange[] {
    const freed = pages.map((index): FreedBlock => ({ ino, index, by }));
    const before = this.#blocks;
    this.#blocks = freed;
    const landed = [...this.#waiting]
      .filter(([owner]) => !without.includes(owner))
      .flatMap(([, waiting]) => [...waiting.values()])
      .flatMap((page) => this.#land(page));
    this.#blocks = [...before, ...freed];
    return landed;
  }

  /** New data may get any block that was freed before. */
  write(pages: readonly PageChange[]): readonly PageChange[] {
    for (const page of pages) {
      const waiting = this.#waiting.get(page.ino) ?? new Map<number, PageChange>();
      this.#waiting.set(page.ino, waiting.set(page.index, page));
    }
    return pages.flatMap((page) => this.#land(page));
  }

  /** Data from a page of a file on is gone from memory: it needs no block any more. */
  cut(ino: number, from: number): void {
    const waiting = this.#waiting.get(ino);
    if (!waiting) return;
    for (const index of waiting.keys()) if (index >= from) waiting.delete(index);
    if (waiting.size === 0) this.#waiting.delete(ino);
  }

  /** Pages of a file, all without a test, have their blocks. */
  settle(ino: number, isSettled: (index: number) => boolean = () => true): void {
    const waiting = this.#waiting.get(ino);
    if (!waiting) return;
    for (const index of waiting.keys()) if (isSettled(index)) waiting.delete(index);
    if (waiting.size === 0) this.#waiting.delete(ino);
  }

  clear(): void {
    this.#blocks = [];
    this.#waiting.clear();
  }

  /** Learns which effect of a freeing op it is that frees. */
  take(effect: Effect): void {
    if (isData(effect)) return;
    for (const block of this.#blocks) if (block.by === effect.op) block.freeing ??= effect;
  }

  /** All metadata up to an effect's id is durable: blocks freed up to there are nobody's. */
  forget(until: number): void {
    if (this.#blocks.some(({ freeing }) => freeing && freeing.id <= until)) {
      this.#blocks = this.#blocks.filter(({ freeing }) => !freeing || freeing.id > until);
    }
  }

  /** The data that an effect puts into a freed block, if it does. */
  landing({ changes: [change] }: Effect): Landing | undefined {
    return change && this.#landings.get(change);
  }

  /** In the order in which files and blocks come, data lands. */
  memory({ name, pending }: Standing): string {
    const blocks = this.#blocks
      .filter(({ ino }) => name(ino) !== GONE)
      .map(
        ({ ino, index, freeing }) => `${name(ino)} ${index} ${pending.findIndex((each) => each === freeing)}`,
      );
    const waiting = [...this.#waiting].map(
      ([ino, pages]) => `${name(ino)}: ${[...pages.values()].map(dataText).join()}`,
    );
    const landed = pending.map((effect) => {
      const landing = this.landing(effect);
      return landing ? `${name(landing.page.ino)} ${landing.page.index}` : '';
    });
    const parts = [blocks.join(';'), waiting.join(';'), landed.join(';')];
    return blocks.length + waiting.length === 0 && landed.every((each) => each === '') ? '' : parts.join('|');
  }

  #land(page: PageChange): readonly PageChange[] {
    return this.#blocks.map((block) => {
      const landed: PageChange = { ...page, ino: block.ino, index: block.index };
      this.#landings.set(landed, { page, block });
      return landed;
    });
  }
}
