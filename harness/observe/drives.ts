import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { recipeName, type Recipe } from './drive.ts';
import type { DriveData } from './drive-thread.ts';
import { run, ToolError, type FileSystemName } from './tools.ts';

/** How a file system is made and mounted. */
export interface Setting {
  readonly name: FileSystemName;
  /** For `mount -o`; '' for none. */
  readonly mount: string;
  /** More arguments of mkfs. */
  readonly mkfs: readonly string[];
}

/** Quiet, without reading or discarding the drive; small journals, so that a fresh file system is small as well. */
const MKFS: Readonly<Record<FileSystemName, readonly string[]>> = {
  ext4: [
    '-q',
    '-F',
    '-b',
    '4096',
    '-I',
    '256',
    '-J',
    'size=4',
    '-E',
    'lazy_itable_init=0,lazy_journal_init=0,nodiscard',
  ],
  xfs: ['-q', '-f', '-K'],
  btrfs: ['-q', '-f', '-K'],
};

/** Of the drives, in bytes: little more than the least that each of them takes. The file is sparse. */
const SIZE: Readonly<Record<FileSystemName, number>> = { ext4: 64 << 20, xfs: 320 << 20, btrfs: 160 << 20 };

/**
 * Drives that a FUSE file system of our own serves and records, in a folder that only this process sees: see `enter`.
 * Each is mounted through a loop device, which is gone with its mount.
 */
export class Drives {
  readonly #setting: Setting;
  readonly #served: string;
  readonly #root: string;
  readonly #fds: readonly number[];
  /** It ends when nothing is mounted any more. */
  readonly #thread: Worker;
  #lives = 0;

  /** @param folder an empty one, of which nothing is left mounted after `close` */
  static async open(setting: Setting, folder: string): Promise<Drives> {
    const drives = new Drives(setting, folder);
    // A thread that is starting may need this one; a mount that waits for the thread would keep both waiting for ever.
    await once(drives.#thread, 'message');
    return drives;
  }

  private constructor(setting: Setting, folder: string) {
    this.#setting = setting;
    const fresh = join(folder, 'fresh');
    const size = SIZE[setting.name];
    writeFileSync(fresh, '');
    truncateSync(fresh, size);
    run(`mkfs.${setting.name}`, [...MKFS[setting.name], ...setting.mkfs, fresh]);
    this.#served = join(folder, 'drives');
    this.#root = join(folder, 'root');
    for (const each of [this.#served, this.#root]) mkdirSync(each);
    const device = openSync('/dev/fuse', 'r+');
    const first = openSync(fresh, 'r');
    this.#fds = [device, first];
    const data: DriveData = { device, first, size };
    const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
    run('mount', ['-i', '-t', 'fuse', '-o', options, 'blackout', this.#served], [device]);
    this.#thread = new Worker(new URL('./drive-thread.js', import.meta.url), { workerData: data });
  }

  /** Mounts a new drive, lets a body work on it, and unmounts it. What the body does after `end` is not recorded. */
  live<T>(body: (root: string) => T): T {
    return this.#mounted(`live-${++this.#lives}`, body);
  }

  /** How many commands the last live drive has been given. */
  count(): number {
    return statSync(join(this.#served, 'count')).size;
  }

  /** For each of these commands: of how many pages a write is; null for a flush. */
  log(): readonly (number | null)[] {
    return JSON.parse(readFileSync(join(this.#served, 'log'), 'utf8')) as (number | null)[];
  }

  /** Mounts what the power would have left, and lets a body look at it; undefined if it can't be mounted or read. */
  after<T>(recipe: Recipe, look: (root: string) => T): T | undefined {
    const name = recipeName(recipe);
    try {
      return this.#mounted(name, look);
    } catch (error) {
      if (error instanceof ToolError && error.message.startsWith('mount ')) return undefined;
      throw error;
    } finally {
      unlinkSync(join(this.#served, name));
    }
  }

  async close(): Promise<void> {
    run('umount', ['-l', this.#served]);
    await once(this.#thread, 'exit');
    for (const fd of this.#fds) closeSync(fd);
  }

  #mounted<T>(name: string, body: (root: string) => T): T {
    const { mount } = this.#setting;
    const options = ['loop', ...(mount === '' ? [] : [mount])].join(',');
    run('mount', ['-t', this.#setting.name, '-o', options, join(this.#served, name), this.#root]);
    try {
      return body(this.#root);
    } finally {
      run('umount', [this.#root]);
    }
  }
}
