import type { Image } from '../disk/image/image.ts';
import type { Change } from '../disk/journal.ts';
import { covers } from './conflicts.ts';
import type { Effect } from './model.ts';

/**
 * Which survivals a walk visits: all of them; those that lose, or keep, at most so many pending effects.
 */
export type Rule =
  | { readonly type: 'all' }
  | { readonly type: 'lose'; readonly atMost: number }
  | { readonly type: 'keep'; readonly atMost: number };

/** One survival. Only good during the call that it is given to: the walk goes on with the same object. */
export interface Survival {
  /** The crash state. Whoever wants to keep it forks it. */
  readonly image: Image;
  /** The pending effects that it keeps; of those that a later one covers, it is taken to keep all. */
  kept(): ReadonlySet<Effect>;
}

export type Visitor = (survival: Survival) => void;

/**
 * Walks the tree of decisions, an effect kept or dropped at each step, in journal order. A branch is one fork and a
 * few changes, and nothing is held on to but the branch that the walk is on: images die young, which is what makes
 * this ten times as fast as a list of them.
 */
export class Walk implements Survival {
  image: Image;
  readonly #durable: Image;
  readonly #pending: readonly Effect[];
  readonly #rule: Rule;
  #first = 0;
  /** 1 for an effect that is kept on this branch. */
  readonly #taken: Uint8Array;
  /** By effect: the places of the pending effects that it needs, and of those that it covers. */
  readonly #needs: readonly (readonly number[])[];
  readonly #covered: readonly (readonly number[])[];
  /** By effect: the places of those that it excludes, all of them earlier. */
  readonly #excluded: readonly (readonly number[])[];

  /**
   * @param merge take survivals for one that differ only in effects which later ones cover. Sound only for a model
   *   in which no effect needs another.
   */
  constructor(durable: Image, pending: readonly Effect[], rule: Rule, merge: boolean) {
    this.image = durable;
    this.#durable = durable;
    this.#pending = pending;
    this.#rule = rule;
    this.#taken = new Uint8Array(pending.length);
    const place = new Map(pending.map((effect, i) => [effect, i]));
    const places = (effects: readonly Effect[]): readonly number[] =>
      effects.length === 0 ? NONE : effects.flatMap((each) => place.get(each) ?? NONE);
    this.#needs = pending.map(({ needs }) => places(needs));
    this.#excluded = pending.map(({ excludes }) => places(excludes));
    this.#covered = merge ? coveredBy(pending, durable) : pending.map(() => NONE);
  }

  /** @param first visit only survivals that keep one of the effects from this place on; all, if nothing is said */
  visit(visitor: Visitor, first?: number): void {
    this.#first = first ?? 0;
    this.#go(0, this.#durable, 0, first !== undefined, visitor);
  }

  /** How many survivals there are, or more than `max` if there are more. Builds none of them. */
  count(max: number): number {
    if (2 ** this.#pending.length <= max) return 2 ** this.#pending.length;
    const free = this.#free(Math.log2(max) + 1);
    return free > Math.log2(max) ? 2 ** free : this.#count(0, max);
  }

  /** Effects, up to so many, of which any set may survive while all others are lost. */
  #free(enough: number): number {
    const covered = new Set<number>();
    let free = 0;
    for (let i = this.#pending.length - 1; i >= 0 && free < enough; i--) {
      if (covered.has(i) || this.#needs[i]!.length + this.#excluded[i]!.length > 0) continue;
      free++;
      for (const under of this.#covered[i]!) covered.add(under);
    }
    return free;
  }

  kept(): ReadonlySet<Effect> {
    const kept = new Set<Effect>();
    this.#pending.forEach((effect, i) => {
      if (this.#taken[i] !== 1) return;
      kept.add(effect);
      for (const under of this.#covered[i]!) kept.add(this.#pending[under]!);
    });
    return kept;
  }

  /**
   * @param image the disk as decided so far
   * @param used effects that the rule counts, so far
   * @param owed one of the effects from `#first` on must still be kept
   */
  #go(i: number, image: Image, used: number, owed: boolean, visitor: Visitor): void {
    if (i === this.#pending.length) {
      this.image = image;
      visitor(this);
      return;
    }
    const rule = this.#rule;
    const last = owed && i === this.#pending.length - 1;
    // What another excludes is not lost to the cut: it was never there.
    const dropped = rule.type === 'lose' && !this.#isExcluded(i) ? used + 1 : used;
    if (!last && (rule.type !== 'lose' || dropped <= rule.atMost)) {
      this.#go(i + 1, image, dropped, owed, visitor);
    }
    const taken = rule.type === 'keep' ? used + 1 : used;
    if ((rule.type === 'keep' && taken > rule.atMost) || !this.#may(i)) return;
    this.#taken[i] = 1;
    const next = image.fork();
    next.applyAll(this.#pending[i]!.changes);
    this.#go(i + 1, next, taken, owed && i < this.#first, visitor);
    this.#taken[i] = 0;
  }

  /** Whether an effect can be kept on this branch, and keeping it is not the same as a branch without a covered one. */
  #may(i: number): boolean {
    for (const need of this.#needs[i]!) if (this.#taken[need] !== 1) return false;
    for (const under of this.#covered[i]!) if (this.#taken[under] === 1) return false;
    return !this.#isExcluded(i);
  }

  #isExcluded(i: number): boolean {
    for (const other of this.#excluded[i]!) if (this.#taken[other] === 1) return true;
    return false;
  }

  #count(i: number, max: number): number {
    if (i === this.#pending.length) return 1;
    let count = this.#count(i + 1, max);
    if (count > max || !this.#may(i)) return count;
    this.#taken[i] = 1;
    count += this.#count(i + 1, max - count);
    this.#taken[i] = 0;
    return count;
  }
}

const NONE: readonly number[] = [];

/** By effect: the places of the earlier ones that it covers. Only those can be that set something of the same name. */
function coveredBy(pending: readonly Effect[], durable: Image): readonly (readonly number[])[] {
  const byPlace = new Map<string, number[]>();
  return pending.map((effect, i) => {
    const candidates = new Set<number>();
    for (const change of effect.changes) {
      const key = placeOf(change);
      if (key === undefined) continue;
      const known = byPlace.get(key);
      for (const each of known ?? NONE) candidates.add(each);
      if (known) known.push(i);
      else byPlace.set(key, [i]);
    }
    candidates.delete(i);
    if (candidates.size === 0) return NONE;
    return [...candidates].filter((each) => covers(effect, pending[each]!, durable)).sort((a, b) => a - b);
  });
}

/** What a change sets, as far as another can set it again: see `covers`. */
function placeOf(change: Change): string | undefined {
  switch (change.type) {
    case 'entry':
      return `${change.dir}/${change.name}`;
    case 'page':
    case 'sector':
      return `${change.ino}:${change.index}`;
    case 'mode':
      return `${change.ino}`;
    default:
      return undefined;
  }
}
