import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect, inPieces, pieceSizes } from '../codec/testing/streams.ts';
import { blockLengthFor } from './block-length.ts';
import { delta, deltaOf } from './delta.ts';
import { patch } from './patch-stream.ts';
import { patchOf } from './patch.ts';
import { type SignatureOptions, parseSignature, signatureOf } from './signature.ts';
import { signature } from './signature-stream.ts';
import { prepareHashes } from './strong-hash.ts';
import { blockLengths, noise, oldAndNew } from './testing/edits.ts';

const options: fc.Arbitrary<SignatureOptions & { blockLength: number }> = fc.record({
  hash: fc.constantFrom('blake2' as const, 'md4' as const),
  blockLength: blockLengths,
});

function deltaBetween(old: Uint8Array, fresh: Uint8Array, how: SignatureOptions = {}): Uint8Array {
  return deltaOf(parseSignature(signatureOf(old, how)), fresh);
}

beforeAll(prepareHashes);

describe('signature, delta and patch', () => {
  it('lead from the old file to the new one, whatever was edited', () => {
    fc.assert(
      fc.property(oldAndNew, options, ({ old, fresh }, how) => {
        const result = patchOf(old, deltaBetween(old, fresh, how), { expectedSize: fresh.length });
        expect(fresh.equals(result)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('do the same when everything is streamed in pieces of any size', async () => {
    const property = fc.asyncProperty(oldAndNew, options, pieceSizes, async ({ old, fresh }, how, sizes) => {
      const signed = await collect(signature(inPieces(old, sizes), how));
      expect(signed.equals(signatureOf(old, how))).toBe(true);
      const change = await collect(delta(parseSignature(signed), inPieces(fresh, sizes)));
      // A reader that gives less than asked, as read(2) may.
      const read = async (offset: number, length: number) =>
        old.subarray(offset, offset + Math.min(length, sizes[0]!));
      const result = patch(read, inPieces(change, sizes), { expectedSize: fresh.length });
      expect(fresh.equals(await collect(result))).toBe(true);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('notice a change: the delta of a changed file does not give the old one', () => {
    const old = noise(5000, 3, 256);
    const fresh = Buffer.from(old);
    fresh[2500]! ^= 1;
    expect(old.equals(patchOf(old, deltaBetween(old, fresh)))).toBe(false);
  });

  it('survive windows larger than what is buffered at a time', async () => {
    const old = noise(700_000, 5, 256);
    const fresh = Buffer.concat([old.subarray(300_001), Buffer.from('middle'), old]);
    const parsed = parseSignature(signatureOf(old, { blockLength: 131_072 }));
    const change = await collect(delta(parsed, inPieces(fresh, [65_536])));
    expect(fresh.equals(patchOf(old, change))).toBe(true);
    expect(change.length).toBeLessThan(400_000);
  });
});

describe('a delta', () => {
  it('of an unchanged file is one copy, also if it is streamed', async () => {
    const old = noise(19_856, 1, 256);
    const parsed = parseSignature(signatureOf(old, { blockLength: 144 }));
    // The magic, copy from 0 (one byte) of 0x4d90 bytes (two), end.
    const expected = '7273023646004d9000';
    expect(Buffer.from(deltaOf(parsed, old)).toString('hex')).toBe(expected);
    expect((await collect(delta(parsed, inPieces(old, [100])))).toString('hex')).toBe(expected);
  });

  it('of a file of zeros is one copy too, though all its blocks are equal', () => {
    const old = Buffer.alloc(100_000);
    expect(deltaBetween(old, old).length).toBe(4 + 1 + 1 + 4 + 1);
  });

  it('finds the short last block of the old file at the end of the new one', () => {
    const old = noise(1000, 9, 256);
    const fresh = Buffer.concat([Buffer.from('new'), old.subarray(990)]);
    const change = deltaBetween(old, fresh, { blockLength: 330 });
    // The magic, literal of three bytes, copy from 0x3de of ten, end.
    expect(Buffer.from(change).toString('hex')).toBe('72730236036e65774903de0a00');
  });

  it('to or from an empty file is right', () => {
    const empty = new Uint8Array(0);
    expect(Buffer.from(deltaBetween(noise(500, 1, 256), empty)).toString('hex')).toBe('7273023600');
    expect(Buffer.from(deltaBetween(empty, Buffer.from('hi'))).toString('hex')).toBe('7273023602686900');
    expect(Buffer.from(deltaBetween(empty, empty)).toString('hex')).toBe('7273023600');
  });

  it('takes no quadratic time where all blocks have one weak sum', () => {
    const count = 100_000;
    const old = Buffer.alloc(64 * count, 100);
    for (let block = 0; block < count; block++) writeUnseen(old, block * 64, block);
    const parsed = parseSignature(signatureOf(old, { blockLength: 64 }));
    expect(new Set(parsed.weak).size).toBe(1);
    const fresh = Buffer.from(old);
    for (let block = 0; block < count; block++)
      old.copy(fresh, block * 64, (count - 1 - block) * 64, (count - block) * 64);
    const began = performance.now();
    const change = deltaOf(parsed, fresh);
    // Chains of blocks with one weak sum were tried: they take more than 100 times as long.
    expect(performance.now() - began).toBeLessThan(6000);
    expect(fresh.equals(patchOf(old, change))).toBe(true);
    expect(change.length).toBeLessThan(count * 8);
  });
});

/** Writes the bits of a number so that the weak sum stays: +1, -2, +1 changes neither the sum nor the sum of sums. */
function writeUnseen(bytes: Buffer, start: number, value: number): void {
  for (let bit = 0; bit < 17; bit++) {
    if (((value >> bit) & 1) === 0) continue;
    const at = start + bit * 3;
    bytes[at]! += 1;
    bytes[at + 1]! -= 2;
    bytes[at + 2]! += 1;
  }
}

describe('the block length', () => {
  it('is that of Burp', () => {
    const cases = [
      [0, 64],
      [4096, 64],
      [4097, 80],
      [20_000, 144],
      [102_400, 320],
      [300_000, 560],
      [2 ** 34, 131_072],
      [2 ** 45, 131_072],
    ] as const;
    for (const [size, expected] of cases) expect(blockLengthFor(size)).toBe(expected);
  });
});
