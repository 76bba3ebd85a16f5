import { chmod, link, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { Image } from '../disk/image/image.ts';
import { listTree, type TreeEntry } from '../disk/image/tree.ts';
import { escapeText } from '../../reports/text.ts';
import { ensureDirectory } from './ensure-directory.ts';
import { BadArgument } from '../runs/bad-argument.ts';

/**
 * Writes a simulated disk as real files below `directory`, which must be empty or not there: modes, symlinks and hard
 * links included.
 * @returns the number of paths
 * @throws BadArgument if the directory can't be used
 */
export async function materialize(image: Image, directory: string, shown: string): Promise<number> {
  await demandEmpty(directory, shown);
  const tree = listTree(image);
  const directories: [string, number][] = [];
  for (const [path, entry] of tree) {
    const target = below(directory, path);
    await place(directory, target, entry);
    if (entry.type === 'dir') directories.push([target, entry.mode]);
  }
  // Last, and the deepest first: a directory that nobody may write to could not be filled.
  for (const [target, mode] of directories.reverse()) await chmod(target, mode);
  return tree.size;
}

async function place(directory: string, target: string, entry: TreeEntry): Promise<void> {
  if (entry.type === 'dir') {
    await mkdir(target, { mode: 0o700 });
    return;
  }
  // Hard links first: a further name of an inode is no file of its own. `link` does not follow symlinks on Linux.
  if (entry.sameAs !== undefined) return await link(below(directory, entry.sameAs), target);
  if (entry.type === 'symlink') return await symlink(entry.target, target);
  await writeFile(target, entry.content, { flag: 'wx', mode: 0o600 });
  await chmod(target, entry.mode);
}

/** The real path for a path of the disk. It can't leave the directory: a name on a disk is never `..`. */
function below(directory: string, path: string): string {
  const target = join(directory, path);
  const inside = relative(directory, target);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || resolve(target) !== target) {
    throw new BadArgument(`--materialize: the path ${escapeText(path)} would lie outside of the folder`);
  }
  return target;
}

async function demandEmpty(directory: string, shown: string): Promise<void> {
  const option = `--materialize ${escapeText(shown)}`;
  const stats = await lstat(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new BadArgument(`${option}: it can't be read (${error.code ?? 'error'})`);
  });
  if (stats && !stats.isDirectory())
    throw new BadArgument(`${option}: it is no directory; name an empty or a new one`);
  if (stats && (await readdir(directory)).length > 0) {
    throw new BadArgument(`${option}: it is not empty; name an empty or a new one`);
  }
  if (stats) return;
  try {
    await ensureDirectory(directory);
  } catch (error) {
    throw new BadArgument(
      `${option}: it can't be made (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
    );
  }
}
