import { diskError } from '../errors.ts';
import { FILE_SIZE_MAX } from './constants.ts';
import { cutPage } from '../image/page.ts';
import { type FileInode, PAGE_SIZE } from '../image/types.ts';
import type { Change } from '../journal.ts';
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
  kernel.commit({
    index: 0,
    kind: 'truncate',
    path,
    ino,
    offset: size,
    changes: sizeChanges(inode, ino, size),
  });
  kernel.stampModified(ino);
}

/** The page that a cut goes through is zeroed from there on, which is a change of data; then comes the size. */
function sizeChanges(inode: FileInode, ino: number, size: number): readonly Change[] {
  if (size > inode.size) return [{ type: 'grow', ino, size }];
  const index = Math.floor(size / PAGE_SIZE);
  const page = inode.pages[index] ?? null;
  const cut = cutPage(page, size - index * PAGE_SIZE);
  const changed: readonly Change[] = cut === page ? [] : [{ type: 'page', ino, index, page: cut }];
  return [...(size % PAGE_SIZE === 0 ? [] : changed), { type: 'truncate', ino, size }];
}
