import type { Op } from '../disk/journal.ts';
import type { EffectGraph } from '../persistence/graph.ts';
import type { Effect } from '../persistence/model.ts';
import type { Kept } from '../persistence/survival.ts';

/** An effect as a schedule names it: the index of its op, and which of the op's effects it is. */
export interface EffectName {
  readonly op: number;
  readonly part: number;
}

/**
 * Where one life is cut, and what the cut leaves of what was pending there. `lose`: the effects that are lost, all
 * others are kept; `keep`: the effects that are kept, all others are lost.
 */
export interface Cut {
  readonly at: number;
  readonly mode: 'lose' | 'keep';
  readonly effects: readonly EffectName[];
  /** The power goes before what the program promises right after op `at`, not after it. */
  readonly early?: boolean;
}

/** A story: the cut of the main life, then that of each recovery but the last, which runs to its end. */
export interface Schedule {
  readonly scenario: string;
  readonly model: string;
  readonly cuts: readonly Cut[];
}

export function nameOf(effect: Effect): EffectName {
  return { op: effect.op.index, part: effect.part };
}

/** The shorter way to say which of the pending effects are kept. */
export function cutOf(at: number, pending: readonly Effect[], kept: Kept): Cut {
  const lost = pending.filter((effect) => !kept.has(effect));
  return lost.length <= kept.size
    ? { at, mode: 'lose', effects: lost.map(nameOf) }
    : { at, mode: 'keep', effects: pending.filter((effect) => kept.has(effect)).map(nameOf) };
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
  const byName = new Map(graph.pending.map((effect) => [`${effect.op.index}.${effect.part}`, effect]));
  const named = new Set<Effect>();
  for (const name of cut.effects) {
    const effect = byName.get(`${name.op}.${name.part}`);
    if (!effect) {
      throw new StaleSchedule(
        `effect ${name.op}.${name.part} is not pending after op ${cut.at}: the program or the model has changed since`,
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
