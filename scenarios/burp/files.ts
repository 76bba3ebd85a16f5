import { gunzip } from '../../src/storage/codec/gzip.ts';
import { codeOf } from '../../src/storage/errors.ts';
import type { Entry } from '../../src/storage/manifest/entry.ts';
import type { Life } from '../../harness/index.ts';

export type Files = Life['fs'];

/** An operating error of Burp, which ends the connection and leaves the store as it is. */
export class BurpFailure extends Error {
  override name = 'BurpFailure';
}

/** Whether a name is there, whatever it is: of a symlink, not of what it leads to. */
export async function exists(fs: Files, path: string): Promise<boolean> {
  return (await found(fs, path)) !== undefined;
}

/** Burp's only test of whether a file is done: no size, no checksum. */
export async function isRegular(fs: Files, path: string): Promise<boolean> {
  return (await found(fs, path))?.isFile() ?? false;
}

async function found(fs: Files, path: string): Promise<Awaited<ReturnType<Files['lstat']>> | undefined> {
  try {
    return await fs.lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

export async function unlinkIfThere(fs: Files, path: string): Promise<void> {
  if (await exists(fs, path)) await fs.unlink(path);
}

export async function makePathFor(fs: Files, path: string): Promise<void> {
  await fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
}

/** Removes the directories in a tree that hold nothing but directories, itself included. Files stay. */
export async function removeDirectoriesOnly(fs: Files, path: string): Promise<boolean> {
  let empty = true;
  for (const entry of await fs.readdir(path, { withFileTypes: true })) {
    const removed = entry.isDirectory() && (await removeDirectoriesOnly(fs, `${path}/${entry.name}`));
    empty &&= removed;
  }
  if (empty) await fs.rmdir(path);
  return empty;
}

/**
 * The plain bytes of a stored file, as zlib's gzread gives them: nothing for an empty file, and what does not begin
 * as gzip does is passed through. So neither a lost size nor lost data is noticed here.
 */
export async function readStored(fs: Files, path: string, entry: Entry): Promise<Uint8Array> {
  const bytes = await fs.readFile(path);
  const packed = entry.attributes.compression > 0 && bytes[0] === 0x1f && bytes[1] === 0x8b;
  return packed ? gunzip(bytes) : bytes;
}
