const SHORTEST = 64;
const LONGEST = 128 * 1024;

/**
 * The block length that Burp uses for an old file of `size` bytes: the square root, rounded up to a multiple of 16,
 * from 64 to 131072. Another length gives a valid signature too, but not the one that Burp would send.
 */
export function blockLengthFor(size: number): number {
  const root = Math.ceil(Math.sqrt(size) / 16) * 16;
  return Math.min(Math.max(root, SHORTEST), LONGEST);
}
