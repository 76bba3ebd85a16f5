import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import { givenUp, hasFailed, isSize } from './adrift.ts';
import { earlierMoves } from './circles.ts';
import { effectsConflict, mayHaveToComeFirst } from './conflicts.ts';
import type { Effect, Machine, PersistenceModel, Standing } from './model.ts';
import { remainsOf } from './overrides.ts';
import { unreachable } from './reachability.ts';
import { isSync } from './rules.ts';
import { inRuns } from './runs.ts';

/** What one op did to the graph. */
export interface Step {
  /** The op's effects, in order; each is pending unless it is among `synced` or `dead` too. */
  readonly added: readonly Effect[];
  /** Effects that are durable from now on, in journal order. */
  readonly synced: readonly Effect[];
  /** Effects that can't survive any more, that later ones override, or that nobody can see or sync: now or ever. */
  readonly dead: readonly Effect[];
  /** Effects of which nobody will ever know whether they are on the disk, from now on. */
  readonly adrift: readonly Effect[];
  /** Effects of which a part is durable now, overridden or given up, and the rest is still pending. */
  readonly reduced: readonly Effect[];
  /** Those of them of which a sync has logged a part. */
  readonly halved: readonly Effect[];
}

/**
 * The pending effects of one life under one model, and the durable image below them, as they stand after each op.
 */
export class EffectGraph {
  /** What surely survives a cut now. Holds every inode born so far, named or not. */
  readonly durable: Image;
  /** What the running program sees. */
  readonly volatile: Image;
  readonly #model: PersistenceModel;
  readonly #machine: Machine;
  readonly #purge: boolean;
  #pending: Effect[] = [];
  readonly #adrift = new Set<Effect>();
  #count = 0;
  #lives = 0;

  /**
   * @param options.purge false keeps dead effects pending: more states are generated, all of them known already.
   */
  constructor(model: PersistenceModel, boot: Image, options: { readonly purge?: boolean } = {}) {
    this.#model = model;
    this.#machine = model.start(boot.fork());
    this.durable = boot.fork();
    this.volatile = boot.fork();
    this.#purge = options.purge ?? true;
  }

  /** How many lives have been killed: the number of the one whose ops come now. */
  get lives(): number {
    return this.#lives;
  }

  /** What the model remembers besides what is pending; undefined if it can't tell. See `Machine.memory`. */
  memory(name: Standing['name']): string | undefined {
    return this.#machine.memory?.({ name, pending: this.#pending, durable: this.durable });
  }

