import { once } from 'node:events';
import { PassThrough } from 'node:stream';

/** Bytes that may wait for the reader. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const WAITING = 512 * 1024;

/**
 * The same bytes in pieces of exactly `length` bytes, but for the last, each in memory of its own: a producer may reuse
 * its piece as soon as it is asked for the next one.
 */
export async function* inPieces(
  input: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let piece = Buffer.allocUnsafeSlow(length);
  let used = 0;
  for await (const bytes of input) {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + length - used);
      piece.set(part, used);
      at += part.length;
      used += part.length;
      if (used < length) continue;
      yield piece;
      piece = Buffer.allocUnsafeSlow(length);
      used = 0;
    }
  }
  if (used > 0) yield piece.subarray(0, used);
}

/**
 * Passes a stream on while somebody else reads the same bytes; the slower of both sets the pace. If the reader gives up,
 * the stream goes on without it. The reader begins when the stream does: if that is never read, there is no result, and
 * nothing that the reader would have to let go of. The pieces must have memory of their own.
 */
export function alongside<T>(
  input: AsyncIterable<Uint8Array>,
  read: (copy: AsyncIterable<Uint8Array>) => Promise<T>,
): { readonly stream: AsyncGenerator<Uint8Array, void, undefined>; readonly result: Promise<T> } {
  const copy = new PassThrough({ highWaterMark: WAITING });
  const closed = new Promise<void>((resolve) => copy.once('close', resolve));
  let begin = (): void => {};
  const result = new Promise<T>((resolve, reject) => {
    begin = () => void read(copy).then(resolve, reject);
  });
  // Waited for later; until then, a failure is nobody's surprise.
  result.catch(() => undefined);
  async function* stream(): AsyncGenerator<Uint8Array, void, undefined> {
    begin();
    try {
      for await (const piece of input) {
        if (!copy.destroyed && !copy.write(piece)) await Promise.race([once(copy, 'drain'), closed]);
        yield piece;
      }
      copy.end();
    } finally {
      if (!copy.writableEnded) copy.destroy();
    }
  }
  return { stream: stream(), result };
}
