import { dir, fifo, file, hardlink, symlink } from '../../src/client/memory-tree.ts';
import type { ClientTree } from './world.ts';

/** Text that compresses, long enough that a small change makes a delta which is worth it. */
function text(seed: string, length = 300): string {
  return `${seed} `.repeat(Math.ceil(length / (seed.length + 1))).slice(0, length);
}

/** Modification times a day apart, so that every change shows. */
const DAY = 86_400;
const T = 1_700_000_000;

const CHANGED_1 = text('first', 300);
const CHANGED_2 = `${CHANGED_1.slice(0, 200)}changed here${CHANGED_1.slice(200)}`;
const CHANGED_3 = `${CHANGED_2} and again`;

/**
 * Three states of a small client, in which the second changes two files, leaves two alone, and has something new and
 * something deleted. Names in .gz are sent and kept uncompressed, the rest is compressed.
 */
export const SMALL: readonly [ClientTree, ClientTree, ClientTree] = [
  {
    '/b': dir({ mtime: T }),
    '/b/changed': file(CHANGED_1, { mtime: T }),
    '/b/deleted': file('this file goes', { mtime: T }),
    '/b/other.gz': file(text('other', 120), { mtime: T, mode: 0o600 }),
    '/b/same1': file(text('same', 80), { mtime: T }),
    '/b/same2': file('', { mtime: T, mode: 0o755 }),
  },
  {
    '/b': dir({ mtime: T + DAY }),
    '/b/changed': file(CHANGED_2, { mtime: T + DAY }),
    '/b/new': file('new', { mtime: T + DAY }),
    '/b/other.gz': file(text('another', 90), { mtime: T + DAY, mode: 0o600 }),
    '/b/same1': file(text('same', 80), { mtime: T }),
    '/b/same2': file('', { mtime: T, mode: 0o755 }),
  },
  {
    '/b': dir({ mtime: T + DAY }),
    '/b/changed': file(CHANGED_3, { mtime: T + 2 * DAY }),
    '/b/new': file('new', { mtime: T + DAY }),
    '/b/other.gz': file(text('another', 90), { mtime: T + DAY, mode: 0o600 }),
    '/b/same1': file(text('same', 80), { mtime: T }),
  },
];

/** Three states of a client with one file, which changes each time. */
export const SMALLEST: readonly [ClientTree, ClientTree, ClientTree] = [
  { '/f': file(CHANGED_1, { mtime: T }) },
  { '/f': file(CHANGED_2, { mtime: T + DAY }) },
  { '/f': file(CHANGED_3, { mtime: T + 2 * DAY }) },
];

/** Every kind of entry: symlinks that lead somewhere and nowhere, hard links, a fifo, empty files and directories. */
export const KINDS: readonly [ClientTree, ClientTree, ClientTree] = [
  {
    '/b': dir({ mtime: T, mode: 0o751 }),
    '/b/dangling': symlink('nowhere', { mtime: T }),
    '/b/empty': file('', { mtime: T }),
    '/b/fifo': fifo({ mtime: T }),
    '/b/first': file(text('linked'), { mtime: T }),
    '/b/second': hardlink('/b/first', { mtime: T }),
    '/b/sub': dir({ mtime: T }),
    '/b/sub/link': symlink('../first', { mtime: T }),
  },
  {
    '/b': dir({ mtime: T + DAY }),
    '/b/dangling': symlink('elsewhere', { mtime: T + DAY }),
    '/b/empty': file('not empty any more', { mtime: T + DAY }),
    '/b/first': file(text('linked'), { mtime: T }),
    '/b/fresh': dir({ mtime: T + DAY }),
    '/b/second': file('a file of its own now', { mtime: T + DAY }),
    '/b/sub': file('a directory before', { mtime: T + DAY }),
  },
  {
    '/b': dir({ mtime: T + DAY }),
    '/b/first': file(text('linked again'), { mtime: T + 2 * DAY }),
    '/b/second': hardlink('/b/first', { mtime: T + 2 * DAY }),
  },
];

/**
 * Two states of a client with many files: of the first `changed` every second one changes, and the rest of them are
 * new in the second state; `same` files stay as they are.
 */
export function manyFiles(changed: number, same: number): readonly [ClientTree, ClientTree] {
  const before: Record<string, ReturnType<typeof file>> = { '/b': dir({ mtime: T }) };
  const after: Record<string, ReturnType<typeof file>> = { '/b': dir({ mtime: T + DAY }) };
  for (let i = 0; i < changed; i++) {
    const path = `/b/c${String(i).padStart(3, '0')}`;
    const content = text(`file ${i}`, 200);
    if (i % 2 === 0) before[path] = file(content, { mtime: T });
    after[path] = file(i % 2 === 0 ? `${content} changed` : content, { mtime: T + DAY });
  }
  for (let i = 0; i < same; i++) {
    const path = `/b/u${String(i).padStart(3, '0')}`;
    before[path] = after[path] = file(text(`unchanged ${i}`, 60 + i), { mtime: T });
  }
  return [before, after];
}

/** Twenty changed and new files, and 180 that stay. */
export const HUNDREDS: readonly [ClientTree, ClientTree] = manyFiles(20, 180);

/** A name that is longer than any file's may be. */
const LONG = 'long'.repeat(80);

/** Paths of Windows, paths that are too long for the store's tree, and one that leads out of it and is left out. */
export const WINDOWS: readonly [ClientTree, ClientTree, ClientTree] = [
  {
    'C:/Users': dir({ mtime: T }),
    'C:/Users/../out': file('left out', { mtime: T }),
    [`C:/Users/${LONG}`]: file(CHANGED_1, { mtime: T }),
    'C:/Users/same': file(text('same', 80), { mtime: T }),
  },
  {
    'C:/Users': dir({ mtime: T + DAY }),
    'C:/Users/../out': file('left out', { mtime: T }),
    [`C:/Users/${LONG}`]: file(CHANGED_2, { mtime: T + DAY }),
    'C:/Users/same': file(text('same', 80), { mtime: T }),
    'D:/new': file('new', { mtime: T + DAY }),
  },
  {
    'C:/Users': dir({ mtime: T + DAY }),
    [`C:/Users/${LONG}`]: file(CHANGED_3, { mtime: T + 2 * DAY }),
    'D:/new': file('new', { mtime: T + DAY }),
  },
];
