import { chmod, open, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import process from 'node:process';

/** Temporary files of one process have names of their own, and so have those of two. */
let written = 0;

/**
 * Writes a file so that it is old or new after a power cut, never a mix, and new once this returns: a temporary file,
 * fsync, rename, fsync of the directory. A link stays a link, and what it leads to is written; what is no regular file,
 * a pipe or a device, is not replaced but written into.
 */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there && !there.isFile()) return await writeFile(path, content);
  const target = await followed(path);
  const temporary = `${target}.${process.pid}-${++written}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    if (there) await chmod(temporary, there.mode & 0o7777);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const directory = await open(dirname(target), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Links to follow before it must be a circle, as in Linux. */
const LINKS_MAX = 40;

/** Where a path leads by its links, though the last of them may lead to nothing yet. */
async function followed(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined) return real;
  let at = resolve(path);
  for (let i = 0; i < LINKS_MAX; i++) {
    const next = await readlink(at).catch(() => undefined);
    if (next === undefined) break;
    at = resolve(dirname(at), next);
  }
  return at;
}
