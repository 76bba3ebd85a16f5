import { damage } from '../codec/damage.ts';

/** Letter and four hex digits. */
export const PREFIX_LENGTH = 5;

/** The longest payload that four hex digits can tell. */
export const LONGEST_PAYLOAD = 0xffff;

const NEWLINE = 0x0a;
const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;

/** Where a record's payload is in a buffer. Finding the next one overwrites it. */
export interface RecordPlace {
  /** Code of the record's letter. */
  letter: number;
  start: number;
  end: number;
}

/**
 * Finds the record `<letter><4 hex digits><payload>\n` that begins at `at`, fills in `place`, and returns where the
 * next one begins; undefined if `bytes` end within it. `base` is the place of `bytes` in the list, for the EBADMSG
 * error. Hex digits are upper case only, as Burp writes them: then no two texts mean the same list.
 */
export function findRecord(
  bytes: Uint8Array,
  at: number,
  base: number,
  place: RecordPlace,
): number | undefined {
  let length = 0;
  const prefixEnd = Math.min(at + PREFIX_LENGTH, bytes.length);
  for (let digit = at + 1; digit < prefixEnd; digit++) {
    const value = HEX[bytes[digit]!]!;
    if (value < 0) throw damage('manifest', base + digit, 'a record needs four upper-case hex digits here');
    length = length * 16 + value;
  }
  const end = at + PREFIX_LENGTH + length;
  if (end >= bytes.length) return undefined;
  if (bytes[end] !== NEWLINE)
    throw damage('manifest', base + end, `no line ends here, though the record has ${length} bytes`);
  place.letter = bytes[at]!;
  place.start = at + PREFIX_LENGTH;
  place.end = end;
  return end + 1;
}

/** The text of a record; the payload must be a byte string. Throws ENAMETOOLONG for more than 65535 bytes. */
export function formatRecord(letter: string, payload: string): string {
  if (payload.length > LONGEST_PAYLOAD) throw tooLong(letter, payload.length);
  return `${letter}${payload.length.toString(16).toUpperCase().padStart(4, '0')}${payload}\n`;
}

function tooLong(letter: string, length: number): Error {
  const message = `a manifest can't hold a "${letter}" record of ${length} bytes, at most ${LONGEST_PAYLOAD}`;
  return Object.assign(new Error(message), { code: 'ENAMETOOLONG' });
}
