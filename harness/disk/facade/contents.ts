import { type Data, toBytes, wrongType } from './arguments.ts';
import { type Calls, writeFile } from './files.ts';
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
  calls: Calls,
  file: string | number,
  data: Pieces,
  options: CheckedWriteOptions,
  signal: unknown,
): Promise<void> {
  const { core, turns } = calls;
  const { flags, mode } = options;
  const fd =
    typeof file === 'number'
      ? file
      : await turns.take({ call: 'open', path: file }, () => core.open(file, flags, mode));
  try {
    for await (const piece of data) {
      checkSignal(signal);
      // After a power cut this never comes back, which keeps the loop from ending the source and with it from running
      // the program's own clean-up.
      await writeFile(calls, fd, pieceBytes(piece, options.encoding), {});
    }
    if (options.flush) await turns.take({ call: 'sync', fd }, () => core.fsync(fd));
  } finally {
    if (typeof file !== 'number') await turns.take({ call: 'close', fd }, () => core.close(fd));
  }
}

function pieceBytes(piece: unknown, encoding: BufferEncoding | null): Uint8Array {
  if (typeof piece !== 'string' && !ArrayBuffer.isView(piece)) {
    throw wrongType('data', 'made of strings, Buffers, TypedArrays, or DataViews', piece);
  }
  return toBytes(piece, encoding);
}
