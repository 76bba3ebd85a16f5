import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import { earlierMoves } from './circles.ts';
import { effectsConflict } from './conflicts.ts';
import type { Effect, Machine, PersistenceModel } from './model.ts';
import { unreachable } from './reachability.ts';

/** What one op did to the graph. */
export interface Step {
  /** The op's effects, in order; each is pending unless it is among `synced` or `dead` too. */
  readonly added: readonly Effect[];
  /** Effects that are durable from now on, in journal order. */
  readonly synced: readonly Effect[];
  /** Effects that can't survive any more, and those that nobody can see or sync: now or ever. */
  readonly dead: readonly Effect[];
}

/**
 * The pending effects of one life under one model, and the durable image below them, as they stand after each op.
 */
export class EffectGraph {
  /** What surely survives a cut now. Holds every inode born so far, named or not. */
  readonly durable: Image;
  /** What the running program sees. */
  readonly volatile: Image;
  readonly #machine: Machine;
  readonly #purge: boolean;
  #pending: Effect[] = [];
  #count = 0;

  /**
   * @param options.purge false keeps dead effects pending: more states are generated, all of them known already.
   */
  constructor(model: PersistenceModel, boot: Image, options: { readonly purge?: boolean } = {}) {
    this.#machine = model.start(boot.fork());
    this.durable = boot.fork();
    this.volatile = boot.fork();
    this.#purge = options.purge ?? true;
  }

  /** In journal order. */
  get pending(): readonly Effect[] {
    return this.#pending;
  }

  /** Takes in the next op of the life. */
  step(op: Op): Step {
    if (op.birth) {
      this.durable.add(op.birth.ino, op.birth.inode);
      this.volatile.add(op.birth.ino, op.birth.inode);
    }
    for (const change of op.changes) this.volatile.apply(change);
    const added = this.#machine.split(op).map((changes, part) => this.#addEffect(op, part, changes));
    const synced = this.#close(this.#machine.syncs(op, this.#pending));
    for (const effect of synced) for (const change of effect.changes) this.durable.apply(change);
    if (synced.length > 0) this.#drop(synced);
    const dead = synced.length > 0 ? this.#dropDead(new Set(synced)) : NONE;
    return { added, synced, dead };
  }

  #addEffect(op: Op, part: number, changes: Effect['changes']): Effect {
    const effect: Drafted<Effect> = { id: this.#count++, op, part, changes, needs: NONE, excludes: NONE };
    effect.needs = this.#machine.precedes(effect, this.#pending);
    effect.excludes = this.#machine.excludes?.(effect, this.#pending) ?? NONE;
    this.#pending.push(effect);
    return effect;
  }

  /**
   * The effects and all that must be durable with them: what they carry along, earlier ones that they conflict with,
   * and moves without which a directory would lie in itself.
   */
  #close(effects: readonly Effect[]): readonly Effect[] {
    if (effects.length === 0 || effects === this.#pending) return effects;
    const closed = new Set(effects);
    for (;;) {
      this.#closeOver(closed);
      const synced = this.#pending.filter((effect) => closed.has(effect));
      const missing = earlierMoves(synced, this.#pending, this.durable);
      if (missing.length === 0) return synced;
      for (const effect of missing) closed.add(effect);
    }
  }

  /** Adds what the effects of a set carry along, and earlier ones that they conflict with. */
  #closeOver(closed: Set<Effect>): void {
    for (const effect of closed) {
      const carried = this.#machine.carries?.(effect) ?? effect.needs;
      for (const each of carried) if (this.#pending.includes(each)) closed.add(each);
      for (const earlier of this.#pending) {
        if (earlier.id >= effect.id) break;
        if (!closed.has(earlier) && effectsConflict(earlier, effect, this.durable)) closed.add(earlier);
      }
    }
  }

  /** Drops what can't survive any more, and what nobody can tell whether it did, and returns it. */
  #dropDead(synced: ReadonlySet<Effect>): readonly Effect[] {
    const excluded = this.#pending.filter((effect) => effect.excludes.some((other) => synced.has(other)));
    if (excluded.length > 0) this.#drop(excluded);
    // The program must be unable to reach the inodes too: an effect is dead once the volatile view has lost them.
    const hidden = this.#purge ? unreachable(this.#pending, this.durable, this.volatile) : NONE;
    if (hidden.length > 0) this.#drop(hidden);
    return [...excluded, ...hidden];
  }

  /** Takes effects out of what is pending; who needs one of them needs what that one needs in its stead. */
  #drop(effects: readonly Effect[]): void {
    const gone = new Set(effects);
    this.#pending = this.#pending.filter((effect) => !gone.has(effect));
    const severed = effects.some((effect) => effect.needs.some((need) => this.#pending.includes(need)));
    if (!severed) return;
    for (const effect of this.#pending) {
      if (effect.needs.some((need) => gone.has(need))) {
        (effect as Drafted<Effect>).needs = inherited(effect.needs, gone);
      }
    }
  }
}

const NONE: readonly Effect[] = [];

/** An effect in the hands of the graph. */
type Drafted<T> = { -readonly [Field in keyof T]: T[Field] };

/** The needs, with each effect that is gone replaced by what it needs itself. */
function inherited(needs: readonly Effect[], gone: ReadonlySet<Effect>): readonly Effect[] {
  const all = new Set(needs);
  for (const need of all) {
    if (!gone.has(need)) continue;
    all.delete(need);
    for (const further of need.needs) all.add(further);
  }
  return [...all];
}
