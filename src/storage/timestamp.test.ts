import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { timeIn } from '../protocol/backup-time.ts';
import { TIMESTAMP_FORMAT, timestampOf } from './timestamp.ts';
import { CONVERSION_LETTERS, formatMoment, isTimeFormat, momentAt } from './time-format.ts';

const formatTimestamp = (moment: number): string => formatMoment(TIMESTAMP_FORMAT, momentAt(moment));

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

/** Of all times of day, of leap years and others, and of the days around a new year, on which weeks are counted. */
const MOMENTS = Array.from({ length: 2500 }, (_, at) =>
  Date.UTC(1999, 0, 1 + at * 7, at % 24, (at * 7) % 60, at % 59),
);
const NEW_YEARS = Array.from({ length: 600 }, (_, at) =>
  Date.UTC(1971 + Math.floor(at / 10), 11, 27 + (at % 10)),
);

it.each(CONVERSION_LETTERS.map((letter) => ({ letter })))(
  'what date(1) writes for $letter is written for it',
  ({ letter }) => {
    const moments = [...MOMENTS, ...NEW_YEARS];
    const input = moments.map((moment) => `@${moment / 1000}`).join('\n');
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    const args = ['-f', '-', `+<%${letter}>`];
    const lines = execFileSync('date', args, { input, env, encoding: 'utf8' }).split('\n').slice(0, -1);
    expect(moments.map((moment) => `<${formatMoment(`%${letter}`, momentAt(moment))}>`)).toEqual(lines);
  },
);

it('knows which formats it can fill in', () => {
  for (const format of ['', 'plain', '%Y%%Z', '100%%', '%F_%T']) expect(isTimeFormat(format)).toBe(true);
  for (const format of ['%', '%Z', '100%', '%%%', '%-d', '%Ey', '% d'])
    expect(isTimeFormat(format)).toBe(false);
});
