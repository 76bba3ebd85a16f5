/**
 * File names are bytes, and not always UTF-8: Burp stores a file under the name that it had. In this program's strings,
 * a byte that is no UTF-8 is a lone surrogate, U+DC00 plus the byte, as in Python's surrogateescape.
 */
const ESCAPED = /[\udc80-\udcff]/u;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A path as Node takes it. */
export function toDisk(path: string): string | Buffer {
  if (!ESCAPED.test(path)) return path;
  const parts = path.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part) => (ESCAPED.test(part) ? Buffer.from([part.charCodeAt(0) & 0xff]) : Buffer.from(part))),
  );
}

/** A name as this program has it. */
export function fromDisk(name: Buffer): string {
  try {
    return UTF8.decode(name);
  } catch {
    return escapeBytes(name);
  }
}

/** All that is not ASCII is escaped, even what would be UTF-8 on its own: the way back is the same. */
function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
  return text;
}

/** The part of a path that can be given to a program as an argument: the directory above the first odd name. */
export function plainPart(path: string): string {
  const at = path.search(ESCAPED);
  return at < 0 ? path : path.slice(0, path.lastIndexOf('/', at)) || '/';
}
