import type { Image } from '../disk/image/image.ts';
import type { Inode } from '../disk/image/types.ts';
import { covers } from './conflicts.ts';
import { subject } from './posix.ts';
import type { Step } from './graph.ts';
import type { Effect } from './model.ts';

/**
 * Which survivals a frontier holds: all of them; those that lose, or keep, at most so many pending effects; or `n`
 * that a coin picks.
 */
export type Rule =
  | { readonly type: 'all' }
  | { readonly type: 'lose'; readonly atMost: number }
  | { readonly type: 'keep'; readonly atMost: number }
  | { readonly type: 'sample'; readonly n: number; readonly coin: () => boolean };

/** One survival, as it stands after the last op: a set of pending effects, and the disk that they leave. */
export interface Entry {
  readonly image: Image;
  /** Bit i is the pending effect with id `base + i`; without those that a later one covers. */
  bits: bigint;
  /** How many pending effects are lost, or kept: whichever the rule counts. */
  count: number;
  /** The number of the state that the image is. -1 means fresh: the caller must set it before the next step. */
  state: number;
}

/** What a step did to the frontier. */
export interface Growth {
  /** Survivals that were not in the frontier before: they hold an effect of this op. */
  readonly fresh: readonly Entry[];
  /** Survivals that a sync has ruled out: legal before this op, and never again. */
  readonly retired: readonly Entry[];
}

/** What the frontier needs to know of the graph after a step. */
export interface Standing {
  readonly durable: Image;
  readonly pending: readonly Effect[];
}

/**
 * The survivals of a life, kept as it goes on. An op adds only those that contain its effects, each built by one
 * fork from one that was there; so over the whole life each survival is made once.
 */
export class Frontier {
  readonly rule: Rule;
  #entries: Entry[];
  /** The effect of bit 0; -1 until one is pending. */
  #base = -1;
  /** Which later effects cover an effect, as bits; only where any does. */
  #covered = new Map<number, bigint>();
  /** Inodes born in this life: a survival gets one when an effect on it is first kept. */
  readonly #births = new Map<number, Inode>();
  readonly #merge: boolean;

