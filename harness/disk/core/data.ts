import assert from 'node:assert/strict';
import { diskError } from '../errors.ts';
import { makePage } from '../image/page.ts';
import { type FileInode, PAGE_SIZE, type Page } from '../image/types.ts';
import type { Change } from '../journal.ts';
import { FILE_SIZE_MAX } from './constants.ts';
import type { Draft } from './draft.ts';
import type { Kernel } from './kernel.ts';
import { inodeAt } from './walk.ts';

/** The page being composed. `makePage` copies what it keeps, so one is enough for all. */
const scratch = new Uint8Array(PAGE_SIZE);

/** An open file's inode. */
function fileAt(kernel: Kernel, ino: number): FileInode {
  const inode = inodeAt(kernel.image, ino);
  assert(inode.kind === 'file', 'only files are open for writing');
  return inode;
}

/**
 * read(2) and pread(2): up to `length` bytes into `buffer` at `offset`.
 *
 * @param position in bytes; null for the descriptor's own, which then moves on
 * @returns how many bytes were read; 0 at the end of the file
 */
export function read(
  kernel: Kernel,
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
): number {
  const file = kernel.descriptor(fd, 'read');
  if (!file.readable) throw diskError('EBADF', 'read');
  const inode = inodeAt(kernel.image, file.ino);
  if (inode.kind !== 'file') throw diskError('EISDIR', 'read');
  kernel.mayFailToRead('read', file.path, file.ino);
  const start = position ?? file.position;
  const end = Math.min(start + length, inode.size);
  if (end <= start) return 0;
  copyOut(inode, start, end, buffer, offset);
  if (position === null) file.position = end;
  return end - start;
}

/** Copies the bytes from `start` to `end`, which must lie within the file; holes are zeros. */
export function copyOut(
  inode: FileInode,
  start: number,
  end: number,
  buffer: Uint8Array,
  offset: number,
): void {
  for (let at = start; at < end;) {
    const index = Math.floor(at / PAGE_SIZE);
    const base = index * PAGE_SIZE;
    const stop = Math.min(end, base + PAGE_SIZE);
    const to = offset + at - start;
    const bytes = inode.pages[index]?.bytes;
    const held = bytes === undefined ? 0 : Math.max(0, Math.min(bytes.length, stop - base) - (at - base));
    if (held > 0) buffer.set(bytes!.subarray(at - base, at - base + held), to);
    if (held < stop - at) buffer.fill(0, to + held, to + stop - at);
    at = stop;
  }
}

/**
 * write(2) and pwrite(2) of `length` bytes of `data` from `offset` on: one op, unless there is nothing to write.
 *
 * @param position in bytes; null for the descriptor's own, which then moves on. O_APPEND goes before both, as in Linux
 * @returns how many bytes were written: all of them, unless a fault makes the write short
 */
export function write(
  kernel: Kernel,
  fd: number,
  data: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
): number {
  const file = kernel.descriptor(fd, 'write');
  if (!file.writable) throw diskError('EBADF', 'write');
  if (length === 0) return 0;
  const { ino, append, through } = file;
  const inode = fileAt(kernel, ino);
  const start = append ? inode.size : (position ?? file.position);
  if (start < 0) throw diskError('EINVAL', 'write');
  if (start + length > FILE_SIZE_MAX) throw diskError('EFBIG', 'write');
  const draft: Draft = {
    index: 0,
    kind: 'write',
    path: file.path,
    ino,
    offset: start,
    length,
    changes: writeChanges(inode, ino, start, data, offset, length),
  };
  if (append) draft.append = true;
  if (kernel.mayFail(draft)) {
    length = Math.floor(length / 2);
    draft.length = length;
    draft.changes = writeChanges(inode, ino, start, data, offset, length);
    draft.fault = 'short';
  }
  kernel.commit(draft);
  kernel.stampModified(ino);
  if (through !== null) syncWritten(kernel, draft, through);
  if (position === null) file.position = start + length;
  return length;
}

/** What O_SYNC and O_DSYNC add to a write: the data are in the cache and the power may go before they are synced. */
function syncWritten(kernel: Kernel, write: Draft, through: 'sync' | 'dsync'): void {
  const { path, ino, offset, length } = write;
  kernel.commit({
    index: 0,
    kind: 'osync',
    path,
    ino,
    offset: offset!,
    length: length!,
    through,
    changes: [],
  });
}

/** Page by page: the size as far as this page raises it, then the page as it stands afterwards. */
function writeChanges(
  inode: FileInode,
  ino: number,
  start: number,
  data: Uint8Array,
  offset: number,
  length: number,
): Change[] {
  const changes: Change[] = [];
  const end = start + length;
  let size = inode.size;
  for (let at = start; at < end;) {
    const index = Math.floor(at / PAGE_SIZE);
    const base = index * PAGE_SIZE;
    const stop = Math.min(end, base + PAGE_SIZE);
    if (stop > size) {
      size = stop;
      changes.push({ type: 'grow', ino, size });
    }
    const from = offset + at - start;
    const page = pageAfter(inode, index, at - base, data, from, stop - at);
    changes.push({ type: 'page', ino, index, page });
    at = stop;
  }
  return changes;
}

/** The whole page as it stands in the cache after `length` bytes at `within` were written over it. */
function pageAfter(
  inode: FileInode,
  index: number,
  within: number,
  data: Uint8Array,
  from: number,
  length: number,
): Page | null {
  if (length === PAGE_SIZE) return makePage(data.subarray(from, from + length));
  const old = inode.pages[index]?.bytes;
  // What a crash left beyond the size is not in the file; the kernel clears it before the page is written to.
  const held = old === undefined ? 0 : Math.max(0, Math.min(old.length, inode.size - index * PAGE_SIZE));
  if (held > 0) scratch.set(held === old!.length ? old! : old!.subarray(0, held));
  if (held < within) scratch.fill(0, held, within);
  scratch.set(data.subarray(from, from + length), within);
  return makePage(scratch.subarray(0, Math.max(held, within + length)));
}
