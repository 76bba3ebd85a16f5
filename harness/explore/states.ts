import type { Image } from '../disk/image/image.ts';
import { hashText, type Lanes } from '../disk/image/mix.ts';
import type { Entry } from '../persistence/frontier.ts';
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
  cutOf(entry: Entry): Cut;
}

/** A disk that was taken for a state's own, because it differs only where it is said not to matter. */
export interface Double {
  readonly image: Image;
  readonly node: StateNode;
  readonly acknowledged: readonly Acknowledgement[];
}

/** Of those, each so-and-so-manieth is recovered all the same. */
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

  /** Gives survivals the numbers of their states, and takes in those that are new. */
  take(entries: readonly Entry[], origin: Origin): readonly number[] {
    const promised = promisedLanes(origin.acknowledged);
    this.#counts.generated += entries.length;
    return entries.map((entry) => {
      const image = this.#regions.length > 0 ? masked(entry.image, this.#regions) : entry.image;
      const hash = image.hash;
      const known = this.#seen.size;
      entry.state = this.#seen.number(promised ? xor(hash, promised) : hash);
      if (entry.state === known) this.#add(entry, hash, origin);
      else if (image !== entry.image) this.#note(entry, origin);
      return entry.state;
    });
  }

  #add(entry: Entry, hash: Lanes, { from, acknowledged, cutOf }: Origin): void {
    this.#disks.number(hash);
    this.nodes.push({
      number: entry.state,
      image: entry.image.fork(),
      acknowledged,
      depth: (from?.depth ?? 0) + 1,
      parent: from,
      cut: cutOf(entry),
      recoveryOps: 0,
      verdict: undefined,
    });
  }

  #note(entry: Entry, { acknowledged }: Origin): void {
    if (this.#counts.masked++ % SAMPLE_EVERY !== 0) return;
    this.doubles.push({ image: entry.image.fork(), node: this.nodes[entry.state]!, acknowledged });
  }
}

/** The key of something under what had been promised: the same disk under other promises is another state. */
export function promisedKey(key: Lanes, acknowledged: readonly Acknowledgement[]): Lanes {
  const promised = promisedLanes(acknowledged);
  return promised ? xor(key, promised) : key;
}

function promisedLanes(acknowledged: readonly Acknowledgement[]): Lanes | undefined {
  return acknowledged.length > 0 ? hashText(JSON.stringify(acknowledged)) : undefined;
}

/** Both are hashes through and through, so this keeps different pairs apart. */
function xor(left: Lanes, right: Lanes): Lanes {
  return { a: left.a ^ right.a, b: left.b ^ right.b, c: left.c ^ right.c, d: left.d ^ right.d };
}
