import type { FileSystem } from '../ports/file-system.ts';
import { isDamage } from './codec/damage.ts';
import { type SizeAndMd5, measure, md5Of } from './codec/digest.ts';
import { type GunzipOptions, gunzip } from './codec/gzip.ts';
import { gunzipStream } from './codec/gzip-stream.ts';
import { codeOf, ifThere } from './errors.ts';
import type { Entry } from './manifest/entry.ts';

/** Files of up to this many bytes are read and inflated in one piece. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
export const SMALL_FILE = 1 << 20;

/** So large that it is read while others go on: see `SystemFile`. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const CHUNK = 256 * 1024;

/** The bytes of a file as they are, in chunks with memory of their own. */
export async function* readChunks(fs: FileSystem, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await fs.open(path, 'r');
  try {
    const { size } = await file.stat();
    // One byte more than there is: a file that is read in one piece needs no second look for its end.
    const length = Math.min(CHUNK, size + 1);
    for (;;) {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await file.read(buffer, 0, length, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Whether an entry's data is stored as gzip. Encrypted data is stored as it came. */
export function isPacked(entry: Entry): boolean {
  return entry.attributes.compression > 0 && !isEncrypted(entry);
}

/** Whether only the client can make sense of an entry's data: it has encrypted them, or Windows (EFS) has. */
export function isEncrypted({ attributes, kind }: Pick<Entry, 'attributes' | 'kind'>): boolean {
  return attributes.encryption !== 0 || kind === 'efs';
}

/** Whether data of this size and MD5 are the entry's. Of encrypted data, clients tell the MD5, but the plain size. */
export function isSumOf(sum: SizeAndMd5, entry: Pick<Entry, 'attributes' | 'end'>): boolean {
  return entry.attributes.encryption === 0 ? sameSum(sum, entry.end) : sum.md5 === entry.end?.md5;
}

/**
 * The plain data of a stored file, in memory. Throws EBADMSG if it is packed and damaged, or if more than `maximumSize`
 * bytes come out of it.
 */
export async function readPlain(
  fs: FileSystem,
  path: string,
  packed: boolean,
  maximumSize?: number,
): Promise<Uint8Array> {
  const bytes = await fs.readFile(path);
  return packed ? gunzip(bytes, limited(maximumSize)) : bytes;
}

/** The plain data of a stored file as a stream; the same errors as `readPlain`. */
export function streamPlain(
  fs: FileSystem,
  path: string,
  packed: boolean,
  maximumSize?: number,
): AsyncIterable<Uint8Array> {
  const chunks = readChunks(fs, path);
  return packed ? gunzipStream(chunks, limited(maximumSize)) : chunks;
}

function limited(maximumSize: number | undefined): GunzipOptions {
  return maximumSize === undefined ? {} : { maximumSize };
}

/**
 * Size and MD5 of the plain data of a stored file, which should have `expected` bytes. Throws EBADMSG if it is packed
 * and damaged, or if more bytes come out of it: it may have been made to.
 */
export async function measureStored(
  fs: FileSystem,
  path: string,
  packed: boolean,
  expected: number,
): Promise<SizeAndMd5> {
  const { size } = await fs.stat(path);
  if (Math.max(size, packed ? expected : 0) <= SMALL_FILE) {
    const bytes = await fs.readFile(path);
    return sumOf(packed ? gunzip(bytes, { maximumSize: expected }) : bytes);
  }
  const chunks = readChunks(fs, path);
  return measureAll(packed ? gunzipStream(chunks, { maximumSize: expected }) : chunks);
}

export function sumOf(bytes: Uint8Array): SizeAndMd5 {
  return { size: bytes.length, md5: md5Of(bytes) };
}

/** Reads a stream to its end, for its size and MD5. */
export async function measureAll(stream: AsyncIterable<Uint8Array>): Promise<SizeAndMd5> {
  const measured = measure(stream);
  for await (const _ of measured.stream);
  return measured.result();
}

/**
 * What `read` makes of a stored file, or undefined if that can't have the entry's data. That a file is there says nothing
 * after a power cut: it may be empty, short, or full of zeros.
 */
export async function ifWhole<T>(
  fs: FileSystem,
  path: string,
  entry: Entry,
  read: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const stat = await ifThere(fs.lstat(path));
  if (!stat?.isFile()) return undefined;
  if (!isPacked(entry) && !isEncrypted(entry) && stat.size !== entry.end?.size) return undefined;
  return ifSound(read());
}

/** Undefined if what is read turns out to be damaged. */
export async function ifSound<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** Whether a stored file has the entry's data. */
export async function holds(fs: FileSystem, path: string, entry: Entry): Promise<boolean> {
  const measuring = () => measureStored(fs, path, isPacked(entry), entry.end!.size);
  const sum = await ifWhole(fs, path, entry, measuring);
  return sum !== undefined && isSumOf(sum, entry);
}

/**
 * A file that the disk can't read holds nothing, for those who only look for something to build on, and take nothing away
 * if they don't find it: one bad sector must not stop all backups to come.
 */
export async function ifReadable<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (codeOf(error) === 'EIO') return undefined;
    throw error;
  }
}

/** As `holds`, for those. */
export async function isUsable(fs: FileSystem, path: string, entry: Entry): Promise<boolean> {
  return (await ifReadable(holds(fs, path, entry))) ?? false;
}

export function sameSum(a: SizeAndMd5, b: SizeAndMd5 | undefined): boolean {
  return a.size === b?.size && a.md5 === b.md5;
}