  /**
   * @param merge take survivals for one that differ only in effects which later ones cover. Sound only for a model
   *   in which no effect needs another.
   */
  constructor(rule: Rule, boot: Image, merge: boolean) {
    this.rule = rule;
    this.#merge = merge && rule.type === 'all';
    this.#entries = this.#seeds(boot);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** How many entries a step that adds so many effects could lead to at most. */
  forecast(effects: number): number {
    return this.rule.type === 'all' ? this.#entries.length * 2 ** effects : 0;
  }

  step(step: Step, now: Standing): Growth {
    const { added, synced, dead } = step;
    for (const { op } of added) if (op.birth) this.#births.set(op.birth.ino, op.birth.inode);
    const old = this.#entries;
    const start = old.length;
    for (const effect of added) this.#expand(effect, now);
    let fresh =
      this.#entries === old ? this.#entries.slice(start) : this.#entries.filter((e) => e.state === -1);
    if (synced.length + dead.length === 0) return { fresh, retired: [] };
    const retired = this.#settle(synced, dead, now);
    if (this.rule.type === 'keep') this.rebuild(now);
    fresh = this.#entries.filter((entry) => entry.state === -1);
    if (now.pending.length === 0) this.#rebase();
    return { fresh, retired };
  }

  /** The pending effects that an entry holds; of those that a later one covers, it is taken to hold all. */
  keptOf(entry: Entry, pending: readonly Effect[]): ReadonlySet<Effect> {
    return new Set(pending.filter((effect) => this.#holds(entry, effect)));
  }

  /**
   * Starts over from the durable image and what is pending; survivals that were there keep their entries.
   * @returns false if that would be more than `max` survivals, and the frontier is of no use
   */
  rebuild(now: Standing, max = Infinity): boolean {
    const known = new Map(this.#entries.map((entry) => [entry.bits, entry]));
    this.#entries = this.#seeds(now.durable);
    this.#covered.clear();
    for (const effect of now.pending) {
      if (effect.op.birth) this.#births.set(effect.op.birth.ino, effect.op.birth.inode);
      this.#expand(effect, now);
      if (this.#entries.length > max) return false;
    }
    if (this.rule.type !== 'sample') {
      this.#entries = this.#entries.map((entry) => known.get(entry.bits) ?? entry);
    }
    return true;
  }

  #seeds(image: Image): Entry[] {
    const count = this.rule.type === 'sample' ? this.rule.n : 1;
    return Array.from({ length: count }, () => entryOf(image.fork()));
  }

  #expand(effect: Effect, now: Standing): void {
    if (this.#base < 0) this.#base = effect.id;
    const bit = 1n << BigInt(effect.id - this.#base);
    const mask = this.#merge ? this.#coveredBy(effect, bit, now) : 0n;
    const needs = effect.needs.reduce((bits, need) => bits | this.#bit(need, now), 0n);
    if (this.rule.type === 'lose' || this.rule.type === 'sample')
      return this.#expandInPlace(effect, bit, needs);
    const seen = mask === 0n ? null : new Set<bigint>();
    const limit = this.rule.type === 'keep' ? this.rule.atMost : Infinity;
    for (let i = 0, length = this.#entries.length; i < length; i++) {
      const entry = this.#entries[i]!;
      if ((entry.bits & needs) !== needs || entry.count >= limit) continue;
      const bits = (entry.bits & ~mask) | bit;
      if (seen?.has(bits)) continue;
      seen?.add(bits);
      const count = this.rule.type === 'keep' ? entry.count + 1 : 0;
      this.#entries.push({ image: this.#with(entry.image, effect), bits, count, state: -1 });
    }
  }

  /** For rules under which an entry that loses the effect may go: the list is made anew. */
  #expandInPlace(effect: Effect, bit: bigint, needs: bigint): void {
    const entries: Entry[] = [];
    for (const entry of this.#entries) {
      const can = (entry.bits & needs) === needs;
      const kept = (): Entry => ({
        image: this.#with(entry.image, effect),
        bits: entry.bits | bit,
        count: entry.count,
        state: -1,
      });
      if (this.rule.type === 'sample') {
        entries.push(can && this.rule.coin() ? kept() : entry);
        continue;
      }
      if (can) entries.push(kept());
      entry.count++;
      if (this.rule.type === 'lose' && entry.count <= this.rule.atMost) entries.push(entry);
    }
    this.#entries = entries;
  }

  #with(image: Image, effect: Effect): Image {
    const next = image.fork();
    for (const change of effect.changes) {
      this.#bear(next, subject(change));
      if (change.type === 'entry' && change.ino !== 0) this.#bear(next, change.ino);
      next.apply(change);
    }
    return next;
  }

  #bear(image: Image, ino: number): void {
    const inode = this.#births.get(ino);
    if (inode && image.inode(ino) === undefined) image.add(ino, inode);
  }

  /** The bit of an effect; none if it is not pending any more, for then it is durable and holds. */
  #bit(effect: Effect, now: Standing): bigint {
    return now.pending.includes(effect) ? 1n << BigInt(effect.id - this.#base) : 0n;
  }

  #coveredBy(effect: Effect, bit: bigint, now: Standing): bigint {
    let mask = 0n;
    for (const earlier of now.pending) {
      if (earlier.id >= effect.id) break;
      if (!covers(effect, earlier, now.durable)) continue;
      mask |= 1n << BigInt(earlier.id - this.#base);
      this.#covered.set(earlier.id, (this.#covered.get(earlier.id) ?? 0n) | bit);
    }
    return mask;
  }

  /** Takes effects out of the sets: survivals without a synced one are ruled out; dead ones make no difference. */
  #settle(synced: readonly Effect[], dead: readonly Effect[], now: Standing): Entry[] {
    const retired: Entry[] = [];
    const must = synced.reduce((bits, effect) => bits | (1n << BigInt(effect.id - this.#base)), 0n);
    const drop = dead.reduce((bits, effect) => bits | (1n << BigInt(effect.id - this.#base)), must);
    const byBits = new Map<bigint, Entry>();
    const entries: Entry[] = [];
    for (const entry of this.#entries) {
      const holds = (entry.bits & must) === must || synced.every((effect) => this.#holds(entry, effect));
      if (!holds) {
        if (entry.state !== -1) retired.push(entry);
        if (this.rule.type === 'sample') entries.push(entryOf(now.durable.fork()));
        continue;
      }
      entry.bits &= ~drop;
      const twin = byBits.get(entry.bits);
      if (twin && this.rule.type !== 'sample') continue;
      byBits.set(entry.bits, entry);
      entries.push(entry);
    }
    this.#entries = entries;
    for (const entry of entries) entry.count = this.#recount(entry, now);
    for (const effect of [...synced, ...dead]) this.#covered.delete(effect.id);
    return retired;
  }

  #holds(entry: Entry, effect: Effect): boolean {
    const by = (this.#covered.get(effect.id) ?? 0n) | (1n << BigInt(effect.id - this.#base));
    return (entry.bits & by) !== 0n;
  }

  #recount(entry: Entry, now: Standing): number {
    if (this.rule.type !== 'lose' && this.rule.type !== 'keep') return 0;
    const kept = now.pending.filter((effect) => (entry.bits >> BigInt(effect.id - this.#base)) & 1n).length;
    return this.rule.type === 'keep' ? kept : now.pending.length - kept;
  }

  /** Nothing is pending, so all sets are empty: later effects can have low bits again. */
  #rebase(): void {
    this.#base = -1;
    this.#covered.clear();
  }
}

function entryOf(image: Image): Entry {
  return { image, bits: 0n, count: 0, state: -1 };
}
