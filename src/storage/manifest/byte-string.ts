/**
 * Bytes as a string in which each character is one byte (code 0 to 255). Paths on Unix are bytes, not text, and every
 * path, link text and data path in a manifest is kept in this form from end to end: it compares, hashes and joins
 * like any string, and loses nothing. It must not be shown or given to a file system as it is: see `displayBytes`
 * and `toBytes`.
 */
export type ByteString = string;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NOT_ASCII = /[\x80-\uffff]/;
const NOT_A_BYTE = /[\u0100-\uffff]/;
// Controls, invisible and direction-changing characters, line separators, and the backslash that escapes begin with.
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/gu;

export function fromBytes(bytes: Uint8Array): ByteString {
  return viewBytes(bytes).toString('latin1');
}

export function toBytes(text: ByteString): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** The UTF-8 bytes of ordinary text. */
export function fromText(text: string): ByteString {
  return NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text;
}

/**
 * The text for people: UTF-8 where the bytes are UTF-8, and `\xNN` for the bytes of characters that can't be seen, of
 * backslashes, and, if the bytes are no UTF-8, of all that is not ASCII. Always one line, and different for different
 * bytes.
 */
export function displayBytes(text: ByteString): string {
  if (!NOT_ASCII.test(text)) return text.replaceAll(UNSHOWABLE, escapeBytes);
  try {
    return UTF8.decode(toBytes(text)).replaceAll(UNSHOWABLE, (character) => escapeBytes(fromText(character)));
  } catch {
    return text.replaceAll(/[^ -[\]-~]/g, escapeBytes);
  }
}

/** Whether every character stands for one byte. Ordinary text that was never encoded does not pass. */
export function isByteString(text: string): boolean {
  return !NOT_A_BYTE.test(text);
}

/** The same memory as a Buffer, whose latin1 methods are the fast way to strings. */
export function viewBytes(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function escapeBytes(text: ByteString): string {
  let escaped = '';
  for (const byte of toBytes(text)) escaped += `\\x${byte.toString(16).padStart(2, '0')}`;
  return escaped;
}
