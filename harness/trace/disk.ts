import type { Core } from '../disk/core/core.ts';
import type { Draft } from '../disk/core/draft.ts';
import { makePage } from '../disk/image/page.ts';
import { contentOf } from '../disk/image/tree.ts';
import { PAGE_SIZE, type FileInode } from '../disk/image/types.ts';
import type { Change } from '../disk/journal.ts';
import { pathOf } from './places.ts';
import { Unfollowed } from './unfollowed.ts';

/** What Linux does to a file or a name, and no function of Node's: on the core, as ops like all others. */

/** A file without a name, as O_TMPFILE makes it: an op whose inode no entry leads to. Returns its number. */
export function makeNameless(core: Core, dir: string, mode: number): number {
  const ino = core.image.allocate();
  const inode: FileInode = { kind: 'file', mode, size: 0, pages: [], names: [] };
  core.commit({ index: 0, kind: 'create', path: dir, ino, birth: { ino, inode }, changes: [] });
  return ino;
}

/** linkat(2) of an open file. */
export function linkInode(core: Core, ino: number, to: { dir: number; name: string; path: string }): void {
  const changes: Change[] = [{ type: 'entry', dir: to.dir, name: to.name, ino }];
  core.commit({
    index: 0,
    kind: 'link',
    path: pathOf(core.image, ino) ?? to.path,
    to: to.path,
    ino,
    changes,
  });
}

interface Named {
  readonly dir: number;
  readonly name: string;
  readonly ino: number;
  readonly path: string;
}

/** renameat2(2) with RENAME_EXCHANGE: one op, and as atomic as any rename. */
export function exchange(core: Core, from: Named, to: Named): void {
  if (from.ino === to.ino) return;
  // A directory has one name in an image: both go before they come.
  const changes: Change[] = [
    { type: 'entry', dir: from.dir, name: from.name, ino: 0 },
    { type: 'entry', dir: to.dir, name: to.name, ino: from.ino },
    { type: 'entry', dir: from.dir, name: from.name, ino: to.ino },
  ];
  core.commit({ index: 0, kind: 'rename', path: from.path, to: to.path, ino: from.ino, changes });
}

export function fileAt(core: Core, ino: number): FileInode {
  const inode = core.image.inode(ino);
  if (inode?.kind !== 'file') throw new Unfollowed(`inode ${ino} of the record is no file`);
  return inode;
}

/** fallocate(2) without FALLOC_FL_KEEP_SIZE: the file is at least so long. */
export function growTo(core: Core, ino: number, path: string, size: number): void {
  if (fileAt(core, ino).size >= size) return;
  core.commit({
    index: 0,
    kind: 'truncate',
    path,
    ino,
    offset: size,
    changes: [{ type: 'grow', ino, size }],
  });
}

/** FALLOC_FL_PUNCH_HOLE, FALLOC_FL_ZERO_RANGE: zeros, as far as the file goes. */
export function zeroRange(core: Core, ino: number, path: string, start: number, length: number): void {
  const inode = fileAt(core, ino);
  const end = Math.min(start + length, inode.size);
  if (end <= start) return;
  const content = Buffer.from(contentOf(inode));
  content.fill(0, start, end);
  rewrite(core, ino, path, content, start, end);
}

/** FALLOC_FL_COLLAPSE_RANGE and FALLOC_FL_INSERT_RANGE: all that follows moves, page by page. */
export function moveRange(
  core: Core,
  ino: number,
  path: string,
  how: { readonly start: number; readonly removed: number; readonly inserted: number },
): void {
  const inode = fileAt(core, ino);
  const old = Buffer.from(contentOf(inode));
  const content = Buffer.concat([
    old.subarray(0, how.start),
    Buffer.alloc(how.inserted),
    old.subarray(how.start + how.removed),
  ]);
  if (content.length > inode.size) growTo(core, ino, path, content.length);
  rewrite(core, ino, path, content, how.start, content.length);
  if (content.length >= inode.size) return;
  const changes: Change[] = [{ type: 'truncate', ino, size: content.length }];
  core.commit({ index: 0, kind: 'truncate', path, ino, offset: content.length, changes });
}

/** Puts pages in a file as they are now, in one op. Whether any of them was another before. */
export function storePages(
  core: Core,
  {
    ino,
    path,
    pages,
  }: { readonly ino: number; readonly path: string; readonly pages: readonly StoredPage[] },
): boolean {
  const inode = fileAt(core, ino);
  const changes: Change[] = [];
  for (const { index, bytes } of pages) {
    const page = makePage(bytes.subarray(0, Math.max(0, inode.size - index * PAGE_SIZE)));
    if (page !== (inode.pages[index] ?? null)) changes.push({ type: 'page', ino, index, page });
  }
  if (changes.length === 0) return false;
  const touched = pages.map(({ index }) => index);
  const offset = Math.min(...touched) * PAGE_SIZE;
  const end = Math.min(inode.size, (Math.max(...touched) + 1) * PAGE_SIZE);
  core.commit({ index: 0, kind: 'write', path, ino, offset, length: end - offset, changes });
  return true;
}

interface StoredPage {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** Writes what a range holds now, without raising the size: a hole in the file is a page of zeros in the record. */
function rewrite(core: Core, ino: number, path: string, content: Buffer, start: number, end: number): void {
  const changes: Change[] = [];
  for (let index = Math.floor(start / PAGE_SIZE); index * PAGE_SIZE < end; index++) {
    const page = makePage(content.subarray(index * PAGE_SIZE, (index + 1) * PAGE_SIZE));
    if (page !== (fileAt(core, ino).pages[index] ?? null)) changes.push({ type: 'page', ino, index, page });
  }
  const draft: Draft = { index: 0, kind: 'write', path, ino, offset: start, length: end - start, changes };
  if (changes.length > 0) core.commit(draft);
}

/** O_DSYNC and O_SYNC of one write, by a flag of its own. */
export function syncWritten(
  core: Core,
  ino: number,
  path: string,
  range: { readonly offset: number; readonly length: number; readonly through: 'sync' | 'dsync' },
): void {
  core.commit({ index: 0, kind: 'osync', path, ino, ...range, changes: [] });
}
