import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { md5Of, measure } from './digest.ts';
import { collect, inPieces, pieceSizes } from './testing/streams.ts';

describe('a measured stream', () => {
  it('passes unchanged, and its size and MD5 are those of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), pieceSizes, async (bytes, sizes) => {
        const measured = measure(inPieces(bytes, sizes));
        expect(await collect(measured.stream)).toEqual(Buffer.from(bytes));
        expect(measured.result()).toEqual({ size: bytes.length, md5: md5Of(bytes) });
      }),
    );
  });

  it('has no result before its end', async () => {
    const measured = measure(inPieces(Buffer.from('abc'), [1]));
    await measured.stream.next();
    expect(() => measured.result()).toThrow(/has not ended/);
  });

  it('of no bytes has the MD5 that Burp sends for an empty file', () => {
    expect(md5Of(new Uint8Array(0))).toBe('d41d8cd98f00b204e9800998ecf8427e');
  });
});
