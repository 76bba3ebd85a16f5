import type { FileSystem } from '../ports/file-system.ts';
import { Batch, type Syncs } from './batch.ts';
import { syncPath } from './durable.ts';
import { TRASH } from './layout.ts';
import { removeTree } from './tree.ts';

/**
 * Removes what is in the trash. It must be durable that it is trash: otherwise the directory may come back under its
 * old name with half of its files.
 */
export async function emptyTrash(fs: FileSystem, root: string, syncs: Syncs): Promise<void> {
  const batch = new Batch(fs, syncs);
  await removeTree(fs, `${root}/${TRASH}`, batch);
  await batch.end();
}

/** Moves a directory to the trash, for good. The trash must be empty. */
export async function toTrash(fs: FileSystem, root: string, name: string): Promise<void> {
  await fs.rename(`${root}/${name}`, `${root}/${TRASH}`);
  await syncPath(fs, root);
}
