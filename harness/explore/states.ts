import type { Image } from '../disk/image/image.ts';
import { hashText, type Lanes } from '../disk/image/mix.ts';
import { pairLanes } from '../disk/image/node.ts';
import type { Survival } from '../persistence/walk.ts';
import { Seen } from '../persistence/seen.ts';
import { masked, type Regions } from './dont-care.ts';
import type { Counts, StateNode } from './exploration.ts';
import type { Acknowledgement } from '../programs/scenario.ts';
import { conditionsLanes, failedIn, type Alternative } from './conditions.ts';
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

/** A machine whose process was killed: what the next life sees, and what else goes on. */
export interface Killed {
  readonly image: Image;
  readonly uptime: NonNullable<StateNode['uptime']>;
  readonly cut: Cut;
}

/** A disk that was taken for a state's own, because it differs only where it is said not to matter. */
export interface Double {
  readonly image: Image;
  readonly node: StateNode;
  readonly acknowledged: readonly Acknowledgement[];
}

/** Of those, the first so many, and then each so-and-so-manieth, are recovered all the same. */
const SAMPLE_EVERY = 16;

/** Of the states that one crash point adds, so many keep their disks until they are recovered; the others are made again. */
const DISKS_MAX = 1024;

/** All crash states found so far, in the order in which they were found. */
export class States {
  readonly nodes: StateNode[] = [];
  readonly doubles: Double[] = [];
  readonly #seen = new Seen();
  readonly #disks = new Seen();
  readonly #regions: Regions;
  readonly #counts: Counts;
  /** The number of the first state that has not been given out. */
  #new = 0;

  constructor(regions: Regions, counts: Counts) {
    this.#regions = regions;
    this.#counts = counts;
  }

  /** Whether disks are taken for one another. */
  get masks(): boolean {
    return this.#regions.length > 0;
  }

  /** How many different disks the states have, whatever was promised. */
  get disks(): number {
    return this.#disks.size;
  }

  /** The states that were found since this was last asked for. */
  takeNew(): readonly StateNode[] {
    const found = this.nodes.slice(this.#new);
    this.#new = this.nodes.length;
    return found;
  }

  /** Whether a state that is found now may keep its disk. */
  get #hasRoom(): boolean {
    return this.nodes.length - this.#new < DISKS_MAX;
  }

  /**
   * The number of the state that a kill leaves; takes it in if it is new.
   *
   * @param key of the machine and what had been promised
   */
  takeKilled(key: Lanes, killed: Killed, origin: Origin): number {
    this.#counts.generated++;
    const known = this.#seen.size;
    const number = this.#seen.number(key);
    if (number < known) return number;
    const { image, uptime, cut } = killed;
    this.#counts.killed++;
    this.#push(number, key, this.#hasRoom ? { image, uptime } : {}, cut, origin);
    return number;
  }

  /**
   * The number of the state in which a life is lived again under other conditions. There is one way to each: its
   * conditions name all that is different.
   *
   * @param from the state whose life it is; undefined for the main life
   * @param promised before the main life
   */
  takeAlternative(
    { after, conditions }: Alternative,
    from: StateNode | undefined,
    promised: readonly Acknowledgement[],
  ): number {
    const key = pairLanes(from?.key ?? MAIN, conditionsLanes(conditions));
    const number = this.#seen.number(key);
    this.#counts.alternatives++;
    this.nodes.push({
      number,
      key,
      image: undefined,
      uptime: undefined,
      acknowledged: from?.acknowledged ?? promised,
      depth: from?.depth ?? 0,
      part: from?.part ?? 'run',
      conditions,
      failed: (from?.failed ?? 0) + failedIn(conditions) - failedIn(from?.conditions),
      parent: from,
      at: after,
      cut: undefined,
      recoveryOps: 0,
      verdict: undefined,
    });
    return number;
  }

  /** The number of the state that a survival is; takes it in if it is new. */
  take(survival: Survival, origin: Origin): number {
    this.#counts.generated++;
    const { image: disk } = survival;
    const image = this.masks ? masked(disk, this.#regions) : disk;
    const hash = image.hash;
    const known = this.#seen.size;
    const key = promisedKey(hash, origin.promised);
    const number = this.#seen.number(key);
    if (number === known) this.#add(number, key, survival, hash, origin);
    else if (image !== disk) this.#note(number, disk, origin);
    return number;
  }

  #add(number: number, key: Lanes, survival: Survival, hash: Lanes, origin: Origin): void {
    const { cutOf } = origin;
    this.#disks.number(hash);
    const kept = this.#hasRoom ? { image: survival.image.fork() } : {};
    this.#push(number, key, kept, cutOf(survival), origin);
  }

  /** What a cut or a kill of a life leaves, whose own life is a recovery. */
  #push(
    number: number,
    key: Lanes,
    { image, uptime }: Partial<Pick<StateNode, 'image' | 'uptime'>>,
    cut: Cut,
    { from, acknowledged }: Origin,
  ): void {
    this.nodes.push({
      number,
      key: new Key(key),
      image,
      uptime,
      acknowledged,
      depth: (from?.depth ?? 0) + 1,
      part: 'recover',
      conditions: undefined,
      failed: from?.failed ?? 0,
      parent: from,
      at: cut.at,
      cut,
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

/** A key that is held on to: in a class of its own, whose numbers are all integers, it takes a third. */
class Key implements Lanes {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;

  constructor({ a, b, c, d }: Lanes) {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.d = d | 0;
  }
}

/** In place of the key of a state. */
const MAIN: Lanes = hashText('the main life');

/** The key of something under what had been promised: the same disk under other promises is another state. */
export function promisedKey(key: Lanes, promised: Lanes | undefined): Lanes {
  return promised ? xor(key, promised) : key;
}

/**
 * The hash of what had been promised, and of how many calls have failed, as fewer may fail from there on; undefined if
 * both are nothing.
 */
export function promisedLanes(acknowledged: readonly Acknowledgement[], failed: number): Lanes | undefined {
  if (failed > 0) return hashText(JSON.stringify([failed, acknowledged]));
  return acknowledged.length > 0 ? hashText(JSON.stringify(acknowledged)) : undefined;
}

/** Both are hashes through and through, so this keeps different pairs apart. */
function xor(left: Lanes, right: Lanes): Lanes {
  return { a: left.a ^ right.a, b: left.b ^ right.b, c: left.c ^ right.c, d: left.d ^ right.d };
}
