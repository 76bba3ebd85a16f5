import type { FileSystem } from '../ports/file-system.ts';
import { codeOf } from './errors.ts';
import { syncOwn, syncPath } from './durable.ts';
import { parentOf } from './layout.ts';
import { DIRECTORY_MODE } from './modes.ts';
import type { Settings } from './settings.ts';

/** How things are made durable together. Correctness does not depend on it. */
export type Syncs = Pick<Settings, 'entriesPerSync' | 'groupSyncFrom'>;

/** A batch also ends after this many bytes, so that a resumed backup has not lost more than that. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const BYTES_PER_BATCH = 256 << 20;
/** Directories that are known to exist; they are remembered because entries come sorted by path. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const REMEMBERED = 1024;

/**
 * Remembers what was written and which names changed, and makes all of it durable every `entriesPerSync` entries. What
 * waits between two batch ends is what a power cut may lose in any combination, so small batches keep the number of
 * states small, and large ones the number of syncs.
 */
export class Batch {
  private readonly fs: FileSystem;
  private readonly syncs: Syncs;
  private readonly files = new Set<string>();
  /** Of these, the ones that were written for this batch: nothing rests on them until it has ended. */
  private readonly own = new Set<string>();
  private readonly directories = new Set<string>();
  private readonly known = new Set<string>();
  private entries = 0;
  private bytes = 0;
  /** Why it could not end, once it could not. */
  private failure: unknown;

  constructor(fs: FileSystem, syncs: Syncs) {
    this.fs = fs;
    this.syncs = syncs;
  }

  /** A file was written, and is removed again if it can't be made durable; else as `wrote`. */
  made(path: string, bytes = 0): void {
    this.wrote(path, bytes);
    this.own.add(path);
  }

  /** A file was linked, or found, and has to be durable before the batch ends; so has its name. */
  wrote(path: string, bytes = 0): void {
    this.files.add(path);
    this.directories.add(parentOf(path));
    this.bytes += bytes;
  }

  /** A file is gone again before the batch ended. */
  unwrote(path: string): void {
    this.files.delete(path);
    this.own.delete(path);
    this.directories.add(parentOf(path));
  }

  /** A name in the directory was made or removed, or was found and has to be durable before the batch ends. */
  changed(directory: string): void {
    this.directories.add(directory);
  }

  /** The directory itself is gone: there is nothing left in it to make durable. */
  removed(directory: string): void {
    this.directories.delete(directory);
    this.known.delete(directory);
    this.directories.add(parentOf(directory));
  }

  /** One more entry is in place. Ends the batch if it is full. */
  async entryDone(): Promise<void> {
    this.count();
    if (this.isFull) await this.end();
  }

  /** Whether the batch has to end. */
  get isFull(): boolean {
    return this.entries >= this.syncs.entriesPerSync || this.bytes >= BYTES_PER_BATCH;
  }

  /** Counts an entry whose batch the caller ends. */
  count(): void {
    this.entries++;
  }

  /**
   * Makes all data and every name durable that changed so far. If it failed once it fails ever after: what a sync was
   * told of, the next one may not be told again.
   */
  async end(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.entries = 0;
    this.bytes = 0;
    try {
      if (!(await this.endTogether())) await this.endEach();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  private async endEach(): Promise<void> {
    for (const set of [this.files, this.directories]) {
      for (const path of set) {
        const sync = async (): Promise<void> => await syncPath(this.fs, path);
        await (this.own.has(path) ? syncOwn(this.fs, path, sync) : sync());
        set.delete(path);
        this.own.delete(path);
      }
    }
  }

  /** All at once, if there is enough of it and the platform can. */
  private async endTogether(): Promise<boolean> {
    if (!this.fs.syncfs || this.files.size + this.directories.size < this.syncs.groupSyncFrom) return false;
    const [anywhere] = this.directories.size > 0 ? this.directories : this.files;
    try {
      await this.fs.syncfs(anywhere!);
    } catch (error) {
      if (codeOf(error) === 'ENOSYS') return false;
      // Any other failure is the disk's, and which of them it was is not told.
      for (const path of this.own) await this.fs.unlink(path).catch(() => undefined);
      throw error;
    }
    this.files.clear();
    this.own.clear();
    this.directories.clear();
    return true;
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
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.add(path);
    this.directories.add(parent);
  }
}

async function makeOrReplace(fs: FileSystem, path: string): Promise<void> {
  try {
    await fs.mkdir(path, { mode: DIRECTORY_MODE });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if ((await fs.lstat(path)).isDirectory()) return;
    await fs.unlink(path);
    await fs.mkdir(path, { mode: DIRECTORY_MODE });
  }
}
