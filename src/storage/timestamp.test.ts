import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { timeIn } from '../protocol/backup-time.ts';
import { formatTimestamp, timestampOf } from './timestamp.ts';

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

it.each([
  [60, '2026-12-31 23:30:00 +0000', '2027-01-01 00:30:00 +0100'],
  [-210, '2026-03-01 01:00:00 +0000', '2026-02-28 21:30:00 -0330'],
  [0, '2026-03-01 01:00:00 +0000', '2026-03-01 01:00:00 +0000'],
  [-0, '2026-03-01 01:00:00 +0000', '2026-03-01 01:00:00 +0000'],
  [845, '2026-03-01 12:00:00 +0000', '2026-03-02 02:05:00 +1405'],
])('%d minutes ahead, %s is %s, the same moment', (zone, utc, local) => {
  const moment = Date.parse(utc.replace(' ', 'T').replace(' +0000', 'Z'));
  expect(timestampOf({ now: () => moment, zone: () => zone })).toBe(local);
  expect(timestampOf({ now: () => moment })).toBe(utc);
  expect(timeIn(`0000001 ${local}`)).toBe(moment);
});
