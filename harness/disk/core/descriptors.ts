import { diskError } from '../errors.ts';
import {
  O_ACCMODE,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_TMPFILE_BIT,
  O_TRUNC,
} from './constants.ts';
import { createFile } from './entries.ts';
import type { Kernel } from './kernel.ts';
import { absolute } from './paths.ts';
import { truncateInode } from './truncate.ts';
import { inodeAt, locate, locateTarget, lookUp, resolve, spot, walkFault } from './walk.ts';

/** open(2). The flags are Linux' numbers. Creating the file and cutting it to nothing are ops, opening it is none. */
export function open(kernel: Kernel, path: string, flags: number, mode: number): number {
  const creates = (flags & O_CREAT) !== 0;
  if (creates && (flags & O_DIRECTORY) !== 0) throw diskError('EINVAL', 'open', path);
  if ((flags & O_ACCMODE) === O_ACCMODE) throw diskError('EINVAL', 'open', path);
  if ((flags & (O_TMPFILE_BIT | O_PATH)) !== 0) throw diskError('ENOTSUP', 'open', path);
  const ino = creates
    ? findOrCreate(kernel, path, flags, mode)
    : resolve(kernel.image, path, (flags & O_NOFOLLOW) === 0);
  if (ino === 0) throw diskError(walkFault(), 'open', path);
  if (ino > 0) openExisting(kernel, ino, path, flags);
  kernel.mayFailToRead('open', path, Math.abs(ino));
  return kernel.openDescriptor(Math.abs(ino), flags, absolute(path)).fd;
}

/** Checks that the inode may be opened this way, and truncates it if the flags say so. */
function openExisting(kernel: Kernel, ino: number, path: string, flags: number): void {
  const inode = inodeAt(kernel.image, ino);
  if ((flags & O_DIRECTORY) !== 0 && inode.kind !== 'dir') throw diskError('ENOTDIR', 'open', path);
  if (inode.kind === 'symlink') throw diskError('ELOOP', 'open', path);
  const changes = (flags & O_ACCMODE) !== 0 || (flags & O_TRUNC) !== 0;
  if (inode.kind === 'dir') {
    if (changes) throw diskError('EISDIR', 'open', path);
    return;
  }
  if ((flags & O_TRUNC) !== 0) truncateInode(kernel, ino, absolute(path), 0);
}

/** The inode at the path if there is one; else the number of a new file, negated. 0 if the walk failed. */
function findOrCreate(kernel: Kernel, path: string, flags: number, mode: number): number {
  const { image } = kernel;
  const exclusive = (flags & O_EXCL) !== 0;
  if (!locate(image, path)) return 0;
  for (;;) {
    if (spot.last !== 'name') throw diskError(exclusive ? 'EEXIST' : 'EISDIR', 'open', path);
    // A file can't be created by a name that asks for a directory, whether there is one or not.
    if (spot.slash) throw diskError('EISDIR', 'open', path);
    if (!lookUp(image)) return 0;
    if (spot.ino === 0) return -createFile(kernel, spot.dir, spot.name, path, mode);
    const inode = inodeAt(image, spot.ino);
    if (exclusive) throw diskError('EEXIST', 'open', path);
    if (inode.kind === 'dir') throw diskError('EISDIR', 'open', path);
    if (inode.kind !== 'symlink' || (flags & O_NOFOLLOW) !== 0) return spot.ino;
    // A symlink that leads nowhere yet is followed, and the file is created where it points.
    if (!locateTarget(image, inode.target)) return 0;
  }
}

/** fsync(2) and fdatasync(2), of files and directories alike. */
export function fsync(kernel: Kernel, fd: number, kind: 'fsync' | 'fdatasync'): void {
  const file = kernel.descriptor(fd, kind);
  kernel.commit({ index: 0, kind, path: file.path, ino: file.ino, changes: [] });
}

/** sync(2). */
export function sync(kernel: Kernel): void {
  kernel.commit({ index: 0, kind: 'sync', path: '/', ino: 0, changes: [] });
}

/** syncfs(2). */
export function syncfs(kernel: Kernel, fd: number): void {
  const file = kernel.descriptor(fd, 'syncfs');
  kernel.commit({ index: 0, kind: 'syncfs', path: file.path, ino: file.ino, changes: [] });
}
