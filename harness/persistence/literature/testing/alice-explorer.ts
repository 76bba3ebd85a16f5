import type { Op } from '../../../disk/journal.ts';
import { EffectGraph } from '../../graph.ts';
import type { Effect, PersistenceModel } from '../../model.ts';
import { crashState } from '../../survival.ts';
import type { ProgramLife } from './program.ts';
import { Sight } from './states.ts';

/**
 * ALICE's exploration (alicedefaultexplorer.py), as a baseline: not all crash states, but all prefixes of the events,
 * all that leave out one event, and all that have one event in part. An event is an op, or something said.
 */
export interface AliceState {
  readonly sight: Sight;
  readonly said: readonly string[];
}

/** Whether a program that finds this after a crash can go on. */
export type Checker = (state: AliceState) => boolean;

/** What ALICE reports, by the numbers of the events. */
export interface AliceReport {
  /** From the one event to the other, all must survive or none. */
  readonly acrossSyscalls: readonly (readonly [from: number, to: number])[];
  /** The one event must survive before the other. */
  readonly ordering: readonly (readonly [before: number, after: number])[];
  /** The event must survive whole or not at all. */
  readonly atomicity: readonly number[];
  /** All states that were looked at. */
  readonly states: readonly AliceState[];
}

type Event = Op | { readonly what: string };

/** A trace after each of its events: what is durable and pending, and what has been said. */
class Trace {
  readonly events: readonly Event[];
  readonly #model: PersistenceModel;
  readonly #life: ProgramLife;

  constructor(model: PersistenceModel, life: ProgramLife) {
    this.#model = model;
    this.#life = life;
    const saidAfter = (op: number): readonly Event[] => life.said.filter(({ after }) => after === op);
    this.events = [...saidAfter(0), ...life.ops.flatMap((op): Event[] => [op, ...saidAfter(op.index)])];
  }

  /** What has effects that can be left out or be there in part. */
  effectsOf(i: number): readonly Effect[] {
    const event = this.events[i]!;
    return 'what' in event ? [] : this.#after(i).pending.filter(({ op }) => op === event);
  }

  /** The state with all events up to `last` but for some effects; undefined if one of these is durable by then. */
  state(last: number, without: readonly Effect[]): AliceState | undefined {
    const graph = this.#after(last);
    const ids = new Set(without.map(({ id }) => id));
    if (without.some(({ id }) => !graph.pending.some((effect) => effect.id === id))) return undefined;
    const kept = new Set(graph.pending.filter(({ id }) => !ids.has(id)));
    const said = this.events.slice(0, last + 1).flatMap((event) => ('what' in event ? [event.what] : []));
    return { sight: new Sight(crashState(graph, kept)), said };
  }

  #after(last: number): EffectGraph {
    const graph = new EffectGraph(this.#model, this.#life.boot, { purge: false });
    for (const event of this.events.slice(0, last + 1)) if (!('what' in event)) graph.step(event);
    return graph;
  }
}

export function aliceReport(model: PersistenceModel, life: ProgramLife, checker: Checker): AliceReport {
  const trace = new Trace(model, life);
  const states: AliceState[] = [];
  const fails = (last: number, without: readonly Effect[]): boolean => {
    const state = trace.state(last, without);
    if (state) states.push(state);
    return state !== undefined && !checker(state);
  };
  const all = [...trace.events.keys()];
  const broken = all.map((i) => fails(i, []));
  // What must be atomic together is reported once, and its inside is not looked at again.
  const inside = (i: number): boolean => broken[i] === true || broken[i - 1] === true;
  const mended = (from: number): number => all.find((i) => i > from && !broken[i]) ?? all.length - 1;
  const acrossSyscalls = all
    .filter((i) => broken[i] && !broken[i - 1])
    .map((from) => [from, mended(from)] as const);
  const ordering = all.flatMap((i) => {
    const omitted = trace.effectsOf(i);
    if (omitted.length === 0 || inside(i)) return [];
    const later = all.slice(i + 1).filter((j) => !broken[j]);
    const failing = later.filter((j) => fails(j, omitted));
    return failing.slice(0, 1).map((j) => [i, j] as const);
  });
  const atomicity = all.filter((i) => {
    if (inside(i)) return false;
    const effects = trace.effectsOf(i);
    const partial = effects.slice(0, -1).flatMap((_, j) => {
      const missing = effects.slice(j + 1);
      return [missing, ...effects.slice(0, j).map((omitted) => [omitted, ...missing])];
    });
    return partial.map((missing) => fails(i, missing)).includes(true);
  });
  return { acrossSyscalls, ordering, atomicity, states };
}
