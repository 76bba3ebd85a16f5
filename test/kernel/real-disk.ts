import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system that a real kernel mounts from a file, and the way to make one. */
export type FileSystemName = 'ext4' | 'xfs' | 'btrfs';

const MAKE: Readonly<Record<FileSystemName, readonly string[]>> = {
  ext4: ['mkfs.ext4', '-q', '-F', '-b', '4096', '-E', 'lazy_itable_init=0,lazy_journal_init=0,nodiscard'],
  xfs: ['mkfs.xfs', '-q', '-f', '-K'],
  btrfs: ['mkfs.btrfs', '-q', '-f', '-K'],
};

/** The smallest that each of them can be made, roughly; the files are sparse. */
const MEGABYTES: Readonly<Record<FileSystemName, number>> = { ext4: 64, xfs: 320, btrfs: 160 };

function command(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PATH } });
}

/** The tools that make file systems are not on everybody's path. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** Why no real file system can be mounted here; undefined if one can. */
export function whyNot(name: FileSystemName): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can mount';
  const folder = mkdtempSync(join(tmpdir(), 'blackout-kernel-'));
  try {
    const disk = new RealDisk(name, folder);
    disk.crashAfter(
      () => {},
      () => {},
    );
    return undefined;
  } catch (error) {
    return `${name} can't be made or mounted: ${(error as Error).message.split('\n')[0]}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Real disks of one sort. A crash is a copy of the file under the mount: what the kernel had sent to the drive by then,
 * and nothing of what it had only in memory.
 */
export class RealDisk {
  readonly #folder: string;
  readonly #fresh: string;

  /** @param folder for the files and the mount point; the caller removes it */
  constructor(name: FileSystemName, folder: string) {
    this.#folder = folder;
    this.#fresh = join(folder, `fresh-${name}`);
    if (existsSync(this.#fresh)) return;
    command('truncate', '-s', `${MEGABYTES[name]}M`, this.#fresh);
    const [program, ...options] = MAKE[name];
    command(program!, ...options, this.#fresh);
  }

  /** Lets a body work on a fresh file system, crashes it, and lets another look at what the kernel makes of the rest. */
  crashAfter<T>(body: (root: string) => void, look: (root: string) => T): T {
    const [live, dead] = [join(this.#folder, 'live'), join(this.#folder, 'dead')];
    const root = join(this.#folder, 'mnt');
    mkdirSync(root, { recursive: true });
    copy(this.#fresh, live);
    try {
      mounted(live, root, () => {
        body(root);
        copy(live, dead);
      });
      return mounted(dead, root, () => look(root));
    } finally {
      rmSync(live, { force: true });
      rmSync(dead, { force: true });
    }
  }
}

function copy(from: string, to: string): void {
  command('cp', '--sparse=always', from, to);
}

function mounted<T>(file: string, root: string, body: () => T): T {
  command('mount', '-o', 'loop', file, root);
  try {
    return body();
  } finally {
    command('umount', root);
  }
}
