import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { toFlags } from '../facade/arguments.ts';
import { argumentError } from '../errors.ts';

/** Node's checks of arguments, with Node's codes and words: programs look at the codes, people read the words. */

/** What `Received ...` says at the end of a message. */
function received(value: unknown): string {
  if (value === null || value === undefined) return `Received ${String(value)}`;
  if (typeof value === 'function') return `Received function ${value.name}`;
  if (typeof value === 'object') {
    const name = (value as { constructor?: { name?: string } }).constructor?.name;
    return `Received ${name ? `an instance of ${name}` : inspect(value, { depth: -1 })}`;
  }
  const text = inspect(value, { colors: false });
  return `Received type ${typeof value} (${text.length > 28 ? `${text.slice(0, 25)}...` : text})`;
}

function kindOf(name: string): string {
  return name.includes('.') ? 'property' : 'argument';
}

export function wrongType(name: string, expected: string, value: unknown): TypeError {
  const message = `The "${name}" ${kindOf(name)} must be ${expected}. ${received(value)}`;
  return argumentError('ERR_INVALID_ARG_TYPE', message);
}

export function wrongValue(name: string, value: unknown, reason = 'is invalid'): TypeError {
  const text = inspect(value);
  const shown = text.length > 128 ? `${text.slice(0, 128)}...` : text;
  return argumentError('ERR_INVALID_ARG_VALUE', `The ${kindOf(name)} '${name}' ${reason}. Received ${shown}`);
}

export function outOfRange(name: string, range: string, value: unknown): RangeError {
  const digits = (text: string): string => text.replace(/\B(?=(?:\d{3})+(?!\d))/g, '_');
  const large =
    (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) > 2 ** 32) ||
    (typeof value === 'bigint' && (value > 2n ** 32n || value < -(2n ** 32n)));
  const text = large ? digits(String(value)) : typeof value === 'bigint' ? String(value) : inspect(value);
  const shown = typeof value === 'bigint' ? `${text}n` : text;
  const message = `The value of "${name}" is out of range. It must be ${range}. Received ${shown}`;
  return Object.assign(new RangeError(message), { code: 'ERR_OUT_OF_RANGE' });
}

/** A path as text: Node keeps bytes as bytes, but names on this disk are text. */
export function toPath(value: unknown, name = 'path'): string {
  let path: string;
  if (typeof value === 'string') path = value;
  else if (value instanceof URL) path = fileURLToPath(value);
  else if (value instanceof Uint8Array) path = decode(value, name);
  else throw wrongType(name, 'of type string or an instance of Buffer or URL', value);
  if (path.includes('\0')) {
    throw wrongValue(name, value, 'must be a string, Uint8Array, or URL without null bytes');
  }
  return path;
}

function decode(value: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw wrongValue(name, value, 'must be UTF-8 on the simulated disk');
  }
}

export function toInteger(
  value: unknown,
  name: string,
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value !== 'number') throw wrongType(name, 'of type number', value);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value);
  if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
  return value;
}

export function toFd(value: unknown): number {
  return Object.is(value, -0) ? 0 : toInteger(value, 'fd', 0, 2 ** 31 - 1);
}

/** A user or group. */
export function toOwner(value: unknown, name: string): number {
  return toInteger(value, name, -1, 2 ** 32 - 1);
}

export function toBoolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw wrongType(name, 'of type boolean', value);
  return value;
}

/** Permission bits from a number or octal digits. */
export function toMode(value: unknown, fallback?: number): number {
  const given = value ?? fallback;
  if (typeof given !== 'string') return toInteger(given, 'mode', 0, 2 ** 32 - 1);
  if (/^[0-7]+$/.test(given)) return Number.parseInt(given, 8);
  throw wrongValue('mode', value, 'must be a 32-bit unsigned integer or an octal string');
}

/** The modes of `access` and `copyFile`: three bits, which Node checks late and in words of its own. */
export function toSmallMode(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number') {
    throw argumentError('ERR_INVALID_ARG_TYPE', 'mode must be int32 or null/undefined');
  }
  const mode = value | 0;
  if (mode >= 0 && mode <= 7) return mode;
  const error = new RangeError('mode is out of range: >= 0 && <= 7');
  throw Object.assign(error, { code: 'ERR_OUT_OF_RANGE' });
}

/** open(2) flags from a number or Node's letters. */
export function toOpenFlags(value: unknown, name = 'flags'): number {
  if (typeof value === 'number') return toInteger(value, name, -(2 ** 31), 2 ** 31 - 1);
  if (value !== undefined && value !== null && typeof value !== 'string') throw wrongValue('flags', value);
  return toFlags(value, 0);
}

/** Milliseconds since 1970 from a Date, or from seconds as a number or its digits. */
export function toTime(value: unknown, now: () => number, name = 'time'): number {
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value) * 1000;
  if (typeof value === 'number' && Number.isFinite(value)) return value < 0 ? now() : value * 1000;
  if (value instanceof Date) return value.getTime();
  throw wrongType(name, 'an instance of Date or an Time in seconds', value);
}

/** The callback of a call that must have one. */
export function toCallback(value: unknown, name = 'cb'): (...results: unknown[]) => void {
  if (typeof value !== 'function') throw wrongType(name, 'of type function', value);
  return value as (...results: unknown[]) => void;
}

export type Options = Readonly<Record<string, unknown>>;

/** Options from an object, from an encoding's name, or none. Keys that Node doesn't know are ignored, as in Node. */
export function toOptions(value: unknown, defaults: Options = {}): Options {
  if (value === undefined || value === null || typeof value === 'function') return defaults;
  const options = typeof value === 'string' ? { ...defaults, encoding: value } : value;
  if (typeof options !== 'object') throw wrongType('options', 'one of type string or object', value);
  const { encoding, signal } = options as Options;
  if (encoding !== 'buffer') checkEncoding(encoding);
  if (signal !== undefined) checkSignal(signal);
  return options as Options;
}

function checkEncoding(encoding: unknown): void {
  if (encoding && !Buffer.isEncoding(encoding as string)) {
    throw wrongValue('encoding', encoding, 'is invalid encoding');
  }
}

function checkSignal(signal: unknown): void {
  if (typeof signal !== 'object' || signal === null || !('aborted' in signal)) {
    throw wrongType('options.signal', 'an instance of AbortSignal', signal);
  }
}

/** Throws Node's AbortError if the signal was aborted. */
export function throwIfAborted(signal: unknown): void {
  if (signal === undefined || signal === null) return;
  const { aborted, reason } = signal as AbortSignal;
  if (!aborted) return;
  const error = new Error('The operation was aborted', { cause: reason as unknown });
  throw Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

/** A view's bytes, shared with it. */
export function viewBytes(view: NodeJS.ArrayBufferView): Uint8Array {
  return view instanceof Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Data to be written whole. */
export function toBytes(data: unknown, encoding: unknown, name = 'data'): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, (encoding || 'utf8') as BufferEncoding);
  if (ArrayBuffer.isView(data)) return viewBytes(data as NodeJS.ArrayBufferView);
  throw wrongType(name, 'of type string or an instance of Buffer, TypedArray, or DataView', data);
}

/** A name or path in the encoding that was asked for. */
export function encodeName(name: string, encoding: unknown): string | Buffer {
  if (!encoding || encoding === 'utf8' || encoding === 'utf-8') return name;
  if (encoding === 'buffer') return Buffer.from(name);
  return Buffer.from(name).toString(encoding as BufferEncoding);
}
