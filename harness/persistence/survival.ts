import type { Image } from '../disk/image/image.ts';
import type { Choices } from './choices.ts';
import type { EffectGraph } from './graph.ts';
import type { Effect } from './model.ts';

/** One survival as data: which of the pending effects at a crash point are kept. The rest is lost. */
export type Kept = ReadonlySet<Effect>;

/** Asks `choices` about each pending effect in journal order: 0 is lost. One that can't be kept is not asked for. */
export function chooseSurvival(graph: EffectGraph, choices: Choices): Kept {
  const kept = new Set<Effect>();
  for (const effect of graph.pending) {
    if (allows(effect, kept, graph) && choices.choose(2) === 1) kept.add(effect);
  }
  return kept;
}

/** Why a set of kept effects can't be a survival; undefined if it is one. */
export function illegal(graph: EffectGraph, kept: Kept): Effect | undefined {
  return [...kept].find((effect) => !allows(effect, kept, graph));
}

function allows({ needs, excludes }: Effect, kept: Kept, graph: EffectGraph): boolean {
  return (
    needs.every((need) => kept.has(need) || !graph.pending.includes(need)) &&
    !excludes.some((other) => kept.has(other))
  );
}

/** The crash state: the durable image, and the kept effects on it in journal order. */
export function crashState(graph: EffectGraph, kept: Kept): Image {
  const image = graph.durable.fork();
  for (const effect of graph.pending) {
    if (kept.has(effect)) image.applyAll(effect.changes);
  }
  return image;
}
