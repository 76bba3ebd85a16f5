import { diskError } from '../errors.ts';
import { FILE_SIZE_MAX } from './constants.ts';
import type { Kernel } from './kernel.ts';
import { inodeAt } from './walk.ts';

/** ftruncate(2). `size` is in bytes; the difference is cut off, or reads as zeros. */
export function ftruncate(kernel: Kernel, fd: number, size: number): void {
  const file = kernel.descriptor(fd, 'ftruncate');
  if (size < 0 || !file.writable) throw diskError('EINVAL', 'ftruncate');
  if (size > FILE_SIZE_MAX) throw diskError('EFBIG', 'ftruncate');
  truncateInode(kernel, file.ino, file.path, size);
}

/** Sets a file's size. Nothing, and no op, if that is its size already. */
export function truncateInode(kernel: Kernel, ino: number, path: string, size: number): void {
  const inode = inodeAt(kernel.image, ino);
  if (inode.kind !== 'file' || inode.size === size) return;
  const type = size < inode.size ? 'truncate' : 'grow';
  kernel.commit({
    index: 0,
    kind: 'truncate',
    path,
    ino,
    offset: size,
    changes: [{ type, ino, size }],
  });
  kernel.stampModified(ino);
}
