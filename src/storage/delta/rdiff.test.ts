import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect, inPieces, pieceSizes } from '../codec/testing/streams.ts';
import { delta, deltaOf } from './delta.ts';
import { patch } from './patch-stream.ts';
import { patchOf } from './patch.ts';
import { type SignatureShape, parseSignature, signatureOf } from './signature.ts';
import { signature } from './signature-stream.ts';
import { LONGEST_STRONG, prepareHashes } from './strong-hash.ts';
import { blockLengths, noise, oldAndNew } from './testing/edits.ts';
import { Rdiff, noRdiff } from './testing/rdiff.ts';

const RUNS = { numRuns: 60 };

const anyShape: fc.Arbitrary<SignatureShape> = fc
  .record({ hash: fc.constantFrom('blake2' as const, 'md4' as const), blockLength: blockLengths })
  .chain((part) =>
    fc.integer({ min: 6, max: LONGEST_STRONG[part.hash] }).map((strongLength) => ({ ...part, strongLength })),
  );

beforeAll(prepareHashes);

if (noRdiff) it.skip(`agrees with rdiff (skipped: ${noRdiff})`);

describe.skipIf(noRdiff !== undefined)("beside librsync's own program", () => {
  it('our signatures are the same, byte for byte', async () => {
    const property = fc.asyncProperty(oldAndNew, anyShape, pieceSizes, async ({ fresh }, shape, sizes) => {
      const theirs = await Rdiff.using((rdiff) => rdiff.signature(fresh, shape));
      expect(theirs.equals(signatureOf(fresh, shape))).toBe(true);
      expect(theirs.equals(await collect(signature(inPieces(fresh, sizes), shape)))).toBe(true);
    });
    await fc.assert(property, RUNS);
  });

  it('it patches with our deltas, whole and streamed', async () => {
    const property = fc.asyncProperty(
      oldAndNew,
      anyShape,
      pieceSizes,
      async ({ old, fresh }, shape, sizes) => {
        const parsed = parseSignature(signatureOf(old, shape));
        const streamed = await collect(delta(parsed, inPieces(fresh, sizes)));
        await Rdiff.using((rdiff) => {
          expect(rdiff.patch(old, deltaOf(parsed, fresh)).equals(fresh)).toBe(true);
          expect(rdiff.patch(old, streamed).equals(fresh)).toBe(true);
        });
      },
    );
    await fc.assert(property, RUNS);
  });

  it('we patch with its deltas, whole and streamed', async () => {
    const property = fc.asyncProperty(
      oldAndNew,
      anyShape,
      pieceSizes,
      async ({ old, fresh }, shape, sizes) => {
        const theirs = await Rdiff.using((rdiff) => rdiff.delta(rdiff.signature(old, shape), fresh));
        const expected = { expectedSize: fresh.length };
        expect(fresh.equals(patchOf(old, theirs, expected))).toBe(true);
        const read = async (offset: number, length: number) => old.subarray(offset, offset + length);
        expect(fresh.equals(await collect(patch(read, inPieces(theirs, sizes), expected)))).toBe(true);
      },
    );
    await fc.assert(property, RUNS);
  });

  it('our deltas against its signatures are hardly ever longer than its own', async () => {
    const property = fc.asyncProperty(oldAndNew, anyShape, async ({ old, fresh }, shape) => {
      await Rdiff.using(async (rdiff) => {
        const theirSignature = rdiff.signature(old, shape);
        const theirs = rdiff.delta(theirSignature, fresh);
        const parsed = parseSignature(theirSignature);
        const streamed = await collect(delta(parsed, inPieces(fresh, [4096])));
        for (const ours of [deltaOf(parsed, fresh), streamed]) {
          expect(ours.length).toBeLessThanOrEqual(theirs.length * 1.05 + 32);
          expect(rdiff.patch(old, ours).equals(fresh)).toBe(true);
        }
      });
    });
    await fc.assert(property, RUNS);
  });

  it('a large file that changed here and there has a delta no longer than its own', async () => {
    const old = noise(3_000_000, 7, 256);
    const fresh = Buffer.concat([
      noise(10, 1, 256),
      old.subarray(5, 1_000_000),
      noise(40_000, 2, 256),
      old.subarray(900_000),
    ]);
    await Rdiff.using(async (rdiff) => {
      const theirSignature = rdiff.signature(old, { hash: 'blake2', blockLength: 1744, strongLength: 16 });
      const theirs = rdiff.delta(theirSignature, fresh);
      const ours = deltaOf(parseSignature(theirSignature), fresh);
      expect(ours.length).toBeLessThanOrEqual(theirs.length + 32);
      expect(rdiff.patch(old, ours).equals(fresh)).toBe(true);
    });
  });
});
