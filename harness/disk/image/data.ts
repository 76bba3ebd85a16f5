import type { Change } from '../journal.ts';
import type { Lanes } from './mix.ts';
import { addLanes, exchange, pageWeight, visible, withData, type Node } from './node.ts';
import { cutPage, withSector } from './page.ts';
import { PAGE_SIZE, type Page } from './types.ts';

/** File data of one inode: what each change makes of its node. Nothing here knows of names or of the image. */

/** Puts a page, whether the size reaches that far or not. */
export function putPage(node: Node, index: number, page: Page | null): Node {
  const before = node.pages[index] ?? null;
  if (before === page) return node;
  const pages = node.pages.slice();
  while (pages.length < index) pages.push(null);
  pages[index] = page;
  const sum = exchange(
    node.sum,
    pageWeight(index, visible(before, index, node.size)),
    pageWeight(index, visible(page, index, node.size)),
  );
  return withData(node, node.size, pages, sum);
}

/** A page, or a raise of the size. */
type Written = Extract<Change, { type: 'page' | 'grow' }>;

/** Changes from which on it is worth while to look for pages of one file. */
const BATCH = 4;

/** The changes in order, those in a row that write to one file together. */
export function inBatches(changes: readonly Change[]): readonly (Change | readonly Written[])[] {
  if (changes.length < BATCH) return changes;
  const batches: (Change | Written[])[] = [];
  for (const change of changes) {
    const last = batches.at(-1);
    if (change.type !== 'page' && change.type !== 'grow') batches.push(change);
    else if (Array.isArray(last) && last[0]!.ino === change.ino) last.push(change);
    else batches.push([change]);
  }
  return batches;
}

/** The same as one after the other, but the list of pages is copied once: for large writes. */
export function write(node: Node, changes: readonly Written[]): Node {
  const pages = node.pages.slice();
  let { size, sum } = node;
  const weigh = (index: number, page: Page | null, end: number): Lanes =>
    pageWeight(index, visible(page, index, end));
  for (const change of changes) {
    if (change.type === 'page') {
      const { index, page } = change;
      const before = pages[index] ?? null;
      if (before === page) continue;
      while (pages.length < index) pages.push(null);
      pages[index] = page;
      sum = exchange(sum, weigh(index, before, size), weigh(index, page, size));
    } else if (change.size > size) {
      const end = Math.min(pages.length, Math.ceil(change.size / PAGE_SIZE));
      for (let i = Math.floor(size / PAGE_SIZE); i < end; i++) {
        const page = pages[i] ?? null;
        if (page !== null) sum = exchange(sum, weigh(i, page, size), weigh(i, page, change.size));
      }
      size = change.size;
    }
  }
  return withData(node, size, pages, sum);
}

/** Puts one sector of a page, whatever the rest of the page holds. */
export function putSector(node: Node, index: number, sector: number, bytes: Page | null): Node {
  return putPage(node, index, withSector(node.pages[index] ?? null, sector, bytes));
}

/** Raises the size to at least `size` bytes; data that lay beyond the old size comes to light. */
export function grow(node: Node, size: number): Node {
  if (size <= node.size) return node;
  let sum = node.sum;
  const first = Math.floor(node.size / PAGE_SIZE);
  const end = Math.min(node.pages.length, Math.ceil(size / PAGE_SIZE));
  for (let i = first; i < end; i++) {
    const page = node.pages[i] ?? null;
    if (page === null) continue;
    const before = pageWeight(i, visible(page, i, node.size));
    sum = exchange(sum, before, pageWeight(i, visible(page, i, size)));
  }
  return withData(node, size, node.pages, sum);
}

/** Lowers the size to at most `size` bytes and forgets all data beyond `size`; with `tail` only the pages beyond it. */
export function truncate(node: Node, size: number, tail = false): Node {
  const to = Math.min(size, node.size);
  const pages = kept(node.pages, tail ? Math.ceil(size / PAGE_SIZE) * PAGE_SIZE : size);
  if (to === node.size && pages === node.pages) return node;
  let sum = { a: 0, b: 0, c: 0, d: 0 };
  pages.forEach((page, i) => (sum = addLanes(sum, pageWeight(i, visible(page, i, to)))));
  return withData(node, to, pages, sum);
}

/** Inodes of an image that may have data beyond their size. */
export interface HiddenList {
  readonly ino: number;
  readonly rest: HiddenList | null;
}

/** Whether there is data beyond the size, which a later `grow` would bring to light. */
export function hidesData(node: Node): boolean {
  const last = node.pages.length - 1;
  const room = node.size - last * PAGE_SIZE;
  if (last < 0) return false;
  return room <= 0 || (node.pages[last]?.bytes.length ?? 0) > room;
}

function kept(pages: Node['pages'], size: number): Node['pages'] {
  const count = Math.ceil(size / PAGE_SIZE);
  const short = pages.length > count ? pages.slice(0, count) : pages;
  const last = count - 1;
  const tail = short[last] ?? null;
  const cut = last < 0 ? null : cutPage(tail, size - last * PAGE_SIZE);
  if (cut === tail) return short;
  const copy = short.slice();
  copy[last] = cut;
  return copy;
}
