import * as realCrypto from 'node:crypto';
import { promisify } from 'node:util';
import type { Hash } from '../../disk/image/types.ts';

/**
 * A life's chance: the same in every run of the life, another in every other life. It comes from the disk that the
 * life finds, so two lives that draw the same numbers have found the same disk.
 */
export class Chance {
  readonly #seed: Hash;
  #state: Uint32Array | undefined;

  /** @param seed the hash of the disk */
  constructor(seed: Hash) {
    this.#seed = seed;
  }

  #begin(): Uint32Array {
    const { a, b, c, d } = this.#seed;
    this.#state = Uint32Array.from([a ^ 0x9e3779b9, b ^ 0x243f6a88, c ^ 0xb7e15162, d | 1]);
    for (let round = 0; round < 16; round++) this.next();
    return this.#state;
  }

  /** 32 bits, by xoshiro128**. */
  next(): number {
    const s = this.#state ?? this.#begin();
    const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
    const result = Math.imul(rotate(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotate(s[3]!, 11);
    return result;
  }

  /** From 0 to 1, with 53 bits. */
  readonly random = (): number => ((this.next() >>> 5) * 2 ** 26 + (this.next() >>> 6)) / 2 ** 53;

  drawInto(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) bytes[at] = this.next() >>> 24;
  }
}

let REAL: Record<string, unknown> | undefined;

type Done = (error: null, value: unknown) => void;

/** `node:crypto` with a life's chance in place of the machine's. */
export function cryptoOf(chance: Chance, defer: (task: () => void) => void): object {
  const bytes = (size: number): Buffer => {
    const buffer = Buffer.alloc(size);
    chance.drawInto(buffer);
    return buffer;
  };
  const answer = (value: unknown, done: unknown): unknown =>
    typeof done === 'function' ? defer(() => (done as Done)(null, value)) : value;
  const fill = filling(chance);
  const integer = (low: number, high?: number | Done, done?: Done): unknown => {
    const [min, max] = typeof high === 'number' ? [low, high] : [0, low];
    return answer(min + Math.floor(chance.random() * (max - min)), typeof high === 'function' ? high : done);
  };
  const randomBytes = (size: number, done?: Done): unknown => answer(bytes(size), done);
  const randomFill = (view: NodeJS.ArrayBufferView, ...rest: unknown[]): void => {
    const numbers = rest.filter((each) => typeof each === 'number');
    answer(fill(view, ...numbers), rest.at(-1));
  };
  Object.defineProperty(randomBytes, promisify.custom, { value: async (size: number) => bytes(size) });
  const own = {
    randomBytes,
    pseudoRandomBytes: randomBytes,
    randomFillSync: fill,
    randomFill,
    randomInt: integer,
    randomUUID: () => uuid(chance),
    getRandomValues: fill,
  };
  return { ...(REAL ??= withAll(realCrypto)), ...own, webcrypto: webcryptoOf(chance) };
}

/** The global `crypto`. */
export function webcryptoOf(chance: Chance): object {
  const { webcrypto } = realCrypto;
  const own = { subtle: webcrypto.subtle, getRandomValues: filling(chance), randomUUID: () => uuid(chance) };
  return { __proto__: webcrypto, ...own };
}

type View = NodeJS.ArrayBufferView;

function filling(chance: Chance): (view: View, offset?: number, size?: number) => View {
  return (view, offset = 0, size = view.byteLength - offset) => {
    chance.drawInto(new Uint8Array(view.buffer, view.byteOffset + offset, size));
    return view;
  };
}

function uuid(chance: Chance): string {
  const id = Buffer.alloc(16);
  chance.drawInto(id);
  id[6] = (id[6]! & 0x0f) | 0x40;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** A copy with all members, the ones that are computed included. */
export function withAll(module: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(module)) if (name !== 'default') copy[name] = Reflect.get(module, name);
  return copy;
}
