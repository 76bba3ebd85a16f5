import type { Op } from '../disk/journal.ts';
import type { EffectGraph } from '../persistence/graph.ts';
import type { Effect } from '../persistence/model.ts';
import type { Kept } from '../persistence/survival.ts';
import { meetsSomething, type Conditions } from './conditions.ts';

/** An effect as a schedule names it: the index of its op, and which of the op's effects it is. */
export interface EffectName {
  readonly op: number;
  readonly part: number;
  /** Its op is one of an earlier life, so many kills ago; 0 if nothing is said. */
  readonly ago?: number;
}

/**
 * Where one life ends, and what the cut leaves of what was pending there. `lose`: the effects that are lost, all
 * others are kept; `keep`: the effects that are kept, all others are lost.
 */
export interface Cut {
  readonly at: number;
  readonly mode: 'lose' | 'keep';
  readonly effects: readonly EffectName[];
  /** The power goes before what the program promises right after op `at`, not after it. */
  readonly early?: boolean;
  /** The process is killed and the machine goes on: nothing is lost, and nothing becomes durable by it. */
  readonly kill?: boolean;
  /** What the life that ends here has met; nothing, if nothing is said. */
  readonly conditions?: Conditions;
}

/**
 * A story: how the main life ends, then each recovery but the last, which runs to its end. Without any cut, the main
 * life is the last.
 */
export interface Schedule {
  readonly scenario: string;
  readonly model: string;
  readonly cuts: readonly Cut[];
  /** What the last life meets; nothing, if nothing is said. */
  readonly last?: Conditions;
}

/** @param lives the number of the life that names it, since the machine was booted: see `EffectGraph.lives` */
export function nameOf({ op, part, life }: Effect, lives: number): EffectName {
  const ago = lives - life;
  return ago === 0 ? { op: op.index, part } : { op: op.index, part, ago };
}

/** Names of effects of the life that names them: thousands of states name the same ones. */
const names = new WeakMap<Effect, EffectName>();

function sharedName(effect: Effect, lives: number): EffectName {
  if (effect.life !== lives) return nameOf(effect, lives);
  let name = names.get(effect);
  if (!name) names.set(effect, (name = nameOf(effect, lives)));
  return name;
}

/** A name as text: `129.0`, or `129.0~1` for an op of the life before, which was killed. */
export function nameText({ op, part, ago = 0 }: EffectName): string {
  return `${op}.${part}${ago === 0 ? '' : `~${ago}`}`;
}

/** The shorter way to say which of the pending effects are kept. */
export function cutOf(at: number, { pending, lives }: EffectGraph, kept: Kept): Cut {
  const lost = pending.filter((effect) => !kept.has(effect));
  const named = (effects: readonly Effect[]): EffectName[] => effects.map((each) => sharedName(each, lives));
  return lost.length <= kept.size
    ? { at, mode: 'lose', effects: named(lost) }
    : { at, mode: 'keep', effects: named(pending.filter((effect) => kept.has(effect))) };
}

/** A cut of a life under such conditions. */
export function underConditions(cut: Cut, conditions: Conditions | undefined): Cut {
  return meetsSomething(conditions) ? { ...cut, conditions } : cut;
}

/** A cut that does not fit the life it is applied to. */
export class StaleSchedule extends Error {
  override name = 'StaleSchedule';
}

/**
 * The effects that a cut keeps of what is pending in `graph`.
 * @throws StaleSchedule if it names effects that are not pending there: the code has changed since.
 */
export function keptBy(cut: Cut, graph: EffectGraph): Kept {
  if (cut.kill) return new Set(graph.pending);
  const byName = new Map(graph.pending.map((effect) => [nameText(nameOf(effect, graph.lives)), effect]));
  const named = new Set<Effect>();
  for (const name of cut.effects) {
    const effect = byName.get(nameText(name));
    if (!effect) {
      throw new StaleSchedule(
        `effect ${nameText(name)} is not pending after op ${cut.at}: the program or the model has changed since`,
      );
    }
    named.add(effect);
  }
  return cut.mode === 'keep' ? named : new Set(graph.pending.filter((effect) => !named.has(effect)));
}

/** Feeds a life's ops up to the crash point into a fresh graph. */
export function advance(graph: EffectGraph, ops: readonly Op[], at: number): EffectGraph {
  if (at > ops.length) {
    throw new StaleSchedule(`there is no op ${at}: the life has ${ops.length} ops now`);
  }
  for (const op of ops.slice(0, at)) graph.step(op);
  return graph;
}
