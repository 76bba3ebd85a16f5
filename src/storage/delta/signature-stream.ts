import { ByteBuilder } from '../codec/byte-builder.ts';
import { ByteQueue } from '../codec/byte-queue.ts';
import { type SignatureOptions, appendBlock, appendHeader, shapeOf } from './signature.ts';
import { prepareHashes } from './strong-hash.ts';

// mutant: equivalent: how much at a time is a matter of speed and memory alone
const PIECE = 16_000;

/**
 * Like `signatureOf`, for a stream of any size. The block length must be given (see `blockLengthFor`), because a
 * stream's size is not known when it begins. The pieces have at most about 16,000 bytes, what a Burp frame holds.
 */
export async function* signature(
  input: AsyncIterable<Uint8Array>,
  options: SignatureOptions & { readonly blockLength: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const shape = shapeOf(options);
  await prepareHashes();
  const out = new ByteBuilder();
  const waiting = new ByteQueue();
  appendHeader(out, shape);
  for await (const chunk of input) {
    let at = 0;
    while (at < chunk.length) {
      const missing = shape.blockLength - waiting.length;
      const part = chunk.subarray(at, at + missing);
      at += part.length;
      if (part.length === shape.blockLength) {
        appendBlock(out, shape, part);
      } else {
        waiting.append(part);
        if (waiting.length === shape.blockLength) {
          appendBlock(out, shape, waiting.view());
          waiting.drop(waiting.length);
        }
      }
      if (out.length + 4 + shape.strongLength > PIECE) yield out.take();
    }
  }
  if (waiting.length > 0) appendBlock(out, shape, waiting.view());
  if (out.length > 0) yield out.take();
}
