import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDamage } from './damage.ts';
import { headerLength } from './gzip-member.ts';
import { gunzipStream, gzipStream } from './gzip-stream.ts';
import { gunzip, gzip } from './gzip.ts';
import { collect, failingAfter, inPieces, pieceSizes } from './testing/streams.ts';

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.integer({ min: 0, max: 100_000 }).map((size) => new Uint8Array(size)),
);
const level = fc.integer({ min: 1, max: 9 });

/** Runs both ways to inflate; what they give, or their errors, as one value. */
async function inflateBothWays(
  packed: Uint8Array,
  sizes: readonly number[] = [100],
): Promise<(Buffer | Error)[]> {
  const whole = await attempt(async () => Buffer.from(gunzip(packed)));
  const streamed = await attempt(() => collect(gunzipStream(inPieces(packed, sizes))));
  return [whole, streamed];
}

async function attempt<T>(run: () => Promise<T>): Promise<T | Error> {
  try {
    return await run();
  } catch (error) {
    return error as Error;
  }
}

describe('gzip', () => {
  it('gives back what went in, whole and streamed, and other tools read it', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, level, pieceSizes, async (bytes, chosen, sizes) => {
        const plain = Buffer.from(bytes);
        const whole = gzip(bytes, chosen);
        const streamed = await collect(gzipStream(inPieces(bytes, sizes), chosen));
        for (const packed of [whole, streamed]) {
          expect(gunzipSync(packed).equals(plain)).toBe(true);
          for (const result of await inflateBothWays(packed, sizes))
            expect(result instanceof Buffer && result.equals(plain)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('has a header without a time and with Unix as its system', async () => {
    const streamed = await collect(gzipStream(inPieces(Buffer.from('x'), [1]), 6));
    for (const packed of [gzip(Buffer.from('x'), 6), streamed])
      expect(Buffer.from(packed.subarray(0, 10)).toString('hex')).toBe('1f8b0800000000000003');
    expect(gzip(new Uint8Array(0)).length).toBe(20);
  });

  it('reads headers with a name, a comment, extra bytes and a header checksum', async () => {
    const packed = gzip(Buffer.from('text'));
    const parts = ['1f8b081e000000000003', '0300616263', '6e616d6500', '636f6d6d656e7400', 'ffff'];
    const decorated = Buffer.concat([Buffer.from(parts.join(''), 'hex'), packed.subarray(10)]);
    for (const result of await inflateBothWays(decorated, [1])) expect(result).toEqual(Buffer.from('text'));
  });

  it('reads a header with extra bytes that are none, as soon as all of it is there', () => {
    const header = Buffer.from('1f8b08040000000000030000', 'hex');
    expect(headerLength(header)).toBe(header.length);
    for (let length = 0; length < header.length; length++)
      expect(headerLength(header.subarray(0, length))).toBeUndefined();
  });

  it('refuses a level that is none', () => {
    expect(() => gzip(new Uint8Array(1), 0)).toThrow(/1 to 9/);
  });
});

describe('damaged gzip data', () => {
  const plain = Buffer.from('the quick brown fox jumps over the lazy dog, the quick brown fox sleeps');

  it('is refused with EBADMSG wherever it is cut', async () => {
    const packed = gzip(plain);
    for (let length = 0; length < packed.length; length++)
      for (const sizes of [[1], [1000]])
        for (const result of await inflateBothWays(packed.subarray(0, length), sizes))
          expect(isDamage(result), `cut to ${length}: ${String(result)}`).toBe(true);
  });

  it('is refused with EBADMSG whichever bit is flipped, unless the bit means nothing', async () => {
    const packed = gzip(plain);
    for (let bit = 0; bit < packed.length * 8; bit++) {
      const flipped = Buffer.from(packed);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      for (const result of await inflateBothWays(flipped)) {
        // Text flag, time, level and system have no influence on the data, nor has what fills the last byte of the
        // deflate data; all else is checked.
        const inHeader = bit === 24 || (bit >= 32 && bit < 80);
        const inFilling = bit >> 3 === packed.length - 9 && !isDamage(result);
        if (inHeader || inFilling) expect(result).toEqual(plain);
        else expect(isDamage(result), `bit ${bit}: ${String(result)}`).toBe(true);
      }
    }
  });

  it('may not be followed by anything, be it garbage, zeros or another member', async () => {
    const packed = gzip(plain);
    for (const extra of [Buffer.from('x'), Buffer.alloc(8), Buffer.alloc(200_000), gzip(plain)])
      for (const sizes of [[7], [packed.length], [300_000]])
        for (const result of await inflateBothWays(Buffer.concat([packed, extra]), sizes))
          expect(isDamage(result), String(result)).toBe(true);
  });

  it('says at which byte', () => {
    const packed = gzip(plain);
    expect(() => gunzip(Buffer.concat([packed, Buffer.from('x')]))).toThrow(
      `gzip data is damaged at byte ${packed.length}: more data follows its end`,
    );
    expect(() => gunzip(Buffer.from('PK'))).toThrow('at byte 0: found 0x50 where a gzip header has 0x1f');
  });

  it('never gives anything but an error or the data, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), pieceSizes, async (tail, sizes) => {
        const bytes = Buffer.concat([Buffer.from('1f8b08000000000000ff', 'hex'), tail]);
        const [whole, streamed] = await inflateBothWays(bytes, sizes);
        expect(isDamage(whole)).toBe(isDamage(streamed));
        expect(whole instanceof Error).toBe(isDamage(whole));
        if (!isDamage(whole)) expect(streamed).toEqual(whole);
      }),
    );
  });

  it('that would fill the memory stops at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    expect(() => gunzip(bomb, { maximumSize: 100_000 })).toThrow(/more than 100000 bytes/);
    const stream = collect(gunzipStream(inPieces(bomb, [999]), { maximumSize: 100_000 }));
    await expect(stream).rejects.toThrow(/more than 100000 bytes/);
    expect(gunzip(bomb, { maximumSize: 5_000_000 }).length).toBe(5_000_000);
  });
});

describe('gzip streams', () => {
  it('pass an error of their input on unchanged', async () => {
    const error = Object.assign(new Error('disk on fire'), { code: 'EIO' });
    await expect(collect(gzipStream(failingAfter(Buffer.from('abc'), error)))).rejects.toBe(error);
    const half = gzip(Buffer.alloc(5000, 'abcdefg')).subarray(0, 25);
    await expect(collect(gunzipStream(failingAfter(half, error)))).rejects.toBe(error);
  });

  it('let go of their input when nobody wants the rest', async () => {
    for (const through of [
      gzipStream,
      (input: AsyncIterable<Uint8Array>) => gunzipStream(gzipStream(input)),
    ]) {
      let release: () => void;
      const released = new Promise<void>((resolve) => (release = resolve));
      async function* endless(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield randomBytes(65_536);
        } finally {
          release();
        }
      }
      for await (const piece of through(endless())) if (piece.length > 0) break;
      await released;
    }
  });
});
