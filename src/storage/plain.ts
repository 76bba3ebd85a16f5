import type { FileSystem } from '../ports/file-system.ts';
import { type Basis, Passed, type Stored, oneWay, openFile, unpackedTo } from './basis.ts';
import { type SizeAndMd5, measure } from './codec/digest.ts';
import { gunzip } from './codec/gzip.ts';
import { gunzipStream } from './codec/gzip-stream.ts';
import {
  ifReadable,
  ifSound,
  ifWhole,
  isPacked,
  isSumOf,
  measureAll,
  readChunks,
  readPlain,
  streamPlain,
  sumOf,
} from './content.ts';
import { blockLengthFor } from './delta/block-length.ts';
import { delta, deltaOf } from './delta/delta.ts';
import { goesForward, patch } from './delta/patch-stream.ts';
import { parseSignature, signatureOf } from './delta/signature.ts';
import { signature } from './delta/signature-stream.ts';
import type { StrongHash } from './delta/strong-hash.ts';
import { writeNew } from './durable.ts';
import type { Entry } from './manifest/entry.ts';

/** Files of up to this many bytes are patched in memory; larger ones pass through it in pieces. */
export const IN_MEMORY = 8 << 20;

/** The result of patching a large stored file, as a stream. What comes is trusted only once the stream has ended. */
export async function* patchStored(
  fs: FileSystem,
  from: Stored,
  deltaPath: string,
  how: { readonly scratch: string; readonly expectedSize?: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const basis = await openFor(fs, from, deltaPath, (plain) => unpackedTo(fs, how.scratch, plain));
  try {
    const options = how.expectedSize === undefined ? {} : { expectedSize: how.expectedSize };
    yield* patchBasis(fs, basis, deltaPath, options);
  } finally {
    await basis.close();
  }
}

/**
 * Opens a stored file's plain data for a delta. A packed file is unpacked as it is read, if the delta goes through it in
 * its order; else all of it is unpacked `aside` first.
 */
export async function openFor(
  fs: FileSystem,
  { path, packed }: Stored,
  deltaPath: string,
  aside: (plain: AsyncIterable<Uint8Array>) => Promise<Basis>,
): Promise<Basis> {
  if (!packed) return openFile(fs, path);
  const plain = streamPlain(fs, path, true);
  return (await goesForward(streamDelta(fs, deltaPath))) ? oneWay(plain) : aside(plain);
}

/** The result of a patch from data that are open already. */
export function patchBasis(
  fs: FileSystem,
  basis: Basis,
  deltaPath: string,
  options: { readonly expectedSize?: number } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  return patch(basis.readAt, streamDelta(fs, deltaPath), options);
}

/**
 * Size and MD5 of what a delta makes of a stored file, while the delta comes. Undefined if it is damaged, and if it can't
 * be told in one pass: from a packed file, with a delta that goes back in it.
 */
export async function sumOfArrivingPatch(
  fs: FileSystem,
  { path, packed }: Stored,
  delta: AsyncIterable<Uint8Array>,
): Promise<SizeAndMd5 | undefined> {
  const basis = packed ? oneWay(streamPlain(fs, path, true)) : await openFile(fs, path);
  try {
    return await ifSound(measureAll(patch(basis.readAt, delta)));
  } catch (error) {
    if (error instanceof Passed) return undefined;
    throw error;
  } finally {
    await basis.close();
  }
}

/** The most that a delta of a file that is patched in memory may unpack to: more is somebody's mischief. */
const LONGEST_DELTA = 4 * IN_MEMORY;

/** A stored delta. jiggle keeps them as they are, Burp packs them if it packs the file. */
export async function readDelta(fs: FileSystem, path: string): Promise<Uint8Array> {
  const bytes = await fs.readFile(path);
  return looksPacked(bytes) ? gunzip(bytes, { maximumSize: LONGEST_DELTA }) : bytes;
}

async function* streamDelta(fs: FileSystem, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await openFile(fs, path);
  const start = await file.readAt(0, 2);
  await file.close();
  yield* looksPacked(start) ? gunzipStream(readChunks(fs, path)) : readChunks(fs, path);
}

/** A delta begins with bytes of its own, so the two can't be mistaken. */
function looksPacked(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Writes the delta that leads to a stored file from one that has this signature. Nothing of it is synced here. */
export async function writeDelta(
  fs: FileSystem,
  target: string,
  from: Uint8Array,
  to: Stored,
): Promise<void> {
  const parsed = parseSignature(from);
  if (to.size <= IN_MEMORY) {
    return writeNew(fs, target, deltaOf(parsed, await readPlain(fs, to.path, to.packed)));
  }
  await writeNew(fs, target, delta(parsed, streamPlain(fs, to.path, to.packed)));
}

/**
 * The signature of an entry's stored file, in the same pass that sees whether the file has the entry's data; undefined if
 * it is not usable.
 */
export function signatureOfSound(
  fs: FileSystem,
  path: string,
  entry: Entry,
  hash: StrongHash = 'blake2',
): Promise<Uint8Array | undefined> {
  const packed = isPacked(entry);
  const { size } = entry.end!;
  const signed = async (): Promise<Uint8Array | undefined> => {
    if (size <= IN_MEMORY) {
      const plain = await readPlain(fs, path, packed, size);
      return isSumOf(sumOf(plain), entry) ? signatureOf(plain, { hash }) : undefined;
    }
    const plain = measure(streamPlain(fs, path, packed, size));
    const made = await collect(signature(plain.stream, { blockLength: blockLengthFor(size), hash }));
    return isSumOf(plain.result(), entry) ? made : undefined;
  };
  return ifReadable(ifWhole(fs, path, entry, signed));
}

export async function collect(data: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of data) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}
