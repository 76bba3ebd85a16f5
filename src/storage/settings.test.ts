import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type Settings, completeSettings } from './settings.ts';

/** The least and the most that each may be. */
const RANGES: readonly { name: keyof Settings; least: number; most: number }[] = [
  { name: 'compression', least: 0, most: 9 },
  { name: 'maxResumeAttempts', least: 0, most: Number.MAX_SAFE_INTEGER },
  { name: 'entriesPerSync', least: 1, most: Number.MAX_SAFE_INTEGER },
  { name: 'groupSyncFrom', least: 1, most: Number.MAX_SAFE_INTEGER },
  { name: 'librsyncMaxSize', least: 0, most: Number.MAX_SAFE_INTEGER },
  { name: 'smallestDelta', least: 0, most: Number.MAX_SAFE_INTEGER },
  { name: 'maxHardlinks', least: 2, most: Number.MAX_SAFE_INTEGER },
];

describe.each(RANGES)('$name', ({ name, least, most }) => {
  it('may be anything in its range', () => {
    for (const value of [least, least + 1, most])
      expect(completeSettings({ [name]: value })).toMatchObject({ [name]: value });
  });

  it('is refused beside it, by its name and range', () => {
    const range = most === 9 ? 'from 0 to 9' : `from ${least} up`;
    for (const value of [least - 1, most + 1, least + 0.5, NaN])
      expect(() => completeSettings({ [name]: value })).toThrow(
        new RangeError(`${name} is a whole number ${range}, not ${value}`),
      );
  });
});

it('keep is one or more numbers from 1 up', () => {
  expect(completeSettings({ keep: [1] }).keep).toEqual([1]);
  expect(completeSettings({ keep: [7, 4, 6] }).keep).toEqual([7, 4, 6]);
  expect(() => completeSettings({ keep: [] })).toThrow('keep needs at least one number');
  for (const keep of [[0], [7, 0], [1.5]])
    expect(() => completeSettings({ keep })).toThrow('keep is a whole number from 1 up');
});

it('recovery is delete or resume', () => {
  for (const recovery of ['delete', 'resume'] as const)
    expect(completeSettings({ recovery }).recovery).toBe(recovery);
  expect(() => completeSettings({ recovery: 'use' as 'resume' })).toThrow(
    'recovery is delete or resume, not use',
  );
});

it('what is not given is as documented', () => {
  expect(completeSettings()).toEqual(DEFAULT_SETTINGS);
  expect(DEFAULT_SETTINGS).toEqual({
    compression: 9,
    hardlinkedArchive: false,
    keep: [7],
    recovery: 'delete',
    maxResumeAttempts: 0,
    entriesPerSync: 4096,
    groupSyncFrom: 16,
    librsync: true,
    librsyncMaxSize: 0,
    smallestDelta: 0,
    maxHardlinks: 10_000,
    failOnWarning: false,
    manualDelete: undefined,
    timestampFormat: '%Y-%m-%d %H:%M:%S %z',
  });
});
