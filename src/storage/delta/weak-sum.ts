/** librsync adds this to every byte, so that runs of zeros of different lengths have different sums. */
export const BYTE_OFFSET = 31;

/**
 * librsync's rolling sum of the bytes from `start` to before `end`, as a signed 32-bit number: the low half is the
 * sum of the bytes, the high half the sum of those sums.
 */
export function weakSum(bytes: Uint8Array, start: number, end: number): number {
  let low = 0;
  let high = 0;
  for (let at = start; at < end; at++) {
    low = (low + bytes[at]! + BYTE_OFFSET) | 0;
    high = (high + low) | 0;
  }
  return packSum(low, high);
}

/** Puts the two running halves together; what overflowed 16 bits is dropped. */
export function packSum(low: number, high: number): number {
  return (high << 16) | (low & 0xffff);
}
