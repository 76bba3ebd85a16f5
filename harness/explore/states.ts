import type { Image } from '../disk/image/image.ts';
import { hashText, type Lanes } from '../disk/image/mix.ts';
import type { Survival } from '../persistence/walk.ts';
import { Seen } from '../persistence/seen.ts';
import { masked, type Regions } from './dont-care.ts';
import type { Counts, StateNode } from './exploration.ts';
import type { Acknowledgement } from './scenario.ts';
import type { Cut } from './schedule.ts';

/** Where survivals come from: a crash point of a life, and what had been promised by then. */
export interface Origin {
  /** The state whose recovery is cut; undefined for the main life. */
  readonly from: StateNode | undefined;
  readonly acknowledged: readonly Acknowledgement[];
  /** The hash of that; undefined if it is nothing. */
  readonly promised: Lanes | undefined;
  readonly cutOf: (survival: Survival) => Cut;
}

/** A disk that was taken for a state's own, because it differs only where it is said not to matter. */
export interface Double {
  readonly image: Image;
  readonly node: StateNode;
  readonly acknowledged: readonly Acknowledgement[];
}

/** Of those, the first so many, and then each so-and-so-manieth, are recovered all the same. */
const SAMPLE_EVERY = 16;

/** All crash states found so far, in the order in which they were found. */
export class States {
  readonly nodes: StateNode[] = [];
  readonly doubles: Double[] = [];
  readonly #seen = new Seen();
  readonly #disks = new Seen();
  readonly #regions: Regions;
  readonly #counts: Counts;

  constructor(regions: Regions, counts: Counts) {
    this.#regions = regions;
    this.#counts = counts;
  }

  /** How many different disks the states have, whatever was promised. */
  get disks(): number {
    return this.#disks.size;
  }

  /** The number of the state that a survival is; takes it in if it is new. */
  take(survival: Survival, origin: Origin): number {
    this.#counts.generated++;
    const { image: disk } = survival;
    const image = this.#regions.length > 0 ? masked(disk, this.#regions) : disk;
    const hash = image.hash;
    const known = this.#seen.size;
    const key = promisedKey(hash, origin.promised);
    const number = this.#seen.number(key);
    if (number === known) this.#add(number, key, survival, hash, origin);
    else if (image !== disk) this.#note(number, disk, origin);
    return number;
  }

  #add(number: number, key: Lanes, survival: Survival, hash: Lanes, origin: Origin): void {
    const { from, acknowledged, cutOf } = origin;
    this.#disks.number(hash);
    this.nodes.push({
      number,
      key: { a: key.a, b: key.b, c: key.c, d: key.d },
      image: survival.image.fork(),
      acknowledged,
      depth: (from?.depth ?? 0) + 1,
      parent: from,
      cut: cutOf(survival),
      recoveryOps: 0,
      verdict: undefined,
    });
  }

  #note(number: number, disk: Image, { acknowledged }: Origin): void {
    const nth = this.#counts.masked++;
    if (nth >= SAMPLE_EVERY && nth % SAMPLE_EVERY !== 0) return;
    this.doubles.push({ image: disk.fork(), node: this.nodes[number]!, acknowledged });
  }
}

/** The key of something under what had been promised: the same disk under other promises is another state. */
export function promisedKey(key: Lanes, promised: Lanes | undefined): Lanes {
  return promised ? xor(key, promised) : key;
}

/** The hash of what had been promised; undefined if it is nothing. */
export function promisedLanes(acknowledged: readonly Acknowledgement[]): Lanes | undefined {
  return acknowledged.length > 0 ? hashText(JSON.stringify(acknowledged)) : undefined;
}

/** Both are hashes through and through, so this keeps different pairs apart. */
function xor(left: Lanes, right: Lanes): Lanes {
  return { a: left.a ^ right.a, b: left.b ^ right.b, c: left.c ^ right.c, d: left.d ^ right.d };
}
