import { throwIfAborted, toBytes } from './validate.ts';

/** Data that comes in pieces: a stream, a generator, a list. */
export type Pieces = Iterable<unknown> | AsyncIterable<unknown>;

/** Whether data comes in pieces. Text and views can be iterated too, but are whole. */
export function isPieces(data: unknown): data is Pieces {
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data)) return false;
  return Symbol.asyncIterator in data || Symbol.iterator in data;
}

/** Writes pieces one after the other, from where the file stands. */
export async function writePieces(
  data: Pieces,
  options: { readonly signal: unknown; readonly encoding: unknown },
  write: (bytes: Uint8Array) => Promise<unknown>,
): Promise<void> {
  throwIfAborted(options.signal);
  for await (const piece of data) {
    throwIfAborted(options.signal);
    const bytes = toBytes(piece, options.encoding);
    if (bytes.length > 0) await write(bytes);
  }
}
