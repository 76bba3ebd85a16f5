const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const MINUS = 0x2d;
/** More digits than this can't be a 64-bit number. */
const MOST_DIGITS = 11;
/** Below this, one more digit still gives a number that is exact. */
const SAFE_BEFORE_DIGIT = 2 ** 47;

/**
 * A signed 64-bit number: a plain number wherever that is exact, otherwise a bigint, never the other way round. So two
 * of them are equal if and only if `===` says so. `Number(value)` gives the nearest plain number.
 */
export type Int64 = number | bigint;

const VALUES = new Int8Array(256).fill(-1);
for (let value = 0; value < 64; value++) VALUES[DIGITS.charCodeAt(value)] = value;

/**
 * Burp's (Bacula's) text for a number: in base 64, the most significant digit first, no padding, no leading zeros,
 * `-` in front if negative; 0 is `A`. This is not RFC 4648.
 */
export function encodeNumber(value: Int64): string {
  if (typeof value === 'bigint') return encodeBigInt(value);
  if (value < 0) return `-${encodeNumber(-value)}`;
  let text = DIGITS[value % 64]!;
  // Numbers beyond 32 bits have no integer division by shifting.
  for (let rest = Math.floor(value / 64); rest > 0; rest = Math.floor(rest / 64)) {
    text = DIGITS[rest % 64]! + text;
  }
  return text;
}

/**
 * Decodes the number in `bytes` from `start` to before `end`. Undefined if it is not one, if it does not fit 64 bits,
 * or if it is not written as `encodeNumber` does.
 */
export function decodeNumber(bytes: Uint8Array, start: number, end: number): Int64 | undefined {
  const negative = bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  if (end <= first || end - first > MOST_DIGITS) return undefined;
  // A leading zero is allowed only as the whole number, and there is no minus zero.
  if (VALUES[bytes[first]!] === 0 && (negative || end > first + 1)) return undefined;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = VALUES[bytes[at]!]!;
    if (digit < 0) return undefined;
    if (value >= SAFE_BEFORE_DIGIT) return decodeBigInt(bytes, first, end, negative);
    value = value * 64 + digit;
  }
  return negative ? -value : value;
}

/** The one form that a 64-bit number has as an `Int64`. */
export function toInt64(value: bigint): Int64 {
  const plain = Number(value);
  return Number.isSafeInteger(plain) ? plain : value;
}

function encodeBigInt(value: bigint): string {
  if (value < 0n) return `-${encodeBigInt(-value)}`;
  let text = '';
  let rest = value;
  do {
    text = DIGITS[Number(rest & 63n)]! + text;
    rest >>= 6n;
  } while (rest > 0n);
  return text;
}

function decodeBigInt(bytes: Uint8Array, first: number, end: number, negative: boolean): Int64 | undefined {
  let value = 0n;
  for (let at = first; at < end; at++) {
    const digit = VALUES[bytes[at]!]!;
    if (digit < 0) return undefined;
    value = (value << 6n) | BigInt(digit);
  }
  if (negative) value = -value;
  return BigInt.asIntN(64, value) === value ? toInt64(value) : undefined;
}
