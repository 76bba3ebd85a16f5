import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What directories are made with: `node:fs/promises`, or the simulated disk that this is tested on. */
export interface DirectoryDisk {
  mkdir(path: string): Promise<unknown>;
  stat(path: string): Promise<{ isDirectory(): boolean }>;
  open(path: string, flags: string): Promise<{ sync(): Promise<void>; close(): Promise<void> }>;
}

/**
 * Makes a directory and those above it, durable once this returns: what is synced in a directory that is not, is lost with
 * it. Not `mkdir` with `recursive`: on a file system that answers ENOENT whatever one does, such as /proc, Node's never
 * returns.
 */
export async function ensureDirectory(
  path: string,
  disk: DirectoryDisk = { mkdir, stat, open },
): Promise<void> {
  try {
    await disk.mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await disk.stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await ensureDirectory(dirname(path), disk);
    await disk.mkdir(path);
  }
  const above = await disk.open(dirname(path), 'r');
  try {
    await above.sync();
  } finally {
    await above.close();
  }
}
