import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ifThere } from '../storage/errors.ts';

/** For private keys. */
export const OWNER_ONLY = 0o600;
export const EVERYBODY_READS = 0o644;

/** Makes or replaces a small file: after a power cut it is as before or as now, never half of it. */
export async function writeDurably(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const temporary = `${path}.tmp`;
  await ifThere(unlink(temporary));
  await create(temporary, content, mode);
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Makes a file that must not be there yet: EEXIST if it is. Where that fails, nothing of it stays in the way. */
export async function createDurably(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await create(path, content, mode);
  try {
    await syncDirectory(dirname(path));
  } catch (error) {
    await ifThere(unlink(path));
    throw error;
  }
}

async function create(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await ifThere(unlink(path));
    throw error;
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
