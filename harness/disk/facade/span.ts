import { outOfRange, toInteger } from './arguments.ts';
import { checkOptions } from './options.ts';

/** A part of a buffer and the place in the file that it is read from or written to; all in bytes. */
export interface Span {
  readonly offset?: number | null | undefined;
  readonly length?: number | null | undefined;
  readonly position?: number | bigint | null | undefined;
}

/** Whether an argument is a span, with nothing in it that isn't known. */
export function isSpan(given: unknown): given is Span {
  if (typeof given !== 'object' || given === null) return false;
  checkOptions(given, ['buffer', 'offset', 'length', 'position']);
  return true;
}

/** The part of a view that is meant, checked to lie within it. */
export function within(bytes: Uint8Array, span: Span): readonly [offset: number, length: number] {
  const offset = span.offset ?? 0;
  toInteger(offset, 'offset', 0, Number.MAX_SAFE_INTEGER);
  if (offset > bytes.length) throw outOfRange('offset', `<= ${bytes.length}`, offset);
  const length = span.length ?? bytes.length - offset;
  toInteger(length, 'length', 0, Number.MAX_SAFE_INTEGER);
  if (length > bytes.length - offset) throw outOfRange('length', `<= ${bytes.length - offset}`, length);
  return [offset, length];
}
