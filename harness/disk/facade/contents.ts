import type { Core } from '../core/core.ts';
import { type Data, toBytes, wrongType } from './arguments.ts';
import { lost } from './cut.ts';
import { type CheckedWriteOptions, checkSignal } from './options.ts';

/** Data that comes in pieces: a stream, a generator. */
export type Pieces = Iterable<Data> | AsyncIterable<Data>;

/** Whether data comes in pieces. Strings and views can be iterated too, but are whole. */
export function isPieces(data: unknown): data is Pieces {
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data)) return false;
  return Symbol.asyncIterator in data || Symbol.iterator in data;
}

/** Writes data from where the file stands, whole or in pieces; the power may go off between any two. */
export async function writePieces(
  core: Core,
  file: string | number,
  data: Pieces,
  options: CheckedWriteOptions,
  signal: unknown,
): Promise<void> {
  const fd = typeof file === 'number' ? file : core.open(file, options.flags, options.mode);
  try {
    for await (const piece of data) {
      checkSignal(signal);
      const bytes = pieceBytes(piece, options.encoding);
      try {
        core.writeFile(fd, bytes);
      } catch (error) {
        // To wait here for ever keeps the loop from ending the source, which would run the program's own clean-up.
        await lost(error);
      }
    }
    if (options.flush) core.fsync(fd);
  } finally {
    if (typeof file !== 'number' && !core.dead) core.close(fd);
  }
}

function pieceBytes(piece: unknown, encoding: BufferEncoding | null): Uint8Array {
  if (typeof piece !== 'string' && !ArrayBuffer.isView(piece)) {
    throw wrongType('data', 'made of strings, Buffers, TypedArrays, or DataViews', piece);
  }
  return toBytes(piece, encoding);
}
