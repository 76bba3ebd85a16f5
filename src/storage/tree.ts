import type { FileSystem } from '../ports/file-system.ts';
import type { Batch } from './batch.ts';
import { ifThere } from './errors.ts';
import { parentOf } from './layout.ts';

/** The names in a directory, always in the same order; undefined if it is not there. */
export async function namesIn(fs: FileSystem, directory: string): Promise<string[] | undefined> {
  const names = await ifThere(fs.readdir(directory));
  return names?.sort();
}

/** Removes a file, or a directory with all that is in it, in batches. Not being there is fine. */
export async function removeTree(fs: FileSystem, path: string, batch: Batch): Promise<void> {
  const stat = await ifThere(fs.lstat(path));
  if (!stat) return;
  if (stat.isDirectory()) await removeDirectory(fs, path, batch);
  else await removeFile(fs, path, batch);
}

/** Removes a file that is there; its directory is synced when the batch ends. */
export async function removeFile(fs: FileSystem, path: string, batch: Batch): Promise<void> {
  await fs.unlink(path);
  batch.changed(parentOf(path));
  await batch.entryDone();
}

async function removeDirectory(fs: FileSystem, path: string, batch: Batch): Promise<void> {
  for (const name of (await namesIn(fs, path)) ?? []) await removeTree(fs, `${path}/${name}`, batch);
  await fs.rmdir(path);
  batch.removed(path);
  await batch.entryDone();
}

/**
 * Removes the directories below `path` that hold nothing but directories; `path` itself stays. With `syncsAll`, the
 * names in those that stay become durable when the batch ends, whoever changed them. Returns whether `path` is empty.
 */
export async function removeEmptyDirectories(
  fs: FileSystem,
  path: string,
  batch: Batch,
  syncsAll: boolean,
): Promise<boolean> {
  let empty = true;
  const names = await namesIn(fs, path);
  for (const name of names ?? []) {
    const child = `${path}/${name}`;
    if (
      !(await fs.lstat(child)).isDirectory() ||
      !(await removeEmptyDirectories(fs, child, batch, syncsAll))
    ) {
      empty = false;
      continue;
    }
    await fs.rmdir(child);
    batch.removed(child);
    await batch.entryDone();
  }
  if (syncsAll && names) batch.changed(path);
  return empty;
}
