import { apart, type Apart } from '../../trace/apart.ts';
import { Folder } from '../../trace/folder.ts';
import type { Slot } from './commands.ts';

interface Twin extends Slot, Apart {}

/**
 * The folders of a scenario. In the first one all is run that has to be; the others are to programs what the first one
 * is, down to its path and their ports, so that several can run at the same time and none knows of another.
 */
export class Crew {
  readonly first: Slot;
  /** Called when a folder may have become free. */
  onFree: () => void = () => {};
  readonly #twin: () => Folder;
  #twins: Twin[] = [];
  readonly #free: Slot[];
  #busy = 0;
  #quiet = 0;
  #growing = false;
  /** This machine has no place for more. */
  #isFull = false;
  readonly #waiting: (() => void)[] = [];

  /** @param twin makes one more folder that programs take for the first */
  constructor(first: Folder, twin: () => Folder) {
    this.first = { folder: first, enter: [] };
    this.#free = [this.first];
    this.#twin = twin;
  }

  get size(): number {
    return 1 + this.#twins.length;
  }

  /**
   * Makes more folders, as soon as none is in use: what lies beside the disk is what lies there in the first one now.
   * They come one by one, and `onFree` is called for each.
   */
  grow(size: number): void {
    if (this.#growing || this.#isFull || this.#busy > 0 || this.size >= size) return;
    this.#growing = true;
    const folders = Array.from({ length: size - this.size }, () => this.#twin());
    for (const folder of folders) folder.surroundedLike(this.first.folder);
    void this.#settle(folders).finally(() => (this.#growing = false));
  }

  async #settle(folders: readonly Folder[]): Promise<void> {
    for (const folder of folders) {
      const place = this.#isFull ? undefined : await apart(folder.place, folder.cwd);
      if (!place) {
        this.#isFull = true;
        folder.remove();
        continue;
      }
      const twin: Twin = { folder, ...place };
      this.#twins.push(twin);
      this.#free.push(twin);
      this.onFree();
    }
  }

  /** What lies beside the disk is about to change: folders that are made later have it. None is in use. */
  shrink(): void {
    for (const twin of this.#twins) {
      twin.leave();
      twin.folder.remove();
    }
    this.#twins = [];
    this.#free.splice(0, Infinity, this.first);
  }

  /** A folder that nobody uses; undefined if there is none, or somebody wants to be alone. */
  take(): Slot | undefined {
    if (this.#quiet > 0 || this.size === 1) return undefined;
    const slot = this.#free.shift();
    if (slot) this.#busy++;
    return slot;
  }

  giveBack(slot: Slot): void {
    this.#busy--;
    this.#free.push(slot);
    if (this.#busy === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    this.onFree();
  }

  /** Runs something in the first folder while nothing runs in any. */
  async quietly<T>(work: (slot: Slot) => Promise<T>): Promise<T> {
    this.#quiet++;
    try {
      if (this.#busy > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return await work(this.first);
    } finally {
      this.#quiet--;
      this.onFree();
    }
  }
}
