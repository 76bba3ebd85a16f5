import { hashKey } from '../disk/image/hash-key.ts';
import type { Image } from '../disk/image/image.ts';
import type { Lanes } from '../disk/image/mix.ts';
import type { Op } from '../disk/journal.ts';
import type { Choices } from './choices.ts';
import { Chosen, CHOSEN_FROM } from './chosen.ts';
import { Configuration } from './configuration.ts';
import type { EffectGraph } from './graph.ts';
import type { Effect, PersistenceModel } from './model.ts';
import { chooseSurvival, crashState } from './survival.ts';
import { graphAfter } from './uptime.ts';
import { Walk, type Visitor } from './walk.ts';

/** How much of the space of survivals to go through. */
export interface Scope {
  /** `all`: every survival. `bounded`: those that lose at most `t` or keep at most `t` pending effects. */
  readonly tier: 'all' | 'bounded';
  readonly t: number;
  /**
   * With more survivals than this at one crash point, `all` falls back to `bounded` and `samples` there, or, with much
   * pending, to chosen ones: see `chosen.ts`.
   */
  readonly cap: number;
  readonly samples: number;
  /** Where samples take their decisions from. Must be deterministic. */
  readonly choices: Choices;
  /** Reductions, on unless switched off. Neither changes which states are found; tests hold them to that. */
  readonly purge?: boolean;
  readonly merge?: boolean;
}

/** What was covered at one crash point. */
export type Coverage = 'exhaustive' | 'bounded';

/** All survivals of one life, crash point by crash point, as the life goes on op by op. */
export class Survivals {
  readonly graph: EffectGraph;
  readonly #configuration: Configuration;
  readonly #scope: Scope;
  readonly #merge: boolean;
  /** Of this crash point, once they have been asked for. */
  #walk: Walk | undefined;
  #isWhole: boolean | undefined;
  /** From when there is too much pending on. */
  #chosen: Chosen | undefined;
  /** How many of the pending effects are the last op's; -1 if the last op took some away, or set some adrift. */
  #added = -1;

  /** @param killed the ops of lives that were killed since the machine was booted, before this one */
  constructor(model: PersistenceModel, boot: Image, scope: Scope, killed: readonly (readonly Op[])[] = []) {
    this.graph = graphAfter({ model, boot, killed }, { purge: scope.purge ?? true });
    this.#configuration = new Configuration(this.graph);
    this.#scope = scope;
    this.#merge = (scope.merge ?? true) && model.independent;
  }

  /** What decides the survivals at this crash point, if it is known exactly: see `Configuration`. */
  get key(): Lanes | undefined {
    return this.#configuration.key;
  }

  /** What decides all that comes after a kill here, if it is known exactly: see `Configuration.machineKey`. */
  get machineKey(): Lanes | undefined {
    return this.#configuration.machineKey;
  }

  /** Whether a machine that goes on from here is one that boots from its disk: nothing is pending or remembered. */
  get settled(): boolean {
    const { pending, durable, volatile } = this.graph;
    if (pending.length > 0 || this.graph.memory(() => '?') !== '') return false;
    return hashKey(durable.hash) === hashKey(volatile.hash);
  }

  /** How much of its crash point a visit covers. */
  get coverage(): Coverage {
    this.#isWhole ??= this.#scope.tier === 'all' && !this.pending.some(({ run }) => run) && !this.#isTooMuch;
    return this.#isWhole ? 'exhaustive' : 'bounded';
  }

  get #isTooMuch(): boolean {
    const { cap } = this.#scope;
    return 2 ** this.pending.length > cap && this.#all.count(cap) > cap;
  }

  get #all(): Walk {
    const { durable, pending } = this.graph;
    return (this.#walk ??= new Walk(durable, pending, { type: 'all' }, this.#merge));
  }

  get pending(): readonly Effect[] {
    return this.graph.pending;
  }

  /** Goes on by one op. */
  step(op: Op): void {
    const step = this.graph.step(op);
    this.#configuration.step(step);
    const { added, synced, dead, adrift, reduced } = step;
    const taken = synced.length + dead.length + adrift.length + reduced.length;
    this.#added = taken > 0 ? -1 : added.length;
    this.#walk = undefined;
    this.#isWhole = undefined;
    if (taken > 0) this.#chosen = undefined;
    else this.#chosen?.add(op, added);
  }

  /**
   * Whether every survival of the crash point before this one is still possible, so that only those are new that
   * keep an effect of the last op.
   */
  get inherits(): boolean {
    return this.#added >= 0;
  }

  /**
   * Visits the survivals of this crash point; with `onlyNew`, those that keep an effect of the last op, which is only
   * to be asked for where `inherits` holds.
   */
  visit(visitor: Visitor, onlyNew = false): void {
    if (onlyNew && this.#added === 0) return;
    const { durable, pending } = this.graph;
    const first = onlyNew ? pending.length - this.#added : undefined;
    if (this.#scope.tier === 'all') {
      if (!this.#isTooMuch) return this.#all.visit(visitor, first);
      if (pending.length > CHOSEN_FROM) return this.#choose(visitor, onlyNew);
      this.#sample(visitor);
    }
    for (const type of ['lose', 'keep'] as const) {
      new Walk(durable, pending, { type, atMost: this.#scope.t }, false).visit(visitor, first);
    }
  }

  #choose(visitor: Visitor, onlyNew: boolean): void {
    const known = onlyNew ? this.#chosen : undefined;
    this.#chosen = known ?? new Chosen(this.graph);
    this.#chosen.visit(visitor, known !== undefined);
  }

  #sample(visitor: Visitor): void {
    for (let i = 0; i < this.#scope.samples; i++) {
      const kept = chooseSurvival(this.graph, this.#scope.choices);
      visitor({ image: crashState(this.graph, kept), kept: () => kept });
    }
  }
}
