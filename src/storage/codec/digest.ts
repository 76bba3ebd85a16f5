import assert from 'node:assert';
import { createHash, hash } from 'node:crypto';

/** Size in bytes and MD5 (lower-case hex) of some data, as Burp's end-of-file record has them. */
export interface SizeAndMd5 {
  readonly size: number;
  readonly md5: string;
}

/** A stream that is measured while it passes. */
export interface Measured {
  readonly stream: AsyncGenerator<Uint8Array, void, undefined>;
  /** What passed. A mistake to call before the stream has been read to its end. */
  result(): SizeAndMd5;
}

export function md5Of(bytes: Uint8Array): string {
  return hash('md5', bytes);
}

/** Lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}

/** Passes a stream on unchanged, and knows its size and MD5 afterwards. */
export function measure(input: AsyncIterable<Uint8Array>): Measured {
  const md5 = createHash('md5');
  let size = 0;
  let result: SizeAndMd5 | undefined;
  async function* pass(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of input) {
      md5.update(chunk);
      size += chunk.length;
      yield chunk;
    }
    result = { size, md5: md5.digest('hex') };
  }
  return {
    stream: pass(),
    result() {
      assert(result, 'the measured stream has not ended yet');
      return result;
    },
  };
}
