import { type Int64, decodeNumber, encodeNumber, toInt64 } from './number-code.ts';

/**
 * What Burp records of a file besides its path, in the order of its attribute line. Times are in whole seconds since
 * 1970 and may be negative. `Int64` where a file system may use all 64 bits; the others are plain safe integers.
 */
export interface Attributes {
  readonly dev: Int64;
  readonly ino: Int64;
  /** As in stat: file type and permission bits. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: Int64;
  /** Bytes, as stat had it at the scan. The true size of the stored data is in the entry's `end`. */
  readonly size: Int64;
  readonly blksize: number;
  /** In units of 512 bytes. */
  readonly blocks: Int64;
  readonly atime: Int64;
  readonly mtime: Int64;
  readonly ctime: Int64;
  readonly chflags: number;
  readonly winattr: number;
  /** gzip level of the stored data, 0 for none. */
  readonly compression: number;
  /** 0 none, 1 Blowfish, 2 AES-256-CBC. */
  readonly encryption: number;
  /** All 64 bits are used, so always a bigint. */
  readonly salt: bigint;
  /** 1 if the Windows API was off. */
  readonly winapiOff: number;
}

const NAMES = [
  ...(['dev', 'ino', 'mode', 'nlink', 'uid', 'gid', 'rdev', 'size', 'blksize', 'blocks'] as const),
  ...(['atime', 'mtime', 'ctime', 'chflags', 'winattr', 'compression', 'encryption', 'salt'] as const),
  'winapiOff' as const,
];
const SPACE = 0x20;
/** The numbers of the line that is being read: one list for all lines, since each would only be garbage. */
const LINE: Int64[] = NAMES.map(() => 0);

/** Everything zero: a start for entries that are made here, not by a client. */
export const NO_ATTRIBUTES: Attributes = {
  dev: 0,
  ino: 0,
  mode: 0,
  nlink: 0,
  uid: 0,
  gid: 0,
  rdev: 0,
  size: 0,
  blksize: 0,
  blocks: 0,
  atime: 0,
  mtime: 0,
  ctime: 0,
  chflags: 0,
  winattr: 0,
  compression: 0,
  encryption: 0,
  salt: 0n,
  winapiOff: 0,
};

/** The payload of an `r` record: 19 numbers, one space between them. */
export function formatAttributes(a: Attributes): string {
  const n = encodeNumber;
  // Written out, because this runs once for each entry of each manifest, and a loop over names is about twice as slow.
  return (
    `${n(a.dev)} ${n(a.ino)} ${n(a.mode)} ${n(a.nlink)} ${n(a.uid)} ${n(a.gid)} ${n(a.rdev)} ${n(a.size)} ` +
    `${n(a.blksize)} ${n(a.blocks)} ${n(a.atime)} ${n(a.mtime)} ${n(a.ctime)} ${n(a.chflags)} ${n(a.winattr)} ` +
    `${n(a.compression)} ${n(a.encryption)} ${n(toInt64(a.salt))} ${n(a.winapiOff)}`
  );
}

/** What is wrong with an attribute line, and at which byte of the buffer that it was read from. */
export interface BadAttributes {
  readonly at: number;
  readonly reason: string;
}

/** Reads the attribute line in `bytes` from `start` to before `end`. What is wrong comes back as a value. */
export function parseAttributes(bytes: Uint8Array, start: number, end: number): Attributes | BadAttributes {
  const numbers = LINE;
  let at = start;
  for (let index = 0; index < numbers.length; index++) {
    let stop = at;
    while (stop < end && bytes[stop] !== SPACE) stop++;
    const value = at <= end ? decodeNumber(bytes, at, stop) : undefined;
    if (value === undefined)
      return { at: Math.min(at, end), reason: `the attribute ${NAMES[index]} is not a number` };
    numbers[index] = value;
    at = stop + 1;
  }
  if (at <= end) return { at: at - 1, reason: `more than ${NAMES.length} attributes` };
  return assemble(numbers) ?? { at: start, reason: 'an attribute is larger than any real one' };
}

function assemble(numbers: readonly Int64[]): Attributes | undefined {
  for (const index of SMALL) if (typeof numbers[index] !== 'number') return undefined;
  const small = numbers as readonly number[];
  return {
    dev: numbers[0]!,
    ino: numbers[1]!,
    mode: small[2]!,
    nlink: small[3]!,
    uid: small[4]!,
    gid: small[5]!,
    rdev: numbers[6]!,
    size: numbers[7]!,
    blksize: small[8]!,
    blocks: numbers[9]!,
    atime: numbers[10]!,
    mtime: numbers[11]!,
    ctime: numbers[12]!,
    chflags: small[13]!,
    winattr: small[14]!,
    compression: small[15]!,
    encryption: small[16]!,
    salt: numbers[17] === 0 ? 0n : BigInt(numbers[17]!),
    winapiOff: small[18]!,
  };
}

/** Places of the attributes that must be plain numbers. */
const SMALL = [2, 3, 4, 5, 8, 13, 14, 15, 16, 18];
