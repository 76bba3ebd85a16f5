import type { Hash } from '../disk/image/types.ts';

/**
 * Numbers states by their 128-bit hash: open addressing over one typed array, because a Map of strings costs five
 * times as much and this is asked for every crash state that is generated.
 */
export class Seen {
  #slots = new Int32Array(5 << 10);
  #mask = (1 << 10) - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The number of a hash: its place in the order of first sight, from 0. A new one gets the number `size`. */
  number(hash: Hash): number {
    const at = this.#find(hash.a | 0, hash.b | 0, hash.c | 0, hash.d | 0);
    const known = this.#slots[at + 4]!;
    if (known !== 0) return known - 1;
    this.#slots[at] = hash.a;
    this.#slots[at + 1] = hash.b;
    this.#slots[at + 2] = hash.c;
    this.#slots[at + 3] = hash.d;
    this.#slots[at + 4] = ++this.#size;
    if (this.#size * 2 > this.#mask) this.#grow();
    return this.#size - 1;
  }

  #find(a: number, b: number, c: number, d: number): number {
    const slots = this.#slots;
    for (let i = a & this.#mask; ; i = (i + 1) & this.#mask) {
      const at = i * 5;
      if (slots[at + 4] === 0) return at;
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array(5 * (this.#mask + 1));
    for (let at = 0; at < old.length; at += 5) {
      if (old[at + 4] === 0) continue;
      const to = this.#find(old[at]!, old[at + 1]!, old[at + 2]!, old[at + 3]!);
      for (let lane = 0; lane < 5; lane++) this.#slots[to + lane] = old[at + lane]!;
    }
  }
}
