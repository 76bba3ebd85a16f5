import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import { Frontier, type Entry, type Growth } from './frontier.ts';
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

/**
 * All survivals of one life, op by op: the effect graph and the frontier over it. Falls back where there are too
 * many, says so, and is exhaustive again as soon as a sync has brought the pending effects down.
 */
export class Survivals {
  readonly graph: EffectGraph;
  readonly #scope: Scope;
  readonly #merge: boolean;
  #frontiers: Frontier[];
  #coverage: Coverage;

  constructor(model: PersistenceModel, boot: Image, scope: Scope) {
    this.graph = new EffectGraph(model, boot, { purge: scope.purge ?? true });
    this.#scope = scope;
    this.#merge = (scope.merge ?? true) && model.independent;
    this.#coverage = scope.tier === 'all' ? 'exhaustive' : 'bounded';
    this.#frontiers = scope.tier === 'all' ? [this.#all()] : this.#bounded();
  }

  /** What is covered at the crash point after the last step. */
  get coverage(): Coverage {
    return this.#coverage;
  }

  get pending(): readonly Effect[] {
    return this.graph.pending;
  }

  /** The survivals at the crash point after the last step. */
  entries(): readonly Entry[] {
    return this.#frontiers.length === 1
      ? this.#frontiers[0]!.entries
      : this.#frontiers.flatMap((f) => f.entries);
  }

  /** Which of the pending effects an entry keeps. */
  keptOf(entry: Entry): ReadonlySet<Effect> {
    const owner =
      this.#frontiers.length === 1
        ? this.#frontiers[0]
        : this.#frontiers.find((f) => f.entries.includes(entry));
    return owner?.keptOf(entry, this.graph.pending) ?? new Set();
  }

  step(op: Op): Growth {
    const step = this.graph.step(op);
    const falls = this.#coverage === 'exhaustive' && this.#overflows(step);
    if (falls) return this.#replace(this.#bounded(), 'bounded');
    if (this.#risesAfter(step)) return this.#replace([this.#all()], 'exhaustive');
    const growths = this.#frontiers.map((frontier) => frontier.step(step, this.graph));
    if (growths.length === 1) return growths[0]!;
    return { fresh: growths.flatMap((g) => g.fresh), retired: growths.flatMap((g) => g.retired) };
  }

  #overflows(step: Step): boolean {
    return this.#frontiers.some((frontier) => frontier.forecast(step.added.length) > this.#scope.cap);
  }

  #risesAfter(step: Step): boolean {
    if (this.#scope.tier !== 'all' || this.#coverage === 'exhaustive' || step.synced.length === 0)
      return false;
    return 2 ** this.graph.pending.length <= Math.min(this.#scope.cap, RISE_MAX);
  }

  /** Other frontiers from here on; the survivals of the old ones are all accounted for by then. */
  #replace(frontiers: Frontier[], coverage: Coverage): Growth {
    const retired = this.entries().filter((entry) => entry.state !== -1);
    for (const frontier of frontiers) frontier.rebuild(this.graph);
    this.#frontiers = frontiers;
    this.#coverage = coverage;
    return { fresh: this.entries(), retired };
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

/** Going back to all survivals is only worth it where they are few: otherwise the next op overflows again. */
const RISE_MAX = 4096;
