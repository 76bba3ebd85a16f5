import type { ByteBuilder } from '../codec/byte-builder.ts';
import { damage } from '../codec/damage.ts';

/** Every delta begins with these four bytes. */
export const DELTA_MAGIC = 0x72730236;

const END = 0x00;
const LONGEST_INLINE = 0x40;
const LITERAL = 0x41;
const COPY = 0x45;
const LAST = 0x54;

export type CommandKind = 'end' | 'literal' | 'copy';

/** One command of a delta. Decoding overwrites it, since a delta may have millions. */
export interface Command {
  kind: CommandKind;
  /** Where in the old data a copy begins, in bytes. */
  offset: number;
  /** How many bytes a literal or a copy gives. */
  length: number;
}

export function appendEnd(out: ByteBuilder): void {
  out.byte(END);
}

/** Appends a literal of the bytes from `start` to before `end`. */
export function appendLiteral(out: ByteBuilder, bytes: Uint8Array, start: number, end: number): void {
  const length = end - start;
  if (length === 0) return;
  if (length <= LONGEST_INLINE) {
    out.byte(length);
  } else {
    const code = widthCode(length);
    out.byte(LITERAL + code);
    out.integer(length, 1 << code);
  }
  out.append(bytes.subarray(start, end));
}

export function appendCopy(out: ByteBuilder, offset: number, length: number): void {
  const offsetCode = widthCode(offset);
  const lengthCode = widthCode(length);
  out.byte(COPY + offsetCode * 4 + lengthCode);
  out.integer(offset, 1 << offsetCode);
  out.integer(length, 1 << lengthCode);
}

/**
 * Decodes the command at `at` into `command`, and returns where it ends (for a literal: where its data begin), or
 * undefined if `bytes` end before it does. `base` is the place of `bytes` in the whole delta, for the EBADMSG error.
 */
export function decodeCommand(
  bytes: Uint8Array,
  at: number,
  base: number,
  command: Command,
): number | undefined {
  const code = bytes[at];
  if (code === undefined) return undefined;
  if (code > LAST) throw damage('delta', base + at, `0x${code.toString(16)} is no command`);
  command.offset = 0;
  command.length = code;
  command.kind = code === END ? 'end' : code < COPY ? 'literal' : 'copy';
  if (code <= LONGEST_INLINE) return at + 1;
  const offsetWidth = code < COPY ? 0 : 1 << ((code - COPY) >> 2);
  const lengthWidth = 1 << ((code < COPY ? code - LITERAL : code - COPY) & 3);
  const end = at + 1 + offsetWidth + lengthWidth;
  if (end > bytes.length) return undefined;
  command.offset = readInteger(bytes, at + 1, offsetWidth);
  command.length = readInteger(bytes, at + 1 + offsetWidth, lengthWidth);
  if (command.length === 0) throw damage('delta', base + at, `a ${command.kind} of no bytes`);
  if (command.offset + command.length > Number.MAX_SAFE_INTEGER)
    throw damage('delta', base + at, `a ${command.kind} beyond any file's size`);
  return end;
}

/** 0, 1, 2 or 3 for a number that needs 1, 2, 4 or 8 bytes. */
function widthCode(value: number): number {
  if (value <= 0xff) return 0;
  if (value <= 0xffff) return 1;
  return value <= 0xffff_ffff ? 2 : 3;
}

function readInteger(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + bytes[at + i]!;
  return value;
}
