import { ByteBuilder } from '../codec/byte-builder.ts';
import { ByteQueue } from '../codec/byte-queue.ts';
import { BlockMatcher } from './block-matcher.ts';
import { DELTA_MAGIC, appendEnd } from './command.ts';
import type { Signature } from './signature.ts';
import { prepareHashes } from './strong-hash.ts';

// mutant: equivalent: how much at a time is a matter of speed and memory alone
const SMALLEST_WINDOW = 64 * 1024;

/**
 * The delta that turns the data that `signature` was made of into `bytes`, in librsync's format. Needs
 * `prepareHashes` before.
 */
export function deltaOf(signature: Signature, bytes: Uint8Array): Uint8Array {
  const out = new ByteBuilder();
  const matcher = new BlockMatcher(signature, out);
  out.integer(DELTA_MAGIC, 4);
  matcher.scan(bytes, true);
  appendEnd(out);
  return out.take();
}

/**
 * Like `deltaOf`, for a stream of any size. Memory: the signature, an index of about its size, and a few blocks.
 * The result may cut literals at other places than `deltaOf` does.
 */
export async function* delta(
  signature: Signature,
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  await prepareHashes();
  const out = new ByteBuilder();
  const matcher = new BlockMatcher(signature, out);
  const window = new ByteQueue();
  // A window of several blocks, so that what is left of it is rarely moved, and literals are not cut to crumbs.
  const enough = Math.max(SMALLEST_WINDOW, signature.blockLength * 2);
  out.integer(DELTA_MAGIC, 4);
  for await (const chunk of input) {
    for (let at = 0; at < chunk.length; at += SMALLEST_WINDOW) {
      window.append(chunk.subarray(at, at + SMALLEST_WINDOW));
      if (window.length < enough) continue;
      window.drop(matcher.scan(window.view(), false));
      if (out.length > 0) yield out.take();
    }
  }
  matcher.scan(window.view(), true);
  appendEnd(out);
  yield out.take();
}
