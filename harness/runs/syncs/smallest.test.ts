import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastHitting } from './hitting-set.ts';
import { smallest } from './smallest.ts';

const ITEMS = [0, 1, 2, 3, 4, 5, 6];
const COSTS = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: ITEMS.length, maxLength: ITEMS.length });
/** What can't be missing together. */
const CORES = fc.array(fc.uniqueArray(fc.constantFrom(...ITEMS), { minLength: 1, maxLength: 4 }), {
  maxLength: 6,
});

function subsets(): readonly (readonly number[])[] {
  return Array.from({ length: 1 << ITEMS.length }, (_, bits) => ITEMS.filter((item) => bits & (1 << item)));
}

describe('the smallest set that is enough', () => {
  it('is the cheapest of all subsets, for any cores and costs, and costs are never guessed', async () => {
    await fc.assert(
      fc.asyncProperty(CORES, COSTS, async (cores, costs) => {
        const total = (set: readonly number[]): number => set.reduce((sum, item) => sum + costs[item]!, 0);
        const isEnough = (set: readonly number[]): boolean =>
          cores.every((core) => core.some((item) => set.includes(item)));
        const least = Math.min(...subsets().filter(isEnough).map(total));
        const found = await smallest({
          items: ITEMS,
          cost: (item) => costs[item]!,
          isEnough: async (set) => (isEnough(set) ? 'yes' : 'no'),
        });
        expect(found).toMatchObject({ proved: true, all: 'yes' });
        expect(isEnough(found.set!)).toBe(true);
        expect(total(found.set!)).toBe(least);
        expect(total(leastHitting(cores, (item) => costs[item]!))).toBe(least);
      }),
      { seed: 15, numRuns: 300 },
    );
  });

  it('is not said to be proved where a smaller one is not known to be too few', async () => {
    const found = await smallest({
      items: ITEMS,
      cost: () => 1,
      isEnough: async (set) => (set.includes(3) ? 'yes' : set.length === 0 ? 'unknown' : 'no'),
    });
    expect(found).toEqual({ set: [3], proved: false, all: 'yes' });
  });

  it('is none where all are not enough, and none where there is no time', async () => {
    const search = { items: ITEMS, cost: () => 1 };
    expect(await smallest({ ...search, isEnough: async () => 'no' })).toMatchObject({
      set: undefined,
      all: 'no',
    });
    const late = {
      ...search,
      isEnough: async (set: readonly number[]) => (set.length > 5 ? 'yes' : 'no'),
    } as const;
    expect(await smallest({ ...late, stops: () => true })).toMatchObject({ set: undefined, proved: false });
  });
});
