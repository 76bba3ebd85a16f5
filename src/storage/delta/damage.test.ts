import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { isDamage } from '../codec/damage.ts';
import { collect, failingAfter, inPieces } from '../codec/testing/streams.ts';
import { deltaOf } from './delta.ts';
import { patch } from './patch-stream.ts';
import { type PatchOptions, patchOf } from './patch.ts';
import { parseSignature, signatureOf } from './signature.ts';
import { prepareHashes } from './strong-hash.ts';
import { noise } from './testing/edits.ts';

const old = noise(3000, 11, 256);
const fresh = Buffer.concat([old.subarray(700), noise(300, 12, 256), old.subarray(0, 900)]);

beforeAll(prepareHashes);

function goodDelta(): Uint8Array {
  return deltaOf(parseSignature(signatureOf(old, { blockLength: 128 })), fresh);
}

/** Patches whole, in one piece, and byte by byte: data, or the error of each. */
async function patchAllWays(delta: Uint8Array, options: PatchOptions = {}): Promise<(Buffer | Error)[]> {
  const read = async (offset: number, length: number) => old.subarray(offset, offset + length);
  const ways = [
    async () => Buffer.from(patchOf(old, delta, options)),
    () => collect(patch(read, inPieces(delta, [100_000]), options)),
    () => collect(patch(read, inPieces(delta, [1]), options)),
  ];
  return Promise.all(ways.map((way) => way().catch((error: Error) => error)));
}

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

describe('a damaged delta', () => {
  it('is refused wherever it is cut', async () => {
    const delta = goodDelta();
    for (let length = 0; length < delta.length; length++)
      for (const result of await patchAllWays(delta.subarray(0, length)))
        expect(isDamage(result), `cut to ${length}: ${String(result)}`).toBe(true);
    for (const result of await patchAllWays(delta)) expect(result).toEqual(fresh);
  });

  it('gives an error or other data for every flipped bit, the same in every way of patching', async () => {
    const delta = goodDelta();
    for (let bit = 0; bit < delta.length * 8; bit++) {
      const flipped = Buffer.from(delta);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const [whole, ...streamed] = await patchAllWays(flipped, { expectedSize: fresh.length });
      expect(whole instanceof Error ? isDamage(whole) : !fresh.equals(whole!)).toBe(true);
      for (const other of streamed) expect(isDamage(other)).toBe(isDamage(whole));
    }
  });

  it('says what is wrong, and at which byte', async () => {
    const cases = [
      ['72730236 02616263', 'at byte 7: 0x63 is no command'],
      ['72730137 00', 'at byte 0: 0x72730137 is not how a delta begins'],
      ['72730236 0161 00 00', 'at byte 7: more data follows its end'],
      ['72730236 4100 00', 'at byte 4: a literal of no bytes'],
      ['72730236 450000 00', 'at byte 4: a copy of no bytes'],
      ['72730236 ff', 'at byte 4: 0xff is no command'],
      [
        '72730236 0161 46 f0 0bb8 00',
        'at byte 6: it copies 3000 bytes from 240, but the old data has no byte 3000',
      ],
      [
        '72730236 4a 0bb9 0001 00',
        'at byte 4: it copies 1 bytes from 3001, but the old data has no byte 3001',
      ],
      ['72730236 44 7fffffffffffffff', "at byte 4: a literal beyond any file's size"],
      ['72730236 54 ffffffffffffffff 0000000000000001 00', "at byte 4: a copy beyond any file's size"],
      ['72730236 43 ffffffff 61', 'at byte 10: it ends too early'],
    ] as const;
    for (const [text, message] of cases)
      for (const result of await patchAllWays(hex(text))) expect(String(result)).toContain(message);
  });

  it('may not give more or less than is expected, and is stopped before it does', async () => {
    const twice = hex('72730236 47 00 00000bb8 47 00 00000bb8 00');
    for (const result of await patchAllWays(twice, { expectedSize: 3001 }))
      expect(String(result)).toContain('at byte 10: it gives more than the expected 3001 bytes');
    for (const result of await patchAllWays(twice, { expectedSize: 6001 }))
      expect(String(result)).toContain('at byte 16: it gives 6000 bytes, not the expected 6001');
    for (const result of await patchAllWays(twice, { expectedSize: 6000 }))
      expect(result).toEqual(Buffer.concat([old, old]));
    for (const result of await patchAllWays(hex('72730236 0161 00'), { expectedSize: 0 }))
      expect(isDamage(result)).toBe(true);
  });

  it('gives data or an EBADMSG error for any bytes at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.nat(0x54), fc.nat(8), fc.nat(255)), { maxLength: 30 }),
        async (tail) => {
          const results = await patchAllWays(Buffer.concat([hex('72730236'), Buffer.from(tail)]));
          for (const result of results) {
            expect(isDamage(result)).toBe(isDamage(results[0]));
            if (!isDamage(result)) expect(result).toEqual(results[0]);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('patching a stream', () => {
  it('passes errors of the old data and of the delta on unchanged', async () => {
    const error = Object.assign(new Error('disk on fire'), { code: 'EIO' });
    const badBasis = patch(async () => Promise.reject(error), inPieces(goodDelta(), [50]));
    await expect(collect(badBasis)).rejects.toBe(error);
    const read = async (offset: number, length: number) => old.subarray(offset, offset + length);
    await expect(collect(patch(read, failingAfter(goodDelta().subarray(0, 9), error)))).rejects.toBe(error);
  });
});

describe('a damaged signature', () => {
  it('is refused wherever it is cut, except between two blocks', () => {
    const whole = signatureOf(old, { blockLength: 128 });
    for (let length = 0; length < whole.length; length++) {
      const parse = () => parseSignature(whole.subarray(0, length));
      if (length >= 12 && (length - 12) % 20 === 0) expect(parse().weak.length).toBe((length - 12) / 20);
      else expect(parse).toThrow(/^signature is damaged at byte \d+: /);
    }
  });

  it('says what is wrong, and at which byte', () => {
    const cases = [
      [
        '72730147 00000040 00000010',
        'at byte 0: 0x72730147 is neither a BLAKE2 nor an MD4 signature with rollsum',
      ],
      ['72730137 00000000 00000010', 'at byte 4: its block length is 0, allowed are 1 to 16777216'],
      ['72730137 ffffffff 00000010', 'at byte 4: its block length is 4294967295'],
      ['72730137 00000040 00000000', 'at byte 8: it has 0 bytes for each blake2 sum, allowed are 1 to 32'],
      ['72730136 00000040 00000011', 'at byte 8: it has 17 bytes for each md4 sum, allowed are 1 to 16'],
      ['72730136 00000040 000010', 'at byte 11: it ends within its header of 12 bytes'],
      ['72730136 00000040 00000010 00', 'at byte 12: it ends 1 bytes into a block entry of 20'],
    ] as const;
    for (const [text, message] of cases) expect(() => parseSignature(hex(text))).toThrow(message);
  });

  it('gives a signature or an EBADMSG error for any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(1), (tail, last) => {
        try {
          parseSignature(Buffer.concat([hex(`7273013${6 + last}0000`), tail]));
        } catch (error) {
          expect(isDamage(error)).toBe(true);
        }
      }),
    );
  });

  it('is not confused with a mistake of ours', () => {
    expect(() => signatureOf(old, { blockLength: 0 })).toThrow(/block length must be 1 to/);
    expect(() => signatureOf(old, { hash: 'md4', strongLength: 17 })).toThrow(/1 to 16 bytes, not 17/);
  });
});
