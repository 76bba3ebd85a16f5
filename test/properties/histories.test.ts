import { isDeepStrictEqual } from 'node:util';
import { runInThisContext } from 'node:vm';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { dir, fifo, file, hardlink, symlink } from '../../src/client/memory-tree.ts';
import { histories, storyOf } from './histories.ts';

it('the code of a history gives the same history', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { story, code } = storyOf(history);
      const made = runInThisContext(`(dir, fifo, file, hardlink, symlink) => (${code})`) as (
        ...tools: unknown[]
      ) => unknown;
      // Far faster on long contents than the comparison that vitest makes.
      expect(isDeepStrictEqual(made(dir, fifo, file, hardlink, symlink), story)).toBe(true);
    }),
  );
});

it('histories have all kinds of entries, all acts, earlier backups and changed settings', () => {
  const told = fc.sample(histories, { numRuns: 300, seed: 1 }).map((history) => storyOf(history).story);
  const kinds = told.flatMap(({ next }) => Object.values(next).map(({ kind }) => kind));
  expect(new Set(kinds)).toEqual(new Set(['dir', 'file', 'hardlink', 'special', 'symlink']));
  expect(new Set(told.map(({ act }) => act.does))).toEqual(new Set(['backup', 'shuffle', 'remove']));
  expect(new Set(told.map(({ before }) => before.length))).toEqual(new Set([0, 1, 2, 3, 4]));
  const changed = new Set(told.flatMap(({ settingsAfter = {} }) => Object.keys(settingsAfter)));
  expect(changed.size).toBe(9);
  const sizes = told.map(({ settings }) => settings?.entriesPerSync);
  expect(new Set(sizes)).toEqual(new Set([undefined, 1, 2, 3, 4, 5, 6, 7, 8, 256]));
});
