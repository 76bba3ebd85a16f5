import { outOfRange, toInteger, viewBytes, wrongType, wrongValue } from './validate.ts';

/** A part of a buffer and the place in the file that it is read from or written to; all in bytes. */
export interface Span {
  readonly view: NodeJS.ArrayBufferView;
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** null for the descriptor's own. */
  readonly position: number | null;
}

/** How much a read without a buffer is for, as in Node. */
const READ_SIZE = 16_384;

interface Given {
  readonly buffer?: unknown;
  readonly offset?: unknown;
  readonly length?: unknown;
  readonly position?: unknown;
}

/** Each form of `read` takes its arguments apart in a way of its own; these are the ones after the descriptor. */
export type ReadForm = 'sync' | 'callback' | 'handle';

function readArguments(args: readonly unknown[], form: ReadForm): Given {
  const [buffer, second, length, position] = args;
  if (form !== 'sync' && !ArrayBuffer.isView(buffer) && (form === 'handle' || args.length < 2)) {
    return { buffer: Buffer.alloc(READ_SIZE), ...optionsOf(buffer) };
  }
  if (takesOptions(args, form)) return { ...optionsOf(second), buffer };
  // A length that is missing is no length, except for a handle.
  return {
    buffer,
    offset: second,
    length: form === 'handle' ? (length ?? undefined) : Number(length) | 0,
    position,
  };
}

function takesOptions(args: readonly unknown[], form: ReadForm): boolean {
  if (form === 'callback' && args.length === 2 && args[1] === undefined) {
    throw wrongType('options', 'of type object', undefined);
  }
  if (form === 'callback') return args.length <= 2;
  if (form === 'sync') return args.length <= 2 || typeof args[1] === 'object';
  return args[1] !== null && typeof args[1] === 'object';
}

/** What is to be read where. */
export function readSpan(args: readonly unknown[], form: ReadForm): Span {
  const given = readArguments(args, form);
  const view = toView(given.buffer);
  const bytes = viewBytes(view);
  const offset =
    given.offset === undefined || given.offset === null ? 0 : toInteger(given.offset, 'offset', 0);
  const length = given.length === undefined ? bytes.length - offset : Number(given.length) | 0;
  if (length === 0) return { view, bytes, offset, length, position: null };
  if (bytes.length === 0) throw wrongValue('buffer', view, 'is empty and cannot be written');
  if (length < 0) throw outOfRange('length', '>= 0', length);
  if (offset + length > bytes.length) throw outOfRange('length', `<= ${bytes.length - offset}`, length);
  return { view, bytes, offset, length, position: positionOf(given.position, form) };
}

/** `FileHandle.read` takes a bigint from Node 21 on, says Node's documentation; before, it was no position. */
const HANDLES_TAKE_BIGINTS = Number.parseInt(process.versions.node, 10) >= 21;

/** A handle takes what is no position for none. */
function positionOf(value: unknown, form: ReadForm): number | null {
  const isChecked = form !== 'handle' || (typeof value === 'bigint' && HANDLES_TAKE_BIGINTS);
  return isChecked ? readPosition(value) : writePosition(value);
}

function optionsOf(value: unknown): Given {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') throw wrongType('options', 'of type object', value);
  return value;
}

function toView(buffer: unknown): NodeJS.ArrayBufferView {
  if (ArrayBuffer.isView(buffer)) return buffer as NodeJS.ArrayBufferView;
  throw wrongType('buffer', 'an instance of Buffer, TypedArray, or DataView', buffer);
}

function readPosition(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') {
    if (value < -1n || value > 2n ** 63n - 1n)
      throw outOfRange('position', `>= -1 && <= ${2n ** 63n - 1n}`, value);
    return value === -1n ? null : Number(value);
  }
  if (typeof value !== 'number') throw wrongType('position', 'of type bigint or integer', value);
  const position = toInteger(value, 'position', -1);
  return position === -1 ? null : position;
}

/** What is to be written where, from the arguments after the descriptor: bytes, or text with its encoding. */
export function writeSpan(args: readonly unknown[]): Span {
  const [data, second, third, fourth] = args;
  if (!ArrayBuffer.isView(data)) return textSpan(data, second, third);
  const view = data as NodeJS.ArrayBufferView;
  const bytes = viewBytes(view);
  const given: Given =
    typeof second === 'object' ? (second ?? {}) : { offset: second, length: third, position: fourth };
  const offset =
    given.offset === undefined || given.offset === null ? 0 : toInteger(given.offset, 'offset', 0);
  const length = typeof given.length === 'number' ? given.length : bytes.length - offset;
  if (offset > bytes.length) throw outOfRange('offset', `<= ${bytes.length}`, offset);
  if (length > bytes.length - offset) throw outOfRange('length', `<= ${bytes.length - offset}`, length);
  if (length < 0) throw outOfRange('length', '>= 0', length);
  toInteger(length, 'length', 0, 2 ** 31 - 1);
  return { view, bytes, offset, length, position: writePosition(given.position) };
}

function textSpan(data: unknown, position: unknown, encoding: unknown): Span {
  if (typeof data !== 'string') {
    throw wrongType('buffer', 'of type string or an instance of Buffer, TypedArray, or DataView', data);
  }
  const name = encoding ?? 'utf8';
  if (!Buffer.isEncoding(name as string)) throw wrongValue('encoding', encoding, 'is invalid encoding');
  const bytes = Buffer.from(data, name as BufferEncoding);
  return { view: bytes, bytes, offset: 0, length: bytes.length, position: writePosition(position) };
}

/** What is no position is none: Node doesn't check. */
export function writePosition(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}

/** Buffers for the calls that take several. */
export function toViews(value: unknown): readonly NodeJS.ArrayBufferView[] {
  if (Array.isArray(value) && value.every((each) => ArrayBuffer.isView(each))) {
    return value as NodeJS.ArrayBufferView[];
  }
  throw wrongType('buffers', 'an instance of ArrayBufferView[]', value);
}
