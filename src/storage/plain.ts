import type { FileSystem, OpenFile } from '../ports/file-system.ts';
import { gunzip } from './codec/gzip.ts';
import { gunzipStream } from './codec/gzip-stream.ts';
import { readChunks, readPlain, streamPlain } from './content.ts';
import { blockLengthFor } from './delta/block-length.ts';
import { delta, deltaOf } from './delta/delta.ts';
import { patch, type ReadAt } from './delta/patch-stream.ts';
import { parseSignature, signatureOf } from './delta/signature.ts';
import { signature } from './delta/signature-stream.ts';
import type { StrongHash } from './delta/strong-hash.ts';
import { writeNew } from './durable.ts';

/** Files of up to this many bytes are patched in memory; larger ones pass through it in pieces. */
export const IN_MEMORY = 8 << 20;

/** A stored file: where it is, whether it is packed, and the size of its plain data in bytes. */
export interface Stored {
  readonly path: string;
  readonly packed: boolean;
  readonly size: number;
}

/** Plain data that can be read at any offset. */
export interface Basis {
  readonly readAt: ReadAt;
  close(): Promise<void>;
}

/** Opens a stored file's plain data. A packed one is unpacked to `scratch` first, which `close` removes. */
export async function openPlain(fs: FileSystem, stored: Stored, scratch: string): Promise<Basis> {
  if (!stored.packed) return openFile(fs, stored.path);
  await writeNew(fs, scratch, streamPlain(fs, stored.path, true));
  const basis = await openFile(fs, scratch);
  return {
    readAt: basis.readAt,
    async close() {
      await basis.close();
      await fs.unlink(scratch);
    },
  };
}

export async function openFile(fs: FileSystem, path: string): Promise<Basis> {
  return basisOf(await fs.open(path, 'r'));
}

export function basisOf(file: OpenFile): Basis {
  return {
    async readAt(offset, length) {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

/** The result of patching a large stored file, as a stream. What comes is trusted only once the stream has ended. */
export async function* patchStored(
  fs: FileSystem,
  from: Stored,
  deltaPath: string,
  how: { readonly scratch: string; readonly expectedSize?: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const basis = await openPlain(fs, from, how.scratch);
  try {
    const options = how.expectedSize === undefined ? {} : { expectedSize: how.expectedSize };
    yield* patchBasis(fs, basis, deltaPath, options);
  } finally {
    await basis.close();
  }
}

/** The same, from data that are open already. */
export function patchBasis(
  fs: FileSystem,
  basis: Basis,
  deltaPath: string,
  options: { readonly expectedSize?: number } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  return patch(basis.readAt, streamDelta(fs, deltaPath), options);
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

/** The signature of a stored file's plain data. */
export async function signatureOfStored(
  fs: FileSystem,
  stored: Stored,
  hash: StrongHash = 'blake2',
): Promise<Uint8Array> {
  if (stored.size <= IN_MEMORY) return signatureOf(await readPlain(fs, stored.path, stored.packed), { hash });
  const blockLength = blockLengthFor(stored.size);
  return collect(signature(streamPlain(fs, stored.path, stored.packed), { blockLength, hash }));
}

/** Writes the delta that leads from one stored file to another, exclusively and durably. */
export async function writeDelta(fs: FileSystem, target: string, from: Stored, to: Stored): Promise<void> {
  const parsed = parseSignature(await signatureOfStored(fs, from));
  if (to.size <= IN_MEMORY) {
    return writeNew(fs, target, deltaOf(parsed, await readPlain(fs, to.path, to.packed)));
  }
  await writeNew(fs, target, delta(parsed, streamPlain(fs, to.path, to.packed)));
}

export async function collect(data: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of data) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}
