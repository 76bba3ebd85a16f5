import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { alongside, inPieces } from './pieces.ts';
import { collect, failingAfter, pieceSizes, inPieces as reused } from './testing/streams.ts';

const bytes = fc.uint8Array({ maxLength: 20_000, size: 'max' });

it('pieces have the length that was asked for, and together they are the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, pieceSizes, fc.integer({ min: 1, max: 5000 }), async (all, sizes, length) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of inPieces(reused(all, sizes), length)) pieces.push(piece);
      expect(Buffer.concat(pieces)).toEqual(Buffer.from(all));
      expect(pieces.slice(0, -1).every((piece) => piece.length === length)).toBe(true);
    }),
  );
});

it('who reads alongside gets the same bytes, and nobody gets far ahead', async () => {
  async function* many(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < 100; at++) yield Buffer.alloc(100_000, at);
  }
  let taken = 0;
  const { stream, result } = alongside(many(), async (copy) => {
    for await (const piece of copy) taken += piece.length;
    return taken;
  });
  let passed = 0;
  for await (const piece of stream) {
    passed += piece.length;
    expect(passed - taken).toBeLessThan(2_000_000);
  }
  expect(await result).toBe(passed);
});

it('a reader that gives up does not stop the stream', async () => {
  const { stream, result } = alongside(reused(Buffer.alloc(3_000_000, 1), [70_000]), async (copy) => {
    for await (const _ of copy) throw new Error('no more');
  });
  expect((await collect(stream)).length).toBe(3_000_000);
  await expect(result).rejects.toThrow('no more');
});

it('a stream that fails ends its reader as well', async () => {
  const error = new Error('disk on fire');
  const { stream, result } = alongside(failingAfter(Buffer.from('abc'), error), collect);
  await expect(collect(stream)).rejects.toBe(error);
  await expect(result).rejects.toThrow();
});

it('a stream that nobody reads has no reader either, who would wait for ever', async () => {
  let isBegun = false;
  const { stream } = alongside(reused(Buffer.from('abc'), [1]), async () => {
    isBegun = true;
  });
  await stream.return();
  expect(isBegun).toBe(false);
});
