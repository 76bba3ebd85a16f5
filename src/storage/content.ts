import type { FileSystem } from '../ports/file-system.ts';
import { isDamage } from './codec/damage.ts';
import { type SizeAndMd5, measure, md5Of } from './codec/digest.ts';
import { gunzip } from './codec/gzip.ts';
import { gunzipStream } from './codec/gzip-stream.ts';
import { ifThere } from './errors.ts';
import type { Entry } from './manifest/entry.ts';

/** Files of up to this many bytes are read and inflated in one piece. */
export const SMALL_FILE = 1 << 20;

const CHUNK = 64 * 1024;

/** The bytes of a file as they are, in chunks with memory of their own. */
export async function* readChunks(fs: FileSystem, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await fs.open(path, 'r');
  try {
    for (;;) {
      const buffer = new Uint8Array(CHUNK);
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Whether an entry's data is stored as gzip. Encrypted data is stored as it came. */
export function isPacked(entry: Entry): boolean {
  return entry.attributes.compression > 0 && entry.attributes.encryption === 0;
}

/** The plain data of a stored file, in memory. Throws EBADMSG if it is packed and damaged. */
export async function readPlain(fs: FileSystem, path: string, packed: boolean): Promise<Uint8Array> {
  const bytes = await fs.readFile(path);
  return packed ? gunzip(bytes) : bytes;
}

/** The plain data of a stored file as a stream. */
export function streamPlain(fs: FileSystem, path: string, packed: boolean): AsyncIterable<Uint8Array> {
  return packed ? gunzipStream(readChunks(fs, path)) : readChunks(fs, path);
}

/** Size and MD5 of the plain data of a stored file. Throws EBADMSG if it is packed and damaged. */
export async function measureStored(fs: FileSystem, path: string, packed: boolean): Promise<SizeAndMd5> {
  const { size } = await fs.stat(path);
  if (size <= SMALL_FILE) {
    const plain = await readPlain(fs, path, packed);
    return { size: plain.length, md5: md5Of(plain) };
  }
  const measured = measure(streamPlain(fs, path, packed));
  for await (const _ of measured.stream);
  return measured.result();
}

/**
 * Whether a stored file has the entry's data. That a file is there says nothing after a power cut: it may be empty,
 * short, or full of zeros.
 */
export async function holds(fs: FileSystem, path: string, entry: Entry): Promise<boolean> {
  const stat = await ifThere(fs.lstat(path));
  if (!stat?.isFile()) return false;
  if (!isPacked(entry) && stat.size !== entry.end?.size) return false;
  try {
    return sameSum(await measureStored(fs, path, isPacked(entry)), entry.end);
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

export function sameSum(a: SizeAndMd5, b: SizeAndMd5 | undefined): boolean {
  return a.size === b?.size && a.md5 === b.md5;
}
