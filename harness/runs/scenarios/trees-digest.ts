import { createHash, type Hash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A sum over the names, kinds, modes and contents in real directories, wherever they are, in their order. */
export async function treesDigest(trees: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const tree of trees) {
    hash.update('tree\n');
    await addAll(hash, tree, '.');
  }
  return hash.digest('hex');
}

async function addAll(hash: Hash, root: string, at: string): Promise<void> {
  const path = join(root, at);
  const stats = await lstat(path);
  hash.update(`${JSON.stringify(at)} ${stats.mode} ${stats.isFile() ? stats.size : ''}\n`);
  if (stats.isFile()) hash.update(await readFile(path));
  if (stats.isSymbolicLink()) hash.update(JSON.stringify(await readlink(path)));
  if (!stats.isDirectory()) return;
  for (const name of (await readdir(path)).sort()) await addAll(hash, root, join(at, name));
}
