import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as nodeFs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Basis, oneWay } from './basis.ts';
import { streamPlain } from './content.ts';
import { gzip } from './codec/gzip.ts';
import { collect, inPieces, pieceSizes } from './codec/testing/streams.ts';
import { ByteBuilder } from './codec/byte-builder.ts';
import { DELTA_MAGIC, appendCopy, appendEnd, appendLiteral } from './delta/command.ts';
import { patchOf } from './delta/patch.ts';
import { goesForward, patch } from './delta/patch-stream.ts';

const OLD = Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * at) % 251));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'basis-'));
  await writeFile(join(directory, 'old.gz'), gzip(OLD));
});
afterAll(() => rm(directory, { recursive: true }));

function opened(): Basis {
  return oneWay(streamPlain(nodeFs, join(directory, 'old.gz'), true));
}

interface Copy {
  readonly offset: number;
  readonly length: number;
}

/** Copies with a literal before each. */
function deltaOf(copies: readonly Copy[]): Uint8Array {
  const out = new ByteBuilder();
  out.integer(DELTA_MAGIC, 4);
  for (const { offset, length } of copies) {
    appendLiteral(out, Buffer.from('between'), 0, 7);
    appendCopy(out, offset, length);
  }
  appendEnd(out);
  return out.take();
}

const copies = fc.array(
  fc.record({ offset: fc.nat(OLD.length - 3000), length: fc.integer({ min: 1, max: 3000 }) }),
  { maxLength: 20 },
);

function isForward(all: readonly Copy[]): boolean {
  return all.every(({ offset }, at) => at === 0 || offset >= all[at - 1]!.offset + all[at - 1]!.length);
}

it('a packed file that is read once, from its start, gives what all of it in memory gives', async () => {
  await fc.assert(
    fc.asyncProperty(copies, pieceSizes, async (any, sizes) => {
      const ordered = any.toSorted((a, b) => a.offset - b.offset);
      const forward = ordered.filter((copy, at) => isForward([...ordered.slice(0, at), copy]));
      for (const some of [any, isForward(forward) ? forward : []]) {
        const delta = deltaOf(some);
        expect(await goesForward(inPieces(delta, sizes))).toBe(isForward(some));
        if (!isForward(some)) continue;
        const basis = opened();
        const patched = await collect(patch(basis.readAt, inPieces(delta, sizes)));
        await basis.close();
        expect(patched.equals(patchOf(OLD, delta))).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

it('a copy from beyond the end is damage, not silence', async () => {
  const basis = opened();
  const delta = deltaOf([{ offset: OLD.length - 5, length: 10 }]);
  await expect(collect(patch(basis.readAt, inPieces(delta, [100])))).rejects.toThrow(
    /the old data has no byte/,
  );
  await basis.close();
});
