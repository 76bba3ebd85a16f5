import assert from 'node:assert';
import { type IHasher, createBLAKE2b, createMD4 } from 'hash-wasm';

/** The hash that confirms a match. Burp clients ask for blake2 since 2.0.54; older ones know md4 only. */
export type StrongHash = 'blake2' | 'md4';

/** The most bytes of a hash that a signature can carry: BLAKE2b with a digest of 256 bits, or MD4. */
export const LONGEST_STRONG: Readonly<Record<StrongHash, number>> = { blake2: 32, md4: 16 };

let ready: Readonly<Record<StrongHash, IHasher>> | undefined;

/**
 * Loads the hashes once. To be awaited before any of the synchronous functions (`signatureOf`, `deltaOf`); the
 * streaming ones do it themselves. Further calls cost nothing.
 */
export async function prepareHashes(): Promise<void> {
  if (ready) return;
  const [blake2, md4] = await Promise.all([createBLAKE2b(256), createMD4()]);
  ready ??= { blake2, md4 };
}

/**
 * The whole digest of one block. One hasher serves everybody, which is safe only because a digest is begun and
 * finished within this call.
 */
export function strongSum(hash: StrongHash, block: Uint8Array): Uint8Array {
  assert(ready, 'await prepareHashes() before making signatures or deltas');
  return ready[hash].init().update(block).digest('binary');
}
