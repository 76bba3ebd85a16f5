import type { Image } from '../disk/image/image.ts';
import type { Lanes } from '../disk/image/mix.ts';
import type { Op } from '../disk/journal.ts';
import { Configuration } from './configuration.ts';
import { Frontier, type Entry } from './frontier.ts';
import { EffectGraph, type Step } from './graph.ts';
import type { Effect, PersistenceModel } from './model.ts';

/** How much of the space of survivals to go through. */
export interface Scope {
  /** `all`: every survival. `bounded`: those that lose at most `t` or keep at most `t` pending effects. */
  readonly tier: 'all' | 'bounded';
  readonly t: number;
  /** With more survivals than this at one crash point, `all` falls back to `bounded` and `samples` there. */
  readonly cap: number;
  readonly samples: number;
  /** Where samples take their coin from. Must be deterministic. */
  readonly coin: () => boolean;
  /** Reductions, on unless switched off. Neither changes which states are found; tests hold them to that. */
  readonly purge?: boolean;
  readonly merge?: boolean;
}

/** What was covered at one crash point. */
export type Coverage = 'exhaustive' | 'bounded';

/** Survivals at a crash point. */
export interface Expanded {
  readonly entries: readonly Entry[];
  /** These are only the new ones: all others of the crash point before are still possible. */
  readonly inherits: boolean;
}

/**
 * All survivals of one life, op by op: the effect graph, and the frontier over it. The graph goes along with every
 * op; the frontier only when somebody asks for it, and from scratch if it was not asked for in between. Where there
 * are too many survivals it falls back, says so, and is exhaustive again as soon as a sync has brought them down.
 */
export class Survivals {
  readonly graph: EffectGraph;
  readonly #configuration: Configuration;
  readonly #scope: Scope;
  readonly #merge: boolean;
  #frontiers: Frontier[] = [];
  #coverage: Coverage = 'exhaustive';
  /** The steps that the frontier has not seen; undefined if it must start over. */
  #behind: Step[] | undefined;

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

  /** How much of the crash point the last `expand` covered. */
  get coverage(): Coverage {
    return this.#coverage;
  }

  get pending(): readonly Effect[] {
    return this.graph.pending;
  }

  /** Which of the pending effects an entry keeps. */
  keptOf(entry: Entry): ReadonlySet<Effect> {
    const owner =
      this.#frontiers.length === 1
        ? this.#frontiers[0]
        : this.#frontiers.find((frontier) => frontier.entries.includes(entry));
    return owner?.keptOf(entry, this.graph.pending) ?? new Set();
  }

  /** Goes on by one op. */
  step(op: Op): void {
    const step = this.graph.step(op);
    this.#configuration.step(step);
    if (this.#behind === undefined) return;
    if (this.#behind.length === 0) this.#behind.push(step);
    else this.#behind = undefined;
  }

  /** The survivals at the crash point after the last op. */
  expand(): Expanded {
    const steps = this.#behind;
    this.#behind = [];
    if (steps === undefined || this.#mustChange(steps[0])) return this.#startOver();
    const [step] = steps;
    if (!step) return { entries: this.entries(), inherits: false };
    const fresh = this.#frontiers.flatMap((frontier) => frontier.step(step, this.graph).fresh);
    return step.synced.length > 0
      ? { entries: this.entries(), inherits: false }
      : { entries: fresh, inherits: true };
  }

  /** All survivals of the frontier as it stands. */
  entries(): readonly Entry[] {
    return this.#frontiers.flatMap((frontier) => frontier.entries);
  }

  /** Whether the step leads over the cap, or back below it. */
  #mustChange(step: Step | undefined): boolean {
    if (!step || this.#scope.tier !== 'all') return false;
    if (this.#coverage === 'bounded') return step.synced.length > 0 && this.#fits();
    return this.#frontiers.some((frontier) => frontier.forecast(step.added.length) > this.#scope.cap);
  }

  #fits(): boolean {
    return 2 ** this.graph.pending.length <= this.#scope.cap;
  }

  #startOver(): Expanded {
    const all = this.#scope.tier === 'all' ? this.#all() : undefined;
    const whole = all?.rebuild(this.graph, this.#scope.cap) ?? false;
    this.#coverage = whole ? 'exhaustive' : 'bounded';
    this.#frontiers = whole ? [all!] : this.#bounded();
    if (!whole) for (const frontier of this.#frontiers) frontier.rebuild(this.graph);
    return { entries: this.entries(), inherits: false };
  }
  #all(): Frontier {
    return new Frontier({ type: 'all' }, this.graph.durable, this.#merge);
  }

  #bounded(): Frontier[] {
    const { t, samples, coin, tier } = this.#scope;
    const rules: Frontier['rule'][] = [
      { type: 'lose', atMost: t },
      { type: 'keep', atMost: t },
    ];
    if (tier === 'all' && samples > 0) rules.push({ type: 'sample', n: samples, coin });
    return rules.map((rule) => new Frontier(rule, this.graph.durable, false));
  }
}
