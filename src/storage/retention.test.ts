import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Kept, isHardlinked, nextToGo } from './retention.ts';

/** Makes backups one after another, under one setting, and lets go what `keep` gives up after each. */
function live(keep: readonly number[], rounds: number, always = false): number[] {
  let numbers: number[] = [];
  for (let number = 1; number <= rounds; number++) {
    numbers.push(number);
    for (;;) {
      const kept = numbers.map((one, at): Kept => {
        const before = numbers[at - 1];
        const isDeletable = before === undefined || isHardlinked(before, keep, always);
        return { name: String(one), number: one, isDeletable };
      });
      const gone = nextToGo(kept, keep);
      if (!gone) break;
      expect(gone.isDeletable).toBe(true);
      numbers = numbers.filter((one) => one !== gone.number);
    }
  }
  return numbers;
}

it('keep=3 leaves the three newest', () => {
  expect(live([3], 10)).toEqual([8, 9, 10]);
});

it('keep=7,4 leaves a week of days, and of each week before the archive', () => {
  expect(live([7, 4], 28)).toEqual([1, 8, 15, 22, 23, 24, 25, 26, 27, 28]);
});

it('every first keep-th backup is an archive if there are several keeps, none if there is one', () => {
  const archives = (keep: number[]) =>
    [1, 2, 3, 4, 5, 6, 7].filter((number) => isHardlinked(number, keep, false));
  expect(archives([3, 2])).toEqual([1, 4, 7]);
  expect(archives([3])).toEqual([]);
  expect(isHardlinked(2, [3], true)).toBe(true);
});

it('the newest backups stay, nothing outlives the product of all keeps, and no archive chain grows for ever', () => {
  const keeps = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(keeps, fc.integer({ min: 1, max: 60 }), fc.boolean(), (keep, rounds, always) => {
      const left = live(keep, rounds, always);
      const newest = Array.from(
        { length: Math.min(keep[0]!, rounds) },
        (_, age) => rounds - age,
      ).toReversed();
      expect(left.slice(-newest.length)).toEqual(newest);
      const limit = keep.reduce((product, one) => product * one, 1);
      expect(rounds - left[0]! + 1).toBeLessThanOrEqual(limit);
    }),
  );
});

it('a backup that others depend on does not go: a younger one of its window does, or none', () => {
  const kept = (...deletable: readonly boolean[]): Kept[] =>
    deletable.map((isDeletable, at) => ({ name: String(at + 1), number: at + 1, isDeletable }));
  expect(nextToGo(kept(true, true, true, true), [2])).toMatchObject({ number: 1 });
  expect(nextToGo(kept(false, true, true, true), [2])).toBe(undefined);
  expect(nextToGo(kept(true, true, true, true, true, true), [3, 2])).toMatchObject({ number: 2 });
  expect(nextToGo(kept(true, false, true, true, true, true), [3, 2])).toMatchObject({ number: 3 });
  expect(nextToGo(kept(true, false, false, true, true, true), [3, 2])).toBe(undefined);
});
