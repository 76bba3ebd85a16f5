import type { FileSystem } from '../ports/file-system.ts';
import { syncPath } from './durable.ts';
import { StoreError, codeOf, ifThere } from './errors.ts';
import { parentOf } from './layout.ts';
import { DIRECTORY_MODE } from './modes.ts';

/**
 * Moves a backup to where somebody else removes it, whole, as `<client>-<backup>`. One rename, so that it is in one of the
 * two places after any cut; when this returns it is durable that it is gone here.
 */
export async function handOver(fs: FileSystem, root: string, name: string, to: string): Promise<void> {
  await makeIfMissing(fs, to);
  const base = `${to}/${root.slice(parentOf(root).length + 1)}-${name}`;
  for (let attempt = 0; ; attempt++) {
    const target = attempt === 0 ? base : `${base}.${attempt}`;
    if ((await ifThere(fs.lstat(target))) || !(await move(fs, `${root}/${name}`, target))) continue;
    await syncPath(fs, to);
    return syncPath(fs, root);
  }
}

/** False if somebody else has taken the name meanwhile. */
async function move(fs: FileSystem, from: string, to: string): Promise<boolean> {
  try {
    await fs.rename(from, to);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    if (code !== 'EXDEV') throw error;
    throw new StoreError(
      'EXDEV',
      `manual_delete is on another file system than ${from}, which can't be moved there`,
    );
  }
}

async function makeIfMissing(fs: FileSystem, directory: string): Promise<void> {
  try {
    await fs.mkdir(directory, { mode: DIRECTORY_MODE });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  await syncPath(fs, parentOf(directory) || '/');
}
