import { listTree, type TreeEntry } from '../disk/image/tree.ts';
import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import { graphAfter } from '../persistence/uptime.ts';
import type { CutLife } from './replay.ts';

/** Ops of a life whose files are looked up before them: the last ones before the cut are those that matter. */
const LOOKED_UP_MAX = 32;

/**
 * What files held before this life cut them short, or emptied them, or made them empty: without it, a disk whose file
 * is empty because the power went before the new content came looks as if nothing had happened to it.
 *
 * @returns by path; null for a file that was not there
 */
export function heldBefore({ life, cut, uptime, seen }: CutLife): ReadonlyMap<string, TreeEntry | null> {
  const held = new Map<string, TreeEntry | null>();
  const graph = graphAfter(uptime);
  const start = graph.volatile.fork();
  const ops = life.ops.slice(0, cut.at);
  const wanted = new Set(ops.filter((op) => op.kind === 'truncate').slice(-LOOKED_UP_MAX));
  for (const op of ops) {
    const before = wanted.has(op) ? shortened(graph.volatile, op) : undefined;
    if (before) held.set(op.path, before);
    graph.step(op);
  }
  let atStart: ReadonlyMap<string, TreeEntry> | undefined;
  for (const [path, entry] of listTree(seen)) {
    if (entry.type !== 'file' || entry.size > 0 || held.has(path)) continue;
    atStart ??= listTree(start);
    const before = atStart.get(path) ?? null;
    if (before?.type !== 'file' || before.size > 0) held.set(path, before);
  }
  return held;
}

/** The file as it was, if the op takes something away from its end. */
function shortened(image: Image, op: Op): TreeEntry | undefined {
  const entry = listTree(image).get(op.path);
  return entry?.type === 'file' && entry.size > (op.offset ?? 0) ? entry : undefined;
}
