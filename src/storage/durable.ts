import type { FileSystem, OpenFile } from '../ports/file-system.ts';
import { codeOf } from './errors.ts';

/** Bytes of any amount: all at once, or as they come. */
export type Data = Uint8Array | AsyncIterable<Uint8Array>;

/** Makes a file's data, or the names in a directory, durable. */
export async function syncPath(fs: FileSystem, path: string): Promise<void> {
  const file = await fs.open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Makes a file that did not exist and makes its data durable; its name is not durable yet. What was there under the
 * name is unlinked, never written to: it may be a hard link to another backup's file.
 */
export async function writeNew(fs: FileSystem, path: string, data: Data): Promise<void> {
  const file = await openNew(fs, path);
  try {
    if (data instanceof Uint8Array) await writeAll(file, data);
    else for await (const chunk of data) await writeAll(file, chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function openNew(fs: FileSystem, path: string): Promise<OpenFile> {
  try {
    return await fs.open(path, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    await fs.unlink(path);
    return fs.open(path, 'wx', 0o600);
  }
}

/** Writes all bytes at the descriptor's position, however few the system takes at a time. */
export async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, null);
    done += bytesWritten;
  }
}
