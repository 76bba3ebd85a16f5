import type { Image } from '../disk/image/image.ts';
import type { Lanes } from '../disk/image/mix.ts';
import type { Op } from '../disk/journal.ts';
import type { Choices } from './choices.ts';
import { Configuration } from './configuration.ts';
import { EffectGraph } from './graph.ts';
import type { Effect, PersistenceModel } from './model.ts';
import { chooseSurvival, crashState } from './survival.ts';
import { Walk, type Visitor } from './walk.ts';

/** How much of the space of survivals to go through. */
export interface Scope {
  /** `all`: every survival. `bounded`: those that lose at most `t` or keep at most `t` pending effects. */
  readonly tier: 'all' | 'bounded';
  readonly t: number;
  /** With more survivals than this at one crash point, `all` falls back to `bounded` and `samples` there. */
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
  /** How many of the pending effects are the last op's; -1 if the last op took some away. */
  #added = -1;
  #coverage: Coverage = 'exhaustive';

  constructor(model: PersistenceModel, boot: Image, scope: Scope) {
    this.graph = new EffectGraph(model, boot, { purge: scope.purge ?? true });
    this.#configuration = new Configuration(this.graph);
    this.#scope = scope;
    this.#merge = (scope.merge ?? true) && model.independent;
  }

  /** What decides the survivals at this crash point, if it is known exactly: see `Configuration`. */
  get key(): Lanes | undefined {
    return this.#configuration.key;
  }

  /** How much of its crash point the last visit covered. */
  get coverage(): Coverage {
    return this.#coverage;
  }

  get pending(): readonly Effect[] {
    return this.graph.pending;
  }

  /** Goes on by one op. */
  step(op: Op): void {
    const { added, synced, dead } = this.graph.step(op);
    this.#configuration.step({ added, synced, dead });
    this.#added = synced.length + dead.length > 0 ? -1 : added.length;
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
      const walk = new Walk(durable, pending, { type: 'all' }, this.#merge);
      this.#coverage = walk.count(this.#scope.cap) > this.#scope.cap ? 'bounded' : 'exhaustive';
      if (this.#coverage === 'exhaustive') return walk.visit(visitor, first);
      this.#sample(visitor);
    }
    this.#coverage = 'bounded';
    for (const type of ['lose', 'keep'] as const) {
      new Walk(durable, pending, { type, atMost: this.#scope.t }, false).visit(visitor, first);
    }
  }

  #sample(visitor: Visitor): void {
    for (let i = 0; i < this.#scope.samples; i++) {
      const kept = chooseSurvival(this.graph, this.#scope.choices);
      visitor({ image: crashState(this.graph, kept), kept: () => kept });
    }
  }
}
