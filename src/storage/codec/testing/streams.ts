import * as fc from 'fast-check';

/**
 * A stream of `bytes` in pieces of the given sizes, in turn. Every piece is given in the same memory, which is
 * overwritten before the next: whoever keeps a piece instead of a copy is found out.
 */
export async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(Math.max(...sizes));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const part = bytes.subarray(at, at + sizes[turn % sizes.length]!);
    memory.fill(0xee);
    memory.set(part);
    yield memory.subarray(0, part.length);
    at += part.length;
  }
}

/** Sizes for `inPieces`: crumbs, and pieces that hold everything. */
export const pieceSizes = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5000 })),
  {
    minLength: 1,
    maxLength: 4,
  },
);

/** Everything that a stream gives, copied as it comes. */
export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

/** A stream that gives `bytes` and then fails with `error`. */
export async function* failingAfter(bytes: Uint8Array, error: Error): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw error;
}