  /**
   * The life ends and the machine goes on: what is pending stays so, and the next life sees what this one wrote. Its
   * descriptors are closed; a file that only they held is left in `volatile`, where no path leads to it.
   */
  kill(): void {
    this.#lives++;
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
    this.volatile.applyAll(op.changes);
    if (hasFailed(op)) return this.#fail(op);
    const { groups, runs } = inRuns(op, this.#machine.split(op, this.#pending), this.#pending, this.#model);
    const added = groups.map((changes, part) => this.#addEffect(op, part, changes, runs.has(changes)));
    const logged = this.#close(this.#afloat(this.#machine.syncs(op, this.#pending)), op);
    if (logged.length === 0) return { ...NOTHING, added };
    for (const { changes } of logged) this.durable.applyAll(changes);
    const { synced, reduced, halved } = this.#settle(logged);
    const overridden = reduced.filter(({ changes }) => changes.length === 0);
    this.#drop(overridden);
    const dead = [...overridden, ...this.#dropDead(new Set(synced))];
    return { ...NOTHING, added, synced, dead, reduced, halved };
  }

  /** A call has failed. All there is to say is what a failed sync gives up. */
  #fail(op: Op): Step {
    if (!isSync(op)) return NOTHING;
    const more = this.#machine.fails?.(op, this.#pending) ?? NONE;
    const { lost, reduced } = givenUp(op, this.#pending, more);
    for (const { effect, changes } of reduced) (effect as Drafted<Effect>).changes = changes;
    const step = { ...NOTHING, reduced: reduced.map(({ effect }) => effect) };
    if (op.reverts) {
      this.#drop(lost);
      return { ...step, dead: lost };
    }
    for (const effect of lost) {
      (effect as Drafted<Effect>).adrift = true;
      this.#adrift.add(effect);
    }
    if (lost.length > 0) this.#sever(new Set(lost), new Set(lost.filter(isSize)));
    return { ...step, adrift: lost };
  }

  #afloat(effects: readonly Effect[]): readonly Effect[] {
    return this.#adrift.size === 0 ? effects : effects.filter((effect) => !effect.adrift);
  }

  #addEffect(op: Op, part: number, changes: Effect['changes'], run: boolean): Effect {
    const effect: Drafted<Effect> = {
      id: this.#count++,
      op,
      life: this.#lives,
      part,
      changes,
      needs: NONE,
      excludes: NONE,
      ...(run ? { run } : {}),
    };
    effect.needs = inherited(this.#machine.precedes(effect, this.#pending), this.#adrift);
    effect.excludes = this.#machine.excludes?.(effect, this.#pending) ?? NONE;
    this.#pending.push(effect);
    return effect;
  }

  /**
   * The effects and all that must be durable with them: what they carry along, earlier ones that they conflict with,
   * and moves without which a directory would lie in itself. Of each, what the sync makes durable.
   */
  #close(effects: readonly Effect[], op: Op): readonly Effect[] {
    if (effects.length === 0 || (effects === this.#pending && !this.#machine.logs)) return effects;
    const closed = new Set(effects);
    for (;;) {
      this.#closeOver(closed, op);
      const logged = this.#pending.filter((effect) => closed.has(effect)).map((each) => this.#part(each, op));
      const missing = earlierMoves(logged, this.#pending, this.durable);
      if (missing.length === 0) return logged;
      for (const effect of missing) closed.add(effect);
    }
  }

  /** Adds what the effects of a set carry along, and earlier ones that they conflict with. */
  #closeOver(closed: Set<Effect>, op: Op): void {
    const pending = new Set(this.#pending);
    const mayConflict = this.#pending.filter((effect) => mayHaveToComeFirst(effect, this.durable));
    for (const effect of closed) {
      const carried = this.#machine.carries?.(effect) ?? effect.needs;
      for (const each of this.#afloat(carried)) if (pending.has(each)) closed.add(each);
      if (mayConflict.length === 0) continue;
      const part = this.#part(effect, op);
      for (const earlier of mayConflict) {
        if (earlier.id >= effect.id) break;
        if (!closed.has(earlier) && effectsConflict(earlier, part, this.durable)) closed.add(earlier);
      }
    }
  }

  /** What of an effect a sync makes durable: itself, or a copy with some of its changes. */
  #part(effect: Effect, op: Op): Effect {
    const changes = this.#machine.logs?.(effect, op) ?? effect.changes;
    return changes.length === effect.changes.length ? effect : { ...effect, changes };
  }

  /** Takes what is durable out of what is pending: whole effects, parts of them, and what they override in others. */
  #settle(logged: readonly Effect[]): Pick<Step, 'synced' | 'reduced' | 'halved'> {
    const parts = new Map(logged.map((part) => [part.id, part]));
    const synced = this.#pending.filter((effect) => parts.get(effect.id) === effect);
    const reduced: Effect[] = [];
    this.#drop(synced);
    for (const effect of this.#pending) {
      const part = parts.get(effect.id);
      const rest = part ? effect.changes.filter((change) => !part.changes.includes(change)) : effect.changes;
      const left = logged.reduce(
        (changes, { id, changes: over }) => (id > effect.id ? remainsOf(changes, over) : changes),
        rest,
      );
      if (left === effect.changes) continue;
      (effect as Drafted<Effect>).changes = left;
      reduced.push(effect);
    }
    return { synced, reduced, halved: reduced.filter(({ id }) => parts.has(id)) };
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
    for (const effect of effects) this.#adrift.delete(effect);
    const left = new Set(this.#pending);
    const severed = effects.some((effect) => effect.needs.some((need) => left.has(need)));
    if (severed) this.#sever(gone);
  }

  /** @param but what goes on to need it */
  #sever(gone: ReadonlySet<Effect>, but: ReadonlySet<Effect> = NOBODY): void {
    for (const effect of this.#pending) {
      if (!but.has(effect) && effect.needs.some((need) => gone.has(need))) {
        const overridden = effect.needs.filter((need) => need.changes.length === 0);
        const excluded = overridden.flatMap(({ excludes }) => excludes);
        if (excluded.length > 0) (effect as Drafted<Effect>).excludes = [...effect.excludes, ...excluded];
        (effect as Drafted<Effect>).needs = inherited(effect.needs, gone);
      }
    }
  }
}

const NONE: readonly Effect[] = [];
const NOBODY: ReadonlySet<Effect> = new Set();

/** A step that changes nothing. */
const NOTHING: Step = { added: NONE, synced: NONE, dead: NONE, adrift: NONE, reduced: NONE, halved: NONE };

/** An effect in the hands of the graph. */
type Drafted<T> = { -readonly [Field in keyof T]: T[Field] };

/** The needs, with each effect that is gone replaced by what it needs itself. */
function inherited(needs: readonly Effect[], gone: ReadonlySet<Effect>): readonly Effect[] {
  if (gone.size === 0) return needs;
  const all = new Set(needs);
  for (const need of all) {
    if (!gone.has(need)) continue;
    all.delete(need);
    for (const further of need.needs) all.add(further);
  }
  return [...all];
}
