import assert from 'node:assert/strict';
import type { Image } from '../image/image.ts';
import { ROOT_INO } from '../image/types.ts';
import { resolve } from './walk.ts';

/** What a mount point looks like: `/wal`, `/var/lib/wal`. No `:` or `=`, which have a meaning where models are named. */
const MOUNT_POINT = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)+$/;

/** Whether a text can be a mount point: an absolute path of plain names, other than `/`. */
export function isMountPoint(path: string): boolean {
  return MOUNT_POINT.test(path);
}

/**
 * Which file system each inode of a disk is on. All are parts of one tree and one image: a mount point is the directory
 * that stands for the root of what is mounted there. No inode ever changes its file system, because no rename or link
 * leads from one to another; so what was once found holds, also for files that have lost their names.
 */
export class Mounts {
  /** By the inode of a mount point: the number of what is mounted there, from 1; what is mounted at `/` has 0. */
  readonly #roots = new Map<number, number>();
  readonly #known = new Map<number, number>();

  /** @param points paths of directories that are on the image; the order makes no difference */
  constructor(image: Image, points: readonly string[]) {
    for (const [i, path] of points.toSorted().entries()) {
      const ino = resolve(image, path, false);
      const isDirectory = ino !== 0 && image.inode(ino)?.kind === 'dir';
      assert(isDirectory && ino !== ROOT_INO, `mount point ${path}: it must be a directory on the disk`);
      this.#roots.set(ino, i + 1);
    }
  }

  /** The number of the file system that an inode is on; asked for first while the inode has a name. */
  of(image: Image, ino: number): number {
    const known = this.#known.get(ino) ?? this.#roots.get(ino);
    if (known !== undefined) return known;
    const above = image.inode(ino)?.names[0]?.dir;
    const number = above === undefined ? 0 : this.of(image, above);
    if (above !== undefined) this.#known.set(ino, number);
    return number;
  }

  isMountPoint(ino: number): boolean {
    return this.#roots.has(ino);
  }

  /** Whether something is mounted on a directory, or on one that lies in it. */
  holdsMountPoint(image: Image, dir: number): boolean {
    for (const root of this.#roots.keys()) {
      for (let ino: number | undefined = root; ino !== undefined; ino = image.inode(ino)?.names[0]?.dir) {
        if (ino === dir) return true;
      }
    }
    return false;
  }
}
