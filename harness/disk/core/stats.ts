import type { Inode } from '../image/types.ts';
import { PAGE_SIZE } from '../image/types.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from './constants.ts';
import type { Times } from './kernel.ts';
import { Ordinary } from './ordinary.ts';

/** A made-up device number, of the disk at `/`; those that are mounted elsewhere follow. */
const DEVICE = 0x801;
/** Blocks in stat are of 512 bytes whatever the disk's own are. */
const STAT_BLOCK_SIZE = 512;
/** The longest target that ext4 keeps in the inode itself, in bytes. */
const INLINE_TARGET_MAX = 59;

/** What stat(2) tells, in the shape of `node:fs`' Stats: sizes in bytes, times in milliseconds since 1970. */
export class Stats extends Ordinary {
  readonly dev: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid = 0;
  readonly gid = 0;
  readonly rdev = 0;
  readonly blksize = PAGE_SIZE;
  readonly ino: number;
  readonly size: number;
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;

  /** @param mount the number of the file system: see `Mounts` */
  constructor(ino: number, inode: Inode, nlink: number, times: Readonly<Times>, mount = 0) {
    super();
    this.dev = DEVICE + mount;
    this.mode = typeOf(inode) | inode.mode;
    this.nlink = nlink;
    this.ino = ino;
    this.size = sizeOf(inode);
    this.blocks = blocksOf(inode, this.size);
    this.atimeMs = times.atime;
    this.mtimeMs = times.mtime;
    this.ctimeMs = times.ctime;
    this.birthtimeMs = times.birthtime;
  }

  get atime(): Date {
    return new Date(this.atimeMs);
  }

  get mtime(): Date {
    return new Date(this.mtimeMs);
  }

  get ctime(): Date {
    return new Date(this.ctimeMs);
  }

  get birthtime(): Date {
    return new Date(this.birthtimeMs);
  }

  isFile(): boolean {
    return (this.mode & S_IFMT) === S_IFREG;
  }

  isDirectory(): boolean {
    return (this.mode & S_IFMT) === S_IFDIR;
  }

  isSymbolicLink(): boolean {
    return (this.mode & S_IFMT) === S_IFLNK;
  }
}

function typeOf(inode: Inode): number {
  if (inode.kind === 'file') return S_IFREG;
  return inode.kind === 'dir' ? S_IFDIR : S_IFLNK;
}

function sizeOf(inode: Inode): number {
  if (inode.kind === 'file') return inode.size;
  return inode.kind === 'dir' ? PAGE_SIZE : Buffer.byteLength(inode.target);
}

/** From the size alone: images don't tell holes from zeros, so a program must not be able to either. */
function blocksOf(inode: Inode, size: number): number {
  if (inode.kind === 'symlink' && size <= INLINE_TARGET_MAX) return 0;
  return Math.ceil(size / PAGE_SIZE) * (PAGE_SIZE / STAT_BLOCK_SIZE);
}
