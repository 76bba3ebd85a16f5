import type { Lanes } from '../disk/image/mix.ts';

/** 128 bits as 22 characters of base64url, the lanes in order, the low byte of each first. */
export function keyText({ a, b, c, d }: Lanes): string {
  const bytes = Buffer.alloc(16);
  bytes.writeInt32LE(a | 0, 0);
  bytes.writeInt32LE(b | 0, 4);
  bytes.writeInt32LE(c | 0, 8);
  bytes.writeInt32LE(d | 0, 12);
  return bytes.toString('base64url');
}
