import { damage } from './damage.ts';

/** Bytes after the deflate data: the CRC-32 and the size of the plain bytes, both little endian (RFC 1952). */
export const TRAILER_LENGTH = 8;

const FIXED_LENGTH = 10;
const FLAG_CRC = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;
const RESERVED_FLAGS = 0xe0;

/** CRC-32 and size of the plain bytes of a member. */
export interface MemberSum {
  readonly crc: number;
  readonly size: number;
}

/**
 * Length of the header that a gzip member starts with, or undefined if `bytes` end before the header does. Throws
 * EBADMSG if they are not the start of a member.
 */
export function headerLength(bytes: Uint8Array): number | undefined {
  checkFixedPart(bytes);
  if (bytes.length < FIXED_LENGTH) return undefined;
  const flags = bytes[3]!;
  let at = FIXED_LENGTH;
  if (flags & FLAG_EXTRA) {
    if (bytes.length < at + 2) return undefined;
    at += 2 + bytes[at]! + bytes[at + 1]! * 256;
  }
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if (!(flags & flag)) continue;
    const zero = bytes.indexOf(0, at);
    if (zero < 0) return undefined;
    at = zero + 1;
  }
  if (flags & FLAG_CRC) at += 2;
  return at <= bytes.length ? at : undefined;
}

/** Throws EBADMSG unless the trailer at byte `offset` of the member agrees with the bytes that came out. */
export function checkTrailer(trailer: Uint8Array, offset: number, sum: MemberSum): void {
  const crc = littleEndian(trailer, 0);
  if (crc !== sum.crc >>> 0)
    throw damage('gzip data', offset, `its checksum is ${hex(crc)}, not ${hex(sum.crc)}`);
  const size = littleEndian(trailer, 4);
  // The format keeps the size modulo 2^32 only.
  if (size !== sum.size % 0x1_0000_0000)
    throw damage('gzip data', offset + 4, `it says ${size} bytes, but ${sum.size} came out`);
}

function checkFixedPart(bytes: Uint8Array): void {
  const magic = [0x1f, 0x8b, 8];
  for (const [at, expected] of magic.entries()) {
    const found = bytes[at];
    if (found !== undefined && found !== expected)
      throw damage('gzip data', at, `found ${hex(found)} where a gzip header has ${hex(expected)}`);
  }
  if (((bytes[3] ?? 0) & RESERVED_FLAGS) !== 0) throw damage('gzip data', 3, 'reserved header flags are set');
}

function littleEndian(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}
