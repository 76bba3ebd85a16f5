import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatTimestamp } from './timestamp.ts';

it('a timestamp is what Date says of the same moment', () => {
  const moments = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2999, 11, 31) });
  fc.assert(
    fc.property(moments, (moment) => {
      const iso = new Date(moment).toISOString();
      expect(formatTimestamp(moment)).toBe(`${iso.slice(0, 10)} ${iso.slice(11, 19)} +0000`);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  [Date.UTC(2000, 1, 29, 23, 59, 59, 999), '2000-02-29 23:59:59 +0000'],
  [Date.UTC(2100, 2, 1), '2100-03-01 00:00:00 +0000'],
  [0, '1970-01-01 00:00:00 +0000'],
])('%d is %s', (moment, text) => {
  expect(formatTimestamp(moment)).toBe(text);
});
