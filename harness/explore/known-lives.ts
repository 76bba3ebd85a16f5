import { hashKey } from '../disk/image/hash-key.ts';
import type { Image } from '../disk/image/image.ts';
import { inodesIn, Renumbering } from '../disk/renumber.ts';
import type { LifeRecord } from '../programs/program.ts';
import type { Scales } from './weight.ts';

/** Lives that are kept, in changes and ops of them: some 12 MB. */
const ROOM = 1 << 15;

interface Known {
  readonly boot: Image;
  readonly life: LifeRecord;
  readonly weight: number;
  /** All that its ops are about. */
  readonly inodes: readonly number[];
}

/**
 * Recoveries by the disk that they saw. A recovery depends on that alone, while many states have the same: machines whose
 * process was killed, and which differ in what is not durable yet; and disks before which something else was promised. So
 * it is lived once, and is the same life on all of them. The last ones are kept, as many as there is room for.
 */
export class KnownLives {
  readonly #scales: Scales;
  /** In the order in which they were lived. */
  readonly #lives = new Map<string, Known>();
  #room = ROOM;

  constructor(scales: Scales) {
    this.#scales = scales;
  }

  /** The recovery from this disk, if one was lived from what no program can tell from it. */
  on(boot: Image): LifeRecord | undefined {
    const known = this.#lives.get(hashKey(boot.hash));
    if (!known || known.boot === boot) return known?.life;
    const ops = new Renumbering(known.boot, boot).ops(known.life.ops, known.inodes);
    return ops && (ops === known.life.ops ? known.life : { ...known.life, ops });
  }

  add(boot: Image, life: LifeRecord): void {
    const key = hashKey(boot.hash);
    const weight = this.#scales.weigh(life);
    if (weight > ROOM || this.#lives.has(key)) return;
    this.#lives.set(key, { boot, life, weight, inodes: inodesIn(life.ops) });
    this.#room -= weight;
    for (const [first, { weight: freed }] of this.#lives) {
      if (this.#room >= 0) break;
      this.#lives.delete(first);
      this.#room += freed;
    }
  }
}
