import type { Stats } from 'node:fs';
import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import type { TreeEntry } from '../../harness/disk/image/tree.ts';

export type Tree = ReadonlyMap<string, TreeEntry>;

const PERMISSIONS = 0o7777;

/**
 * A real directory in the form in which `listTree` gives a simulated disk: paths as from `directory`, without itself,
 * depth first, in order of the names' UTF-16 code units.
 * @throws TypeError if there is something that a simulated disk can't hold
 */
export async function readTree(directory: string): Promise<Map<string, TreeEntry>> {
  const tree = new Map<string, TreeEntry>();
  const first = new Map<number, string>();
  const visit = async (above: string): Promise<void> => {
    for (const name of (await readdir(directory + above)).sort()) {
      const at = `${above}/${name}`;
      const stat = await lstat(directory + at);
      const entry = await entryOf(directory + at, stat, first.get(stat.ino));
      tree.set(at, entry);
      if (!first.has(stat.ino)) first.set(stat.ino, at);
      if (entry.type === 'dir') await visit(at);
    }
  };
  await visit('');
  return tree;
}

async function entryOf(path: string, stat: Stats, sameAs: string | undefined): Promise<TreeEntry> {
  const mode = stat.mode & PERMISSIONS;
  const same = sameAs === undefined ? {} : { sameAs };
  if (stat.isDirectory()) return { type: 'dir', mode };
  if (stat.isSymbolicLink()) return { type: 'symlink', target: await readlink(path), ...same };
  if (!stat.isFile()) throw new TypeError(`${path} must be a file, a directory or a symlink`);
  const content = new Uint8Array(await readFile(path));
  return { type: 'file', mode, size: stat.size, content, links: stat.nlink, ...same };
}

/** What is needed to make a tree; real and simulated disks have it alike. */
interface TreeMaker {
  mkdir(path: string, options: { mode: number }): Promise<unknown>;
  writeFile(path: string, data: Uint8Array, options: { flag: string; mode: number }): Promise<void>;
  link(existing: string, path: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
}

/** Makes a tree in `directory`, which is there and empty, on whatever disk `fs` leads to: hard links stay hard links. */
export async function writeTree(fs: TreeMaker, directory: string, tree: Tree): Promise<void> {
  for (const [path, entry] of tree) {
    const target = directory + path;
    if (entry.type === 'dir') await fs.mkdir(target, { mode: 0o700 });
    else if (entry.sameAs !== undefined) await fs.link(directory + entry.sameAs, target);
    else if (entry.type === 'symlink') await fs.symlink(entry.target, target);
    else await fs.writeFile(target, entry.content, { flag: 'wx', mode: 0o600 });
  }
  // The deepest first: a directory that nobody may enter could not be filled, nor what is in it be changed.
  for (const [path, entry] of [...tree].toReversed()) {
    if (entry.type !== 'symlink') await fs.chmod(directory + path, entry.mode);
  }
}
