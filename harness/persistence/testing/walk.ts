import * as fc from 'fast-check';
import type { Image } from '../../disk/image/image.ts';
import { hashText, imageText } from '../../disk/image/testing/describe.ts';
import type { PersistenceModel } from '../model.ts';
import { EffectGraph } from '../graph.ts';
import type { Survival } from '../walk.ts';
import { Survivals, type Coverage, type Scope } from '../survivals.ts';
import { bruteForce, type BruteSurvival, type CrashPoint } from './brute-force.ts';
import { randomly } from '../choices.ts';
import { smallLife, type SmallLife } from './steps.ts';

/** Every survival, and both reductions on. */
export const ALL: Scope = { tier: 'all', t: 1, cap: 1 << 16, samples: 0, choices: randomly(1) };

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
  // A second graph tells what has become durable.
  const graph = new EffectGraph(model, life.boot, { purge: scope.purge ?? true });
  const durable: number[] = [];
  const known = new Set<string>();
  const look = (): Sight => {
    const idsOf = (survival: Survival): string =>
      [...durable, ...[...survival.kept()].map(({ id }) => id)].sort((one, other) => one - other).join();
    const fresh = new Set<string>();
    survivals.visit((survival) => {
      // Visited as new, so it must be: once only, and in no walk before. What loses few and keeps few comes twice.
      const ids = idsOf(survival);
      const once = survivals.inherits && survivals.coverage === 'exhaustive';
      if (once && (known.has(ids) || fresh.has(ids))) throw new Error(`${ids} is not new`);
      if (!known.has(ids)) fresh.add(ids);
    }, survivals.inherits);
    for (const ids of fresh) known.add(ids);
    const images: Image[] = [];
    survivals.visit((survival) => {
      images.push(survival.image.fork());
      if (scope.merge !== false || scope.purge !== false || scope.tier !== 'all') return;
      if (!known.has(idsOf(survival))) throw new Error(`${idsOf(survival)} is not known`);
    });
    return {
      texts: new Set(images.map((image) => imageText(image))),
      hashes: new Set(images.map((image) => hashText(image))),
      fresh: fresh.size,
      coverage: survivals.coverage,
      pending: survivals.pending.length,
    };
  };
  return [
    look(),
    ...life.ops.map((op) => {
      survivals.step(op);
      const { synced, halved } = graph.step(op);
      durable.push(...synced.map(({ id }) => id), ...halved.map(({ id }) => id + 0.5));
      return look();
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
