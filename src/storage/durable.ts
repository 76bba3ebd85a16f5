import type { FileSystem, OpenFile } from '../ports/file-system.ts';
import { inPieces } from './codec/pieces.ts';
import { codeOf } from './errors.ts';
import { FILE_MODE } from './modes.ts';

/** Bytes of a stream that are written at a time. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const PIECE = 256 * 1024;

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
 * Makes a file that did not exist; neither its data nor its name are durable yet: see `Batch`. What was there under the
 * name is unlinked, never written to: it may be a hard link to another backup's file.
 */
export async function writeNew(fs: FileSystem, path: string, data: Data): Promise<void> {
  const file = await openNew(fs, path);
  try {
    await writeData(file, data);
  } finally {
    await file.close();
  }
}

/** The same, and the data is durable when it returns. Its name is not. If it can't be made durable, it is gone again. */
export async function writeDurably(fs: FileSystem, path: string, data: Data): Promise<void> {
  const file = await openNew(fs, path);
  try {
    await writeData(file, data);
    await syncOwn(fs, path, async () => await file.sync());
  } finally {
    await file.close();
  }
}

/**
 * Makes a file durable that this life has written, or removes it. A sync that fails leaves data that can be read, that no
 * later sync writes, and that a cut takes away: whoever finds it after a restart would take it for whole.
 */
export async function syncOwn(fs: FileSystem, path: string, sync: () => Promise<void>): Promise<void> {
  try {
    await sync();
  } catch (error) {
    await fs.unlink(path).catch(() => undefined);
    throw error;
  }
}

/** Puts a file in the place of another, at once. Its data is durable then, and which of the two is there once the directory is synced. */
export async function replaceFile(fs: FileSystem, path: string, data: Data): Promise<void> {
  await writeDurably(fs, `${path}.tmp`, data);
  await fs.rename(`${path}.tmp`, path);
}

export async function openNew(fs: FileSystem, path: string): Promise<OpenFile> {
  try {
    return await fs.open(path, 'wx', FILE_MODE);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    await fs.unlink(path);
    return fs.open(path, 'wx', FILE_MODE);
  }
}

async function writeData(file: OpenFile, data: Data): Promise<void> {
  if (data instanceof Uint8Array) await writeAll(file, data);
  else for await (const piece of inPieces(data, PIECE)) await writeAll(file, piece);
}

/** Writes all bytes at the descriptor's position, however few the system takes at a time. */
export async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, null);
    if (bytesWritten === 0)
      throw Object.assign(new Error('EIO: the disk takes no more of a file'), { code: 'EIO' });
    done += bytesWritten;
  }
}
