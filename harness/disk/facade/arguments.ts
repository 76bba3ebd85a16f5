import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { argumentError } from '../errors.ts';
import { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } from '../core/constants.ts';

/** What `node:fs` takes for a path. */
export type PathLike = string | Uint8Array | URL;

/** What `node:fs` takes for data that is all there. */
export type Data = string | NodeJS.ArrayBufferView;

function received(value: unknown): string {
  return `Received ${inspect(value, { depth: 0, compact: true })}`;
}

export function wrongType(name: string, expected: string, value: unknown): TypeError {
  return argumentError(
    'ERR_INVALID_ARG_TYPE',
    `The "${name}" argument must be ${expected}. ${received(value)}`,
  );
}

export function wrongValue(name: string, reason: string, value: unknown): TypeError {
  return argumentError('ERR_INVALID_ARG_VALUE', `The argument '${name}' ${reason}. ${received(value)}`);
}

export function outOfRange(name: string, range: string, value: unknown): RangeError {
  const error = new RangeError(
    `The value of "${name}" is out of range. It must be ${range}. ${received(value)}`,
  );
  return Object.assign(error, { code: 'ERR_OUT_OF_RANGE' });
}

/** A path as text, as the core wants it. */
export function toPath(value: unknown, name = 'path'): string {
  const path = typeof value === 'string' ? value : decodePath(value, name);
  if (path.includes('\0')) {
    throw wrongValue(name, 'must be a string, Uint8Array, or URL without null bytes', path);
  }
  return path;
}

function decodePath(value: unknown, name: string): string {
  if (value instanceof URL) return fileURLToPath(value);
  if (!(value instanceof Uint8Array)) {
    throw wrongType(name, 'of type string or an instance of Buffer or URL', value);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw wrongValue(name, 'must be UTF-8 on the simulated disk', value);
  }
}

const FLAGS: ReadonlyMap<string, number> = new Map(
  [
    ['r', 0],
    ['rs', O_SYNC],
    ['r+', O_RDWR],
    ['rs+', O_RDWR | O_SYNC],
    ['w', O_TRUNC | O_CREAT | O_WRONLY],
    ['wx', O_TRUNC | O_CREAT | O_WRONLY | O_EXCL],
    ['w+', O_TRUNC | O_CREAT | O_RDWR],
    ['wx+', O_TRUNC | O_CREAT | O_RDWR | O_EXCL],
    ['a', O_APPEND | O_CREAT | O_WRONLY],
    ['ax', O_APPEND | O_CREAT | O_WRONLY | O_EXCL],
    ['as', O_APPEND | O_CREAT | O_WRONLY | O_SYNC],
    ['a+', O_APPEND | O_CREAT | O_RDWR],
    ['ax+', O_APPEND | O_CREAT | O_RDWR | O_EXCL],
    ['as+', O_APPEND | O_CREAT | O_RDWR | O_SYNC],
  ].flatMap(([text, flags]): [string, number][] => {
    const name = text as string;
    const swapped = name.replace(/^(.)([xs])/, '$2$1');
    return [
      [name, flags as number],
      [swapped, flags as number],
    ];
  }),
);

/** open(2) flags from a number or from Node's letters. */
export function toFlags(value: unknown, fallback: number): number {
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'number') return toInteger(value, 'flags', 0, 0x7fffffff);
  const flags = typeof value === 'string' ? FLAGS.get(value) : undefined;
  if (flags === undefined) throw wrongValue('flags', 'is invalid', value);
  return flags;
}

/** Permission bits from a number or from octal digits; without a fallback they must be given. */
export function toMode(value: unknown, fallback?: number): number {
  if (fallback !== undefined && (value === undefined || value === null)) return fallback;
  if (typeof value === 'number') return toInteger(value, 'mode', 0, 0xffffffff);
  if (typeof value !== 'string') throw wrongType('mode', 'of type number', value);
  if (/^[0-7]+$/.test(value)) return Number.parseInt(value, 8);
  throw wrongValue('mode', 'must be a 32-bit unsigned integer or an octal string', value);
}

export function toInteger(value: unknown, name: string, min: number, max: number): number {
  if (typeof value !== 'number') throw wrongType(name, 'of type number', value);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value);
  if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
  return value;
}

/** A file size in bytes; below zero counts as zero, as in Node. */
export function toSize(value: unknown): number {
  if (value === undefined || value === null) return 0;
  return Math.max(0, toInteger(value, 'len', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
}

/** A position in bytes; null, undefined and -1 are the descriptor's own. */
export function toPosition(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  const position = typeof value === 'bigint' ? Number(value) : value;
  if (typeof position !== 'number') throw wrongType('position', 'an integer, a bigint or null', value);
  if (!Number.isSafeInteger(position) || position < -1) {
    throw outOfRange('position', `>= -1 && <= ${Number.MAX_SAFE_INTEGER}`, value);
  }
  return position === -1 ? null : position;
}

/** Milliseconds since 1970 from a Date, or from seconds as a number or its digits. */
export function toMilliseconds(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return seconds * 1000;
  throw wrongType('time', 'an instance of Date or a time in seconds', value);
}

export function toEncoding(value: unknown): BufferEncoding | null {
  if (value === undefined || value === null || value === 'buffer') return null;
  if (typeof value === 'string' && Buffer.isEncoding(value)) return value;
  throw wrongValue('encoding', 'is invalid encoding', value);
}

/** A view's bytes, shared with it. */
export function viewBytes(view: NodeJS.ArrayBufferView): Uint8Array {
  if (view instanceof Uint8Array) return view;
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

export function toBytes(data: unknown, encoding: BufferEncoding | null): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, encoding ?? 'utf8');
  if (ArrayBuffer.isView(data)) return viewBytes(data as NodeJS.ArrayBufferView);
  throw wrongType('data', 'of type string or an instance of Buffer, TypedArray, or DataView', data);
}
