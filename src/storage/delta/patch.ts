import { damage } from '../codec/damage.ts';
import { type Command, DELTA_MAGIC, decodeCommand } from './command.ts';

export const MAGIC_LENGTH = 4;

/** What is known of the result of a patch. */
export interface PatchOptions {
  /**
   * How many bytes must come out. A delta that gives more is stopped before it does, one that gives fewer fails at
   * its end. Without it a small delta may give any amount of data.
   */
  readonly expectedSize?: number;
}

/**
 * Rebuilds the new data from the old and a delta. Throws EBADMSG if the delta is malformed or cut short, has bytes
 * after its end, copies from beyond the old data, or gives another size than expected.
 */
export function patchOf(basis: Uint8Array, delta: Uint8Array, options: PatchOptions = {}): Uint8Array {
  const limit = new SizeLimit(options);
  // The whole delta is checked before anything is allocated for it, because lengths in it can't be trusted.
  const size = walk(delta, basis.length, limit);
  const result = new Uint8Array(size);
  const command = newCommand();
  for (let at = MAGIC_LENGTH, filled = 0; filled < size; filled += command.length) {
    at = decodeCommand(delta, at, 0, command)!;
    const copied = command.kind === 'copy';
    const start = copied ? command.offset : at;
    result.set((copied ? basis : delta).subarray(start, start + command.length), filled);
    if (!copied) at += command.length;
  }
  return result;
}

function walk(delta: Uint8Array, basisLength: number, limit: SizeLimit): number {
  checkMagic(delta);
  const command = newCommand();
  let at = MAGIC_LENGTH;
  for (;;) {
    const next = decodeCommand(delta, at, 0, command);
    if (next === undefined) throw cutShort(delta.length);
    if (command.kind === 'end') {
      if (next < delta.length) throw damage('delta', next, 'more data follows its end');
      return limit.finish(at);
    }
    limit.add(command.length, at);
    if (command.kind === 'literal') {
      if (next + command.length > delta.length) throw cutShort(delta.length);
      at = next + command.length;
    } else {
      if (command.offset + command.length > basisLength)
        throw copyBeyond(command, at, Math.max(command.offset, basisLength));
      at = next;
    }
  }
}

/** Counts what a patch gives, and stops it where that can't be right. `at` is the place in the delta. */
export class SizeLimit {
  private size = 0;
  private readonly expected: number | undefined;

  constructor(options: PatchOptions) {
    this.expected = options.expectedSize;
  }

  add(length: number, at: number): void {
    this.size += length;
    if (this.size > (this.expected ?? Number.MAX_SAFE_INTEGER))
      throw damage('delta', at, `it gives more than the expected ${this.expected} bytes`);
  }

  /** The size of everything. */
  finish(at: number): number {
    if (this.expected !== undefined && this.size !== this.expected)
      throw damage('delta', at, `it gives ${this.size} bytes, not the expected ${this.expected}`);
    return this.size;
  }
}

/** Throws EBADMSG unless the bytes begin as a delta does. */
export function checkMagic(delta: Uint8Array): void {
  if (delta.length < MAGIC_LENGTH) throw cutShort(delta.length);
  const magic = new DataView(delta.buffer, delta.byteOffset, MAGIC_LENGTH).getUint32(0);
  if (magic !== DELTA_MAGIC) throw damage('delta', 0, `0x${magic.toString(16)} is not how a delta begins`);
}

export function newCommand(): Command {
  return { kind: 'end', offset: 0, length: 0 };
}

export function cutShort(length: number): Error {
  return damage('delta', length, 'it ends too early');
}

/** `missing` is the first byte that was asked for and is not there. */
export function copyBeyond(command: Pick<Command, 'offset' | 'length'>, at: number, missing: number): Error {
  const { offset, length } = command;
  return damage(
    'delta',
    at,
    `it copies ${length} bytes from ${offset}, but the old data has no byte ${missing}`,
  );
}
