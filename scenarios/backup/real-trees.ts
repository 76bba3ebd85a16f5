import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dir, fifo, file, hardlink, symlink, type MemoryNode } from '../../src/client/memory-tree.ts';
import { displayBytes, fromBytes } from '../../src/storage/manifest/byte-string.ts';
import type { ClientTree } from './world.ts';

/** Everything is held in memory, and read tens of thousands of times: more than this is another tool's job. */
const BYTES_MAX = 64 * 1024 * 1024;

/**
 * Reads directories as the successive states of a client.
 * @throws an Error with one line if there are fewer than two, or if one can't be read whole
 */
export async function readTrees(paths: readonly string[]): Promise<readonly ClientTree[]> {
  if (paths.length < 2) {
    throw new Error('--tree: give it at least twice: what was backed up before, and what is backed up next');
  }
  const states: ClientTree[] = [];
  for (const path of paths) states.push(asLater(readTree(path), states.at(-1)));
  return states;
}

/**
 * Directories are made at any time, and so their times may say that nothing happened between them. Burp and jiggle go
 * by modification times in seconds, as a client's files have them when they really change: a file with other content
 * is given a later one.
 */
function asLater(tree: ClientTree, before: ClientTree | undefined): ClientTree {
  if (!before) return tree;
  const nodes: Record<string, MemoryNode> = {};
  for (const [path, node] of Object.entries(tree)) {
    const old = before[path];
    const changed = node.kind === 'file' && old?.kind === 'file' && Buffer.compare(node.data, old.data) !== 0;
    const mtime = Math.max(node.options.mtime ?? 0, (old?.options.mtime ?? 0) + 1);
    nodes[path] = changed ? file(node.data, { ...node.options, mtime }) : node;
  }
  return nodes;
}

function readTree(root: string): ClientTree {
  const nodes: Record<string, MemoryNode> = {};
  const firstNames = new Map<number, string>();
  let bytes = 0;
  const visit = (path: string, at: string): void => {
    const stats = attempt(root, () => lstatSync(path));
    if (at === '' && !stats.isDirectory()) throw new Error(`--tree ${root}: not a directory`);
    bytes += stats.isFile() ? stats.size : 0;
    if (bytes > BYTES_MAX)
      throw new Error(`--tree ${root}: more than ${BYTES_MAX} bytes; take a smaller directory`);
    if (at !== '') nodes[at] = nodeOf(root, path, at, stats, firstNames);
    if (!stats.isDirectory()) return;
    // Depth first in Burp's path order, so that the first name of a hard-linked file comes first there too.
    for (const name of namesIn(root, path, at).sort()) visit(`${path}/${name}`, `${at}/${name}`);
  };
  visit(root, '');
  return nodes;
}

function nodeOf(
  root: string,
  path: string,
  at: string,
  stats: Stats,
  firstNames: Map<number, string>,
): MemoryNode {
  const options = { mode: stats.mode & 0o7777, mtime: Math.floor(stats.mtimeMs / 1000) };
  if (stats.isDirectory()) return dir(options);
  if (stats.isSymbolicLink()) {
    const target = attempt(root, () => readlinkSync(path, { encoding: 'buffer' }));
    return symlink(demandText(root, target, `the target of ${at}`), options);
  }
  if (!stats.isFile()) return fifo(options);
  const first = firstNames.get(stats.ino);
  if (first !== undefined) return hardlink(first, options);
  if (stats.nlink > 1) firstNames.set(stats.ino, at);
  return file(
    attempt(root, () => readFileSync(path)),
    options,
  );
}

/** Names are bytes on Linux, and text on the simulated disk. */
function namesIn(root: string, path: string, at: string): string[] {
  const names = attempt(root, () => readdirSync(path, { encoding: 'buffer' }));
  return names.map((name) => demandText(root, name, `a name in ${at === '' ? '/' : at}`));
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function demandText(root: string, bytes: Uint8Array, what: string): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    const shown = displayBytes(fromBytes(bytes));
    throw new Error(`--tree ${root}: ${what} is not UTF-8, ${shown}: the simulated disk holds no such name`);
  }
}

function attempt<T>(root: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`--tree ${root}: ${(error as Error).message}`, { cause: error });
  }
}
