import type { ByteString } from './byte-string.ts';

const SLASH = 0x2f;

/**
 * Burp's order of paths, negative if `a` comes first: byte by byte, where `/` is lower than every other byte and the
 * others compare as signed (0x80 to 0xff before 0x01 to 0x7f); a path that another begins with comes before it. So a
 * directory is followed at once by what is in it. Client and server walk their lists in this order side by side: one
 * different answer would make every later file look new or deleted.
 */
export function comparePaths(a: ByteString, b: ByteString): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Whether a path is a directory's own, or lies below it. Only a root ends in a slash: `/`, or `C:/`. */
export function isWithin(path: ByteString, directory: ByteString): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

function rank(byte: number): number {
  if (byte === SLASH) return -129;
  return byte < 0x80 ? byte : byte - 0x100;
}
