import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import type { EffectGraph } from './graph.ts';
import type { Effect } from './model.ts';
import type { Survival, Visitor } from './walk.ts';

/** Pending effects up to which each of them is lost alone and kept alone in turn; of more, some are chosen. */
export const CHOSEN_FROM = 64;

/** The effects made last that are all chosen, and how many of each twice as long stretch before them. */
const NEAR = 8;
const PER_STRETCH = 2;

/** Disks that lose some effects by chance. */
const DRAWN = 4;
/** Of which each loses an effect in so many, up to so many of them. */
const ONE_IN = 4;
const LOST_MAX = 16;
const AGAIN_AFTER = 32;

/**
 * Survivals of a life that has hundreds of effects pending, chosen so that what they cost does not grow with their
 * number: everything; nothing; all but one of the effects, for the last few and ever fewer of those before; that one alone
 * with what it needs; and some that lose a few by chance. Each is a disk that goes along with the life: at the next crash
 * point, the next op's effects are put on it.
 *
 * What is chosen depends on the places of the effects in the list of what is pending and on nothing else, so that two lives
 * that come through the same crash points choose the same.
 */
export class Chosen {
  readonly #graph: EffectGraph;
  #disks: Disk[] = [];
  /** Effects that were pending when this began, and have been added since. */
  #size = 0;
  /** What the next visit with `onlyNew` visits. */
  #fresh: Survival[] = [];
  #all: Survival[] = [];

  constructor(graph: EffectGraph) {
    this.#graph = graph;
    this.#begin();
  }

  #begin(): void {
    const { durable, pending } = this.#graph;
    this.#disks = [new Disk(durable, () => false)];
    for (let i = 0; i < DRAWN; i++) this.#disks.push(new Disk(durable, drawn(i)));
    const alone: Survival[] = [];
    for (const effect of pending) {
      const place = this.#size;
      this.#add(effect);
      if (isChosen(place, pending.length)) alone.push(this.#alone(effect));
    }
    this.#thin();
    this.#all = [
      { image: durable, kept: () => new Set() },
      ...alone,
      ...this.#disks.map((each) => this.#survival(each)),
    ];
    this.#fresh = this.#all;
  }

  /** Takes in the next op, which adds such effects to what is pending. */
  add({ birth }: Op, effects: readonly Effect[]): void {
    if (birth) for (const { image } of this.#disks) image.add(birth.ino, birth.inode);
    const changed = new Set<Disk>();
    this.#fresh = [];
    for (const effect of effects) {
      // What begins as the whole disk has what that has of this op already.
      const isWholeChanged = changed.has(this.#disks[0]!);
      const { kept, begun } = this.#add(effect);
      for (const disk of isWholeChanged ? [...kept, ...begun] : kept) changed.add(disk);
      this.#fresh.push(this.#alone(effect));
    }
    this.#thin();
    const disks = this.#disks.filter((disk) => changed.has(disk));
    this.#fresh.push(...disks.map((each) => this.#survival(each)));
    this.#all = [
      ...this.#fresh,
      ...this.#disks.filter((disk) => !changed.has(disk)).map((each) => this.#survival(each)),
    ];
  }

  /** @param onlyNew those that keep an effect that was added last */
  visit(visitor: Visitor, onlyNew: boolean): void {
    for (const survival of onlyNew ? this.#fresh : this.#all) visitor(survival);
  }

  /** @returns the disks that keep it, and those that begin here as what the whole disk was */
  #add(effect: Effect): { readonly kept: readonly Disk[]; readonly begun: readonly Disk[] } {
    const place = this.#size++;
    const without = this.#disks[0]!.without(effect, place);
    const begun = [...this.#drawAnew(place), without];
    const kept = this.#disks.filter((disk) => disk.add(effect, place));
    this.#disks.push(without);
    if (this.#disks.length > 4 * NEAR) this.#thin();
    return { kept, begun };
  }

  /** Each of those that lose some by chance has lost all that it may after a while, and begins again. */
  #drawAnew(place: number): readonly Disk[] {
    const turn = place % (DRAWN * AGAIN_AFTER);
    if (turn % AGAIN_AFTER !== 0) return [];
    const [whole] = this.#disks;
    const begun = new Disk(whole!.image, drawn(turn / AGAIN_AFTER), whole!.lost);
    this.#disks[1 + turn / AGAIN_AFTER] = begun;
    return [begun];
  }

  #thin(): void {
    this.#disks = this.#disks.filter(({ born }) => born < 0 || isChosen(born, this.#size));
  }

  /** One effect, and what it needs of what is pending. */
  #alone(effect: Effect): Survival {
    const kept = new Set([effect]);
    const pending = new Set(this.#graph.pending);
    for (const each of kept) for (const need of each.needs) if (pending.has(need)) kept.add(need);
    const image = this.#graph.durable.fork();
    for (const each of this.#graph.pending) {
      if (kept.has(each)) image.applyAll(each.changes);
    }
    return { image, kept: () => kept };
  }

  #survival(disk: Disk): Survival {
    const { image, lost } = disk;
    return { image, kept: () => new Set(this.#graph.pending.filter((effect) => !lost.has(effect))) };
  }
}

/** A disk that keeps all that it may, but for what it is to lose. */
class Disk {
  readonly image: Image;
  readonly lost: Set<Effect>;
  /** The place of the effect that it was begun for; -1 for one that has always been there. */
  readonly born: number;
  readonly #loses: (place: number, lost: number) => boolean;
  #left = 0;

  constructor(
    image: Image,
    loses: (place: number, lost: number) => boolean,
    lost: Iterable<Effect> = [],
    born = -1,
  ) {
    this.image = image.fork();
    this.lost = new Set(lost);
    this.born = born;
    this.#loses = loses;
  }

  /** @returns whether it keeps the effect */
  add(effect: Effect, place: number): boolean {
    const { needs, excludes } = effect;
    const may =
      !needs.some((need) => this.lost.has(need)) && !excludes.some((other) => !this.lost.has(other));
    if (!may || this.#loses(place, this.#left)) {
      if (may) this.#left++;
      this.lost.add(effect);
      return false;
    }
    this.image.applyAll(effect.changes);
    return true;
  }

  /** The same disk, but that it loses one effect more. */
  without(effect: Effect, place: number): Disk {
    return new Disk(this.image, () => false, [...this.lost, effect], place);
  }
}

/** Loses some by chance, but always the same ones. */
function drawn(index: number): (place: number, lost: number) => boolean {
  return (place, lost) => lost < LOST_MAX && hash(place, index) % ONE_IN === 0;
}

function hash(place: number, index: number): number {
  let mixed = Math.imul(place + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** The last few, and of those before fewer and fewer: of the places 0 to `size` - 1. */
function isChosen(place: number, size: number): boolean {
  const age = size - 1 - place;
  if (age < NEAR) return true;
  const stretch = 2 ** Math.floor(Math.log2(age / PER_STRETCH));
  return place % stretch === 0;
}
