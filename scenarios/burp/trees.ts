import { dir, file } from '../../src/client/memory-tree.ts';
import type { ClientTree } from '../backup/world.ts';

const T = 1_700_000_000;
const DAY = 86_400;

/** States of one client, a day apart, the oldest first: what is backed up on day 1, 2, 3 and 4. */
export type Days = readonly [ClientTree, ClientTree, ClientTree, ClientTree];

function on(
  day: number,
  files: Readonly<Record<string, readonly [text: string, since: number]>>,
): ClientTree {
  const nodes = Object.entries(files).map(
    ([name, [text, since]]) => [`/b/${name}`, file(text, { mtime: T + since * DAY })] as const,
  );
  return { '/b': dir({ mtime: T + day * DAY }), ...Object.fromEntries(nodes) };
}

/**
 * All files are stored packed, as in the sweep of kills that Burp survived. On the third day two files change, one is
 * new, one is gone, and two stay as they are, one of them since the first day.
 */
export const PACKED: Days = [
  on(1, { 'a.txt': ['first a', 1], 'b.txt': ['first b', 1], 'old.txt': ['the same', 1] }),
  on(2, {
    'a.txt': ['second a', 2],
    'b.txt': ['first b', 1],
    'gone.txt': ['it goes', 2],
    'old.txt': ['the same', 1],
    'own.txt': ['the same too', 2],
  }),
  on(3, {
    'a.txt': ['third a', 3],
    'b.txt': ['third b', 3],
    'new.txt': ['it comes', 3],
    'old.txt': ['the same', 1],
    'own.txt': ['the same too', 2],
  }),
  on(4, { 'a.txt': ['third a', 3], 'b.txt': ['fourth b', 4], 'new.txt': ['it comes', 3] }),
];

/** A file that is stored as it is, and after it, in the order of the manifest, one that is packed. Both change. */
export const MIXED: Days = [
  on(1, { 'aa.gz': ['first aa', 1], 'bb.txt': ['first bb', 1] }),
  on(2, { 'aa.gz': ['second aa', 2], 'bb.txt': ['second bb', 2] }),
  on(3, { 'aa.gz': ['third aa', 3], 'bb.txt': ['third bb', 3] }),
  on(4, { 'aa.gz': ['fourth aa', 4], 'bb.txt': ['fourth bb', 4] }),
];
