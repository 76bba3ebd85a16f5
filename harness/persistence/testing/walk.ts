import * as fc from 'fast-check';
import { hashText, imageText } from '../../disk/image/testing/describe.ts';
import type { PersistenceModel } from '../model.ts';
import { EffectGraph } from '../graph.ts';
import { Survivals, type Coverage, type Scope } from '../survivals.ts';
import { bruteForce, type BruteSurvival, type CrashPoint } from './brute-force.ts';
import { smallLife, type SmallLife } from './steps.ts';

/** Every survival, and both reductions on. */
export const ALL: Scope = { tier: 'all', t: 1, cap: 1 << 16, samples: 0, coin: () => false };

/** What the survivals of a life come to at one crash point. */
export interface Sight {
  readonly texts: ReadonlySet<string>;
  readonly hashes: ReadonlySet<string>;
  /** Survivals that were new at this point. */
  readonly fresh: number;
  readonly coverage: Coverage;
  readonly pending: number;
}

/** Goes through a life op by op, as the explorer does. */
export function walk(model: PersistenceModel, life: SmallLife, scope: Scope = ALL): readonly Sight[] {
  const survivals = new Survivals(model, life.boot, scope);
  const look = (fresh: number): Sight => {
    const entries = survivals.entries();
    for (const entry of entries) entry.state = 0;
    return {
      texts: new Set(entries.map((entry) => imageText(entry.image))),
      hashes: new Set(entries.map((entry) => hashText(entry.image))),
      fresh,
      coverage: survivals.coverage,
      pending: survivals.pending.length,
    };
  };
  // At the first crash point, and after a sync, all survivals are given again, not only the new ones.
  const expand = (): Sight => look(survivals.expand().entries.filter((entry) => entry.state === -1).length);
  return [
    expand(),
    ...life.ops.map((op) => {
      survivals.step(op);
      return expand();
    }),
  ];
}

/** The graph as it stands at a crash point. */
export function graphAt(
  model: PersistenceModel,
  life: SmallLife,
  at: number,
  options: { readonly purge?: boolean } = {},
): EffectGraph {
  const graph = new EffectGraph(model, life.boot, options);
  for (const op of life.ops.slice(0, at)) graph.step(op);
  return graph;
}

/** Sorted, so that a difference can be read. */
export function textsOf(survivals: readonly BruteSurvival[]): readonly string[] {
  return [...new Set(survivals.map((survival) => survival.text))].sort();
}

/** Checks a claim for random lives that brute force can go through. */
export function forLives(
  model: PersistenceModel,
  runs: number,
  claim: (life: SmallLife, points: readonly CrashPoint[]) => void,
): void {
  fc.assert(
    fc.property(smallLife(9), (life) => {
      const points = bruteForce(model, life.boot, life.ops);
      fc.pre(points !== undefined);
      claim(life, points);
    }),
    { numRuns: process.env['BLACKOUT_LONG'] === '1' ? 50 * runs : runs },
  );
}
