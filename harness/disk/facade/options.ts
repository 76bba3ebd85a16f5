import { argumentError } from '../errors.ts';
import { toEncoding, toFlags, toMode, wrongType, wrongValue } from './arguments.ts';

export interface ReadOptions {
  readonly encoding?: BufferEncoding | 'buffer' | null;
  readonly flag?: string | number;
  readonly signal?: AbortSignal;
}

export interface WriteOptions {
  readonly encoding?: BufferEncoding | null;
  readonly mode?: number | string;
  readonly flag?: string | number;
  /** Sync the file before it is closed. */
  readonly flush?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * An options object whose keys are all known. Node ignores keys that it doesn't know; here an option that does
 * nothing might be the one that the program's safety rests on.
 */
export function checkOptions(options: unknown, known: readonly string[]): Record<string, unknown> {
  if (options === undefined || options === null) return NONE;
  if (typeof options === 'function') {
    throw argumentError(
      'ERR_INVALID_ARG_TYPE',
      'fs is like node:fs/promises and takes no callback: await what it returns',
    );
  }
  if (typeof options !== 'object') throw wrongType('options', 'of type object', options);
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      const some = known.length === 0 ? 'there are none' : `known are ${known.join(', ')}`;
      throw argumentError('ERR_INVALID_ARG_VALUE', `The option '${key}' is not supported here: ${some}`);
    }
  }
  return options as Record<string, unknown>;
}

const NONE: Record<string, unknown> = {};

export function toFlag(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw wrongType(`options.${name}`, 'of type boolean', value);
  return value;
}

/** Throws Node's AbortError if the signal was aborted. A call here is done at once, so this is the only chance. */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal === null) return;
  if (!(signal instanceof AbortSignal))
    throw wrongType('options.signal', 'an instance of AbortSignal', signal);
  if (!signal.aborted) return;
  const error = new Error('The operation was aborted', { cause: signal.reason });
  throw Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

const READ_OPTIONS = ['encoding', 'flag', 'signal'];
const WRITE_OPTIONS = ['encoding', 'mode', 'flag', 'flush', 'signal'];

/** The options of `readFile`. */
export function readOptions(given: unknown): { encoding: BufferEncoding | null; flags: number } {
  const options = typeof given === 'string' ? { encoding: given } : checkOptions(given, READ_OPTIONS);
  checkSignal(options['signal']);
  return { encoding: toEncoding(options['encoding']), flags: toFlags(options['flag'], 0) };
}

/** The options of `writeFile` and `appendFile`. */
export interface CheckedWriteOptions {
  readonly encoding: BufferEncoding | null;
  readonly flags: number;
  readonly mode: number;
  readonly flush: boolean;
}

export function writeOptions(given: unknown, flags: number): CheckedWriteOptions {
  if (given === undefined || given === null) return { encoding: null, flags, mode: 0o666, flush: false };
  const options = typeof given === 'string' ? { encoding: given } : checkOptions(given, WRITE_OPTIONS);
  checkSignal(options['signal']);
  return {
    encoding: toEncoding(options['encoding']),
    flags: toFlags(options['flag'], flags),
    mode: toMode(options['mode'], 0o666),
    flush: toFlag(options['flush'], 'flush'),
  };
}

/** For methods whose only option is the encoding of names, and for those of which one kind of answer is supported. */
export function nameEncoding(given: unknown): BufferEncoding | 'buffer' {
  const options = typeof given === 'string' ? { encoding: given } : checkOptions(given, ['encoding']);
  const encoding = options['encoding'];
  if (encoding === 'buffer') return encoding;
  return toEncoding(encoding) ?? 'utf8';
}

/** Names and paths are text here; as bytes only if asked for. */
export function encodeName(name: string, encoding: BufferEncoding | 'buffer'): string {
  if (encoding === 'utf8' || encoding === 'utf-8') return name;
  // Typed as text, as most callers get it: whoever asks for a buffer is told by the public signature.
  if (encoding === 'buffer') return Buffer.from(name) as unknown as string;
  return Buffer.from(name).toString(encoding);
}

/** The options of `stat` and its kin: numbers, not bigints. */
export function checkStatOptions(given: unknown): void {
  const bigint = checkOptions(given, ['bigint'])['bigint'];
  if (toFlag(bigint, 'bigint'))
    throw wrongValue('options.bigint', 'must be false on the simulated disk', true);
}
