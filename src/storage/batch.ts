import type { FileSystem } from '../ports/file-system.ts';
import { codeOf } from './errors.ts';
import { syncPath } from './durable.ts';
import { parentOf } from './layout.ts';

/**
 * Counts changed names, and makes them durable every `entriesPerSync` entries. What waits between two batch ends is
 * what a power cut may lose in any combination, so small batches keep the number of states small.
 */
export class Batch {
  private readonly fs: FileSystem;
  private readonly entriesPerSync: number;
  private readonly dirty = new Set<string>();
  private readonly known = new Set<string>();
  private entries = 0;

  constructor(fs: FileSystem, entriesPerSync: number) {
    this.fs = fs;
    this.entriesPerSync = entriesPerSync;
  }

  /** A name in the directory was made or removed, or was found and has to be durable before the batch ends. */
  changed(directory: string): void {
    this.dirty.add(directory);
  }

  /** The directory itself is gone: there is nothing left in it to make durable. */
  removed(directory: string): void {
    this.dirty.delete(directory);
    this.known.delete(directory);
    this.dirty.add(parentOf(directory));
  }

  /** One more entry is in place. Ends the batch if it is full. */
  async entryDone(): Promise<void> {
    this.entries++;
    if (this.entries >= this.entriesPerSync) await this.end();
  }

  /** Whether the next entry ends the batch. */
  get isFull(): boolean {
    return this.entries >= this.entriesPerSync;
  }

  /** Counts an entry whose batch the caller ends. */
  count(): void {
    this.entries++;
  }

  /** Makes every name durable that changed so far. */
  async end(): Promise<void> {
    this.entries = 0;
    for (const directory of this.dirty) {
      await syncPath(this.fs, directory);
      this.dirty.delete(directory);
    }
  }

  /**
   * Makes a directory below `base`, which exists, and those in between. One that is there already is synced into its
   * parent all the same: a process that was killed may have made it, and then nothing says that it is durable.
   */
  async makeDirectory(base: string, path: string): Promise<void> {
    if (path === base || this.known.has(path)) return;
    const parent = parentOf(path);
    await this.makeDirectory(base, parent);
    await makeOrReplace(this.fs, path);
    this.known.add(path);
    this.dirty.add(parent);
  }
}

async function makeOrReplace(fs: FileSystem, path: string): Promise<void> {
  try {
    await fs.mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if ((await fs.lstat(path)).isDirectory()) return;
    await fs.unlink(path);
    await fs.mkdir(path, { mode: 0o700 });
  }
}
