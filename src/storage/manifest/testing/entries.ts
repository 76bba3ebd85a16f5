import * as fc from 'fast-check';
import type { Attributes } from '../attributes.ts';
import type { ByteString } from '../byte-string.ts';
import { type Entry, type Letter, entryOf, hasData, hasLink } from '../entry.ts';
import { type Int64, toInt64 } from '../number-code.ts';

export const LETTERS = 'fydlLsmnkvVuU'.split('') as Letter[];

const bits64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** Signed 64-bit numbers: small ones, and the borders of what is exact. */
export const anyInt64: fc.Arbitrary<Int64> = fc.oneof(
  fc.nat(100_000),
  fc.maxSafeInteger(),
  fc.bigInt(bits64).map(toInt64),
  fc.constantFrom(...[0n, 1n, -1n, 2n ** 53n, -(2n ** 53n), bits64.min, bits64.max].map(toInt64)),
);

/** Bytes that are no zero, many of them special: slashes, newlines, signs of Latin-1 and of UTF-8. */
const anyByte = fc.oneof(
  fc.constantFrom(0x2f, 0x0a, 0x5c, 0x7f, 0x80, 0xff),
  fc.integer({ min: 1, max: 255 }),
);

export const anyPath: fc.Arbitrary<ByteString> = fc
  .array(anyByte, { minLength: 1, maxLength: 12 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

const small = fc.maxSafeInteger();

export const anyAttributes: fc.Arbitrary<Attributes> = fc.record({
  dev: anyInt64,
  ino: anyInt64,
  mode: fc.nat(0o177777),
  nlink: small,
  uid: small,
  gid: small,
  rdev: anyInt64,
  size: anyInt64,
  blksize: small,
  blocks: anyInt64,
  atime: anyInt64,
  mtime: anyInt64,
  ctime: anyInt64,
  chflags: small,
  winattr: small,
  compression: fc.nat(9),
  encryption: fc.nat(2),
  salt: fc.bigInt(bits64),
  winapiOff: fc.nat(1),
});

const anyEnd = fc.record({
  size: fc.maxSafeNat(),
  md5: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
});

/** Entries as a manifest has them: with data path and end where there are data. */
export const anyEntry: fc.Arbitrary<Entry> = fc
  .tuple(fc.constantFrom(...LETTERS), anyPath, anyAttributes, anyPath, anyEnd)
  .map(([letter, path, attributes, other, end]) => {
    if (hasLink(letter)) return entryOf(letter, path, attributes, { link: other });
    return entryOf(letter, path, attributes, hasData(letter) ? { dataPath: other, end } : {});
  });

/** The same entry as a scan has it. */
export function asScanned(entry: Entry): Entry {
  const { letter, path, attributes, link } = entry;
  return entryOf(letter, path, attributes, link === undefined ? {} : { link });
}
