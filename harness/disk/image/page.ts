import { hashBytes, type Lanes } from './mix.ts';
import { PAGE_SIZE, SECTOR_SIZE, type Page } from './types.ts';

/**
 * A page of these bytes, which are copied; `null` if they are all zeros. Zeros at the end are cut off, so that one
 * content has one representation whatever file size it was written under.
 */
export function makePage(bytes: Uint8Array): Page | null {
  let length = bytes.length;
  if (length > PAGE_SIZE) throw new RangeError(`a page holds ${PAGE_SIZE} bytes, not ${length}`);
  while (length > 0 && bytes[length - 1] === 0) length--;
  if (length === 0) return null;
  const kept = new Uint8Array(length);
  kept.set(length === bytes.length ? bytes : bytes.subarray(0, length));
  const hash: Lanes = hashBytes(kept);
  return { bytes: kept, a: hash.a, b: hash.b, c: hash.c, d: hash.d };
}

const cuts = new WeakMap<Page, Map<number, Page | null>>();

/** The page with everything from byte `length` on gone. */
export function cutPage(page: Page | null, length: number): Page | null {
  if (page === null || page.bytes.length <= length) return page;
  let known = cuts.get(page);
  if (!known) cuts.set(page, (known = new Map()));
  let cut = known.get(length);
  if (cut === undefined) known.set(length, (cut = makePage(page.bytes.subarray(0, length))));
  return cut;
}

const composed = new Uint8Array(PAGE_SIZE);

/** The sector of a page, counted from 0; `null` if it is all zeros. */
export function sectorOf(page: Page | null, sector: number): Page | null {
  return page && makePage(page.bytes.subarray(sector * SECTOR_SIZE, (sector + 1) * SECTOR_SIZE));
}

/** The page with one sector exchanged. */
export function withSector(page: Page | null, sector: number, bytes: Page | null): Page | null {
  composed.fill(0);
  if (page) composed.set(page.bytes);
  const start = sector * SECTOR_SIZE;
  composed.fill(0, start, start + SECTOR_SIZE);
  if (bytes) composed.set(bytes.bytes, start);
  return makePage(composed);
}
