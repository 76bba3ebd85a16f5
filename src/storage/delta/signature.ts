import assert from 'node:assert';
import { ByteBuilder } from '../codec/byte-builder.ts';
import { damage } from '../codec/damage.ts';
import { blockLengthFor } from './block-length.ts';
import { LONGEST_STRONG, type StrongHash, strongSum } from './strong-hash.ts';
import { weakSum } from './weak-sum.ts';

const HEADER_LENGTH = 12;
const WEAK_LENGTH = 4;
const MAGIC: Readonly<Record<StrongHash, number>> = { blake2: 0x72730137, md4: 0x72730136 };

/**
 * The longest block that is accepted. Making a delta keeps a few blocks in memory, so a received signature must not
 * choose this freely; Burp's own rule never goes above 128 KiB.
 */
export const LONGEST_BLOCK = 16 * 1024 * 1024;

/** How to make a signature. */
export interface SignatureOptions {
  /** Default blake2. */
  readonly hash?: StrongHash;
  /** Bytes per block. */
  readonly blockLength?: number;
  /** Bytes kept of each strong hash; default 16, as Burp has it. */
  readonly strongLength?: number;
}

/** What a signature says of the old data: one weak and one strong sum for each block. The last block may be short. */
export interface Signature {
  readonly hash: StrongHash;
  readonly blockLength: number;
  readonly strongLength: number;
  /** Weak sums as signed 32-bit numbers, one for each block. */
  readonly weak: Int32Array;
  /** Strong sums, `strongLength` bytes for each block. */
  readonly strong: Uint8Array;
}

/** Options with every default filled in. */
export type SignatureShape = Required<SignatureOptions>;

/**
 * The signature of `bytes` in librsync's format. Without `blockLength`, Burp's rule for the size is used. Needs
 * `prepareHashes` before.
 */
export function signatureOf(bytes: Uint8Array, options: SignatureOptions = {}): Uint8Array {
  const shape = shapeOf({ blockLength: blockLengthFor(bytes.length), ...options });
  const blocks = Math.ceil(bytes.length / shape.blockLength);
  const out = new ByteBuilder(HEADER_LENGTH + blocks * (WEAK_LENGTH + shape.strongLength));
  appendHeader(out, shape);
  for (let start = 0; start < bytes.length; start += shape.blockLength)
    appendBlock(out, shape, bytes.subarray(start, start + shape.blockLength));
  return out.take();
}

/** Fills in the defaults and refuses, as a mistake of the caller, what no signature can have. */
export function shapeOf(options: SignatureOptions & { readonly blockLength: number }): SignatureShape {
  const { hash = 'blake2', blockLength, strongLength = 16 } = options;
  assert(
    isWithin(blockLength, LONGEST_BLOCK),
    `a block length must be 1 to ${LONGEST_BLOCK}, not ${blockLength}`,
  );
  const longest = LONGEST_STRONG[hash];
  assert(isWithin(strongLength, longest), `a ${hash} sum has 1 to ${longest} bytes, not ${strongLength}`);
  return { hash, blockLength, strongLength };
}

export function appendHeader(out: ByteBuilder, shape: SignatureShape): void {
  out.integer(MAGIC[shape.hash], 4);
  out.integer(shape.blockLength, 4);
  out.integer(shape.strongLength, 4);
}

export function appendBlock(out: ByteBuilder, shape: SignatureShape, block: Uint8Array): void {
  out.integer(weakSum(block, 0, block.length), WEAK_LENGTH);
  const strong = strongSum(shape.hash, block);
  out.append(shape.strongLength === strong.length ? strong : strong.subarray(0, shape.strongLength));
}

/** Reads a whole signature. Throws EBADMSG for anything that is not one, or that was cut short. */
export function parseSignature(bytes: Uint8Array): Signature {
  const shape = parseHeader(bytes);
  const each = WEAK_LENGTH + shape.strongLength;
  const blocks = Math.floor((bytes.length - HEADER_LENGTH) / each);
  const end = HEADER_LENGTH + blocks * each;
  if (end !== bytes.length)
    throw damage('signature', end, `it ends ${bytes.length - end} bytes into a block entry of ${each}`);
  const view = viewOf(bytes);
  const weak = new Int32Array(blocks);
  const strong = new Uint8Array(blocks * shape.strongLength);
  for (let block = 0, at = HEADER_LENGTH; block < blocks; block++, at += each) {
    weak[block] = view.getInt32(at);
    const from = at + WEAK_LENGTH;
    const to = block * shape.strongLength;
    // A loop, because for so few bytes `set` and `subarray` take two to three times as long.
    for (let i = 0; i < shape.strongLength; i++) strong[to + i] = bytes[from + i]!;
  }
  return { ...shape, weak, strong };
}

function parseHeader(bytes: Uint8Array): SignatureShape {
  if (bytes.length < HEADER_LENGTH)
    throw damage('signature', bytes.length, `it ends within its header of ${HEADER_LENGTH} bytes`);
  const view = viewOf(bytes);
  const hash = hashOf(view.getUint32(0));
  const blockLength = view.getUint32(4);
  if (!isWithin(blockLength, LONGEST_BLOCK))
    throw damage('signature', 4, `its block length is ${blockLength}, allowed are 1 to ${LONGEST_BLOCK}`);
  const strongLength = view.getUint32(8);
  const longest = LONGEST_STRONG[hash];
  if (!isWithin(strongLength, longest))
    throw damage(
      'signature',
      8,
      `it has ${strongLength} bytes for each ${hash} sum, allowed are 1 to ${longest}`,
    );
  return { hash, blockLength, strongLength };
}

function hashOf(magic: number): StrongHash {
  if (magic === MAGIC.blake2) return 'blake2';
  if (magic === MAGIC.md4) return 'md4';
  throw damage(
    'signature',
    0,
    `0x${magic.toString(16)} is neither a BLAKE2 nor an MD4 signature with rollsum`,
  );
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}
