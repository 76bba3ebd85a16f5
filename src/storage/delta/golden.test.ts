import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { deltaOf } from './delta.ts';
import { patchOf } from './patch.ts';
import { type SignatureOptions, parseSignature, signatureOf } from './signature.ts';
import { prepareHashes } from './strong-hash.ts';

function golden(name: string): Buffer {
  return readFileSync(new URL(`./testdata/${name}`, import.meta.url));
}

beforeAll(prepareHashes);

describe("files made by librsync's own program", () => {
  const signatures: [string, string, SignatureOptions][] = [
    ['old.blake2.sig', 'old.bin', { hash: 'blake2', blockLength: 64, strongLength: 16 }],
    ['old.md4.sig', 'old.bin', { hash: 'md4', blockLength: 64, strongLength: 16 }],
    ['old.full.sig', 'old.bin', { hash: 'blake2', blockLength: 100, strongLength: 32 }],
    ['empty.md4.sig', 'empty.bin', { hash: 'md4', blockLength: 64, strongLength: 16 }],
  ];

  it.each(signatures)('%s is what we make of %s', (name, from, options) => {
    expect(golden(name).equals(signatureOf(golden(from), options))).toBe(true);
  });

  it.each([
    ['blake2.delta', 'old.bin', 'new.bin'],
    ['md4.delta', 'old.bin', 'new.bin'],
    ['from-empty.delta', 'empty.bin', 'new.bin'],
    ['to-empty.delta', 'old.bin', 'empty.bin'],
  ])('%s turns %s into %s', (name, from, to) => {
    const expected = golden(to);
    expect(expected.equals(patchOf(golden(from), golden(name), { expectedSize: expected.length }))).toBe(
      true,
    );
  });

  it('a delta of theirs does not fit another old file', () => {
    const other = golden('old.bin').reverse();
    expect(golden('new.bin').equals(patchOf(other, golden('md4.delta')))).toBe(false);
  });

  it.each(['blake2', 'md4'])('our delta against their %s signature is no longer than theirs', (hash) => {
    const fresh = golden('new.bin');
    const ours = deltaOf(parseSignature(golden(`old.${hash}.sig`)), fresh);
    expect(fresh.equals(patchOf(golden('old.bin'), ours))).toBe(true);
    expect(ours.length).toBeLessThanOrEqual(golden(`${hash}.delta`).length);
  });
});
