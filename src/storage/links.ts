import type { FileSystem } from '../ports/file-system.ts';
import { syncPath } from './durable.ts';
import { codeOf } from './errors.ts';
import { CURRENT, CURRENT_TMP } from './layout.ts';

/** Lets `current` name this backup, at once. Durable when the client's directory is synced next. */
export async function pointCurrent(fs: FileSystem, root: string, name: string): Promise<void> {
  const temporary = `${root}/${CURRENT_TMP}`;
  try {
    await fs.symlink(name, temporary);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // Left by a cut. It may name something else, and a link can't be overwritten.
    await fs.unlink(temporary);
    await fs.symlink(name, temporary);
  }
  await fs.rename(temporary, `${root}/${CURRENT}`);
}

/** Removes links, then makes that durable. */
export async function dropLinks(fs: FileSystem, root: string, ...names: string[]): Promise<void> {
  for (const name of names) await fs.unlink(`${root}/${name}`);
  await syncPath(fs, root);
}
