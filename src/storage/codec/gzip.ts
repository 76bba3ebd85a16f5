import assert from 'node:assert';
import { crc32, gzipSync, inflateRawSync } from 'node:zlib';
import { damage } from './damage.ts';
import { TRAILER_LENGTH, checkTrailer, headerLength } from './gzip-member.ts';

const OS_OFFSET = 9;
const OS_UNIX = 3;
/** Bounds of the buffers that zlib gets, in bytes: its own lower one, and what may be had on somebody's word. */
const SMALLEST = 64;
const LARGEST = 1 << 20;

/** Limits for inflating bytes that somebody else deflated. */
export interface GunzipOptions {
  /** The most bytes that may come out; more is damage. Without it a small file may fill the memory. */
  readonly maximumSize?: number;
}

/**
 * Deflates to one gzip member, level 1 to 9. The same input gives the same output on every system: no time, and the
 * system byte is always Unix, as in what Burp's client sends. For inputs of more than about 1 MiB see `gzipStream`.
 */
export function gzip(bytes: Uint8Array, level = 9): Uint8Array {
  assertLevel(level);
  const packed = gzipSync(bytes, { level });
  packed[OS_OFFSET] = OS_UNIX;
  return packed;
}

/**
 * Inflates exactly one gzip member. Throws EBADMSG if it is cut short, its checksum or size is wrong, or anything
 * follows it.
 */
export function gunzip(bytes: Uint8Array, options: GunzipOptions = {}): Uint8Array {
  const start = headerLength(bytes);
  if (start === undefined || bytes.length < start + TRAILER_LENGTH)
    throw damage('gzip data', bytes.length, 'it ends too early');
  const end = bytes.length - TRAILER_LENGTH;
  const plain = inflateExactly(bytes.subarray(start, end), start, options);
  checkTrailer(bytes.subarray(end), end, { crc: crc32(plain), size: plain.length });
  return plain;
}

export function assertLevel(level: number): void {
  assert(Number.isInteger(level) && level >= 1 && level <= 9, `gzip level must be 1 to 9, not ${level}`);
}

function inflateExactly(body: Uint8Array, offset: number, options: GunzipOptions): Uint8Array {
  const limit = options.maximumSize === undefined ? {} : limitsFor(options.maximumSize);
  const result = inflate(body, offset, limit);
  if (options.maximumSize !== undefined && result.buffer.length > options.maximumSize)
    throw damage('gzip data', offset, `it inflates to more than ${options.maximumSize} bytes`);
  const used = result.engine.bytesWritten;
  if (used < body.length)
    throw damage('gzip data', offset + used + TRAILER_LENGTH, 'more data follows its end');
  return result.buffer;
}

/** Who knows the size gets by with one buffer of that size. */
function limitsFor(size: number): { maxOutputLength: number; chunkSize: number } {
  // mutant: equivalent: what is longer is refused by its length as well, and the size of a buffer is a matter of speed
  return { maxOutputLength: Math.max(1, size), chunkSize: Math.min(Math.max(size + 1, SMALLEST), LARGEST) };
}

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function inflate(
  body: Uint8Array,
  offset: number,
  limit: { maxOutputLength?: number; chunkSize?: number },
): Inflated {
  try {
    // With `info`, zlib also returns its engine, which knows how many bytes belonged to the deflate data. The types
    // do not say so.
    return inflateRawSync(body, { ...limit, info: true }) as unknown as Inflated;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw damage('gzip data', offset, `it inflates to more than ${limit.maxOutputLength} bytes`);
    throw damage('gzip data', offset, message);
  }
}
