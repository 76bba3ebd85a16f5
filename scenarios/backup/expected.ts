import { MemorySink, type RestoredNode } from '../../src/client/memory-sink.ts';
import { localClient } from '../../src/client/local-client.ts';
import { memoryTree, type MemoryNode } from '../../src/client/memory-tree.ts';
import type { Store } from '../../src/server/store.ts';
import { displayBytes, fromText } from '../../src/storage/manifest/byte-string.ts';
import type { ClientTree } from './world.ts';

/** What was wrong with a restore, in a sentence: something that whoever restores was told of, or something else. */
export interface Restored {
  readonly told?: string;
  readonly untold?: string;
}

/**
 * Compares what a backup restores with the client's tree: every path, kind, mode, time, link and byte, no more and no
 * less. Gives a sentence for the first difference, or undefined.
 */
export async function difference(
  store: Store,
  number: number,
  tree: ClientTree,
): Promise<string | undefined> {
  const { told, untold } = await restored(store, number, tree);
  return told ?? untold;
}

/** The same, with a difference between what the client is told of and what it is not. */
export async function restored(store: Store, number: number, tree: ClientTree): Promise<Restored> {
  const sink = new MemorySink();
  const { failures } = await store.restore(number, sink);
  if (failures.length > 0) return { told: `backup ${number}: ${failures[0]}` };
  const untold = await firstOf(sink, number, tree);
  return untold === undefined ? {} : { untold };
}

async function firstOf(sink: MemorySink, number: number, tree: ClientTree): Promise<string | undefined> {
  const wanted = await nodesOf(tree);
  for (const [path, node] of wanted) {
    const found = sink.nodes.get(path);
    if (!found) return `backup ${number} does not restore ${path}`;
    const what = firstDifference(found, node);
    if (what !== undefined) return `backup ${number} restores ${path} with another ${what}`;
  }
  const extra = [...sink.nodes.keys()].find((path) => !wanted.has(path));
  return extra === undefined ? undefined : `backup ${number} restores ${extra}, which was not there`;
}

/** Looked up once a tree: trees are compared tens of thousands of times. */
const known = new WeakMap<ClientTree, Map<string, RestoredNode>>();

async function nodesOf(tree: ClientTree): Promise<Map<string, RestoredNode>> {
  let nodes = known.get(tree);
  if (!nodes) {
    nodes = new Map();
    // Names are compared as bytes: as they are shown, a newline or a backslash is another name.
    const sources = new Map(Object.entries(tree).map(([path, node]) => [fromText(path), node]));
    for await (const entry of localClient(memoryTree(tree)).scan({ compression: 0 })) {
      if (typeof entry === 'string') continue;
      // No backup can hold it, and its client is told so.
      if (entry.path.includes('/../')) continue;
      const path = displayBytes(entry.path);
      // Drives come below the target.
      nodes.set(path.startsWith('/') ? path : `/${path}`, {
        letter: entry.letter,
        mode: entry.attributes.mode,
        mtime: Number(entry.attributes.mtime),
        ...(entry.link === undefined ? {} : { link: displayBytes(entry.link) }),
        ...dataOf(sources.get(entry.path)),
      });
    }
    known.set(tree, nodes);
  }
  return nodes;
}

function dataOf(node: MemoryNode | undefined): { data?: Uint8Array } {
  return node?.kind === 'file' ? { data: node.data } : {};
}

function firstDifference(found: RestoredNode, wanted: RestoredNode): string | undefined {
  if (found.letter !== wanted.letter) return 'kind';
  if (found.mode !== wanted.mode) return 'mode';
  if (found.mtime !== wanted.mtime) return 'modification time';
  if (found.link !== wanted.link) return 'link target';
  const [left, right] = [found.data ?? EMPTY, wanted.data ?? EMPTY];
  return Buffer.compare(left, right) === 0 ? undefined : 'content';
}

const EMPTY = new Uint8Array();
