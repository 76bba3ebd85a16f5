import { describe, expect, it } from 'vitest';
import { NO_ATTRIBUTES } from './manifest/attributes.ts';
import { type Letter, entryOf } from './manifest/entry.ts';
import { type Facts, formatStats, tableOf } from './stats.ts';
import { Tally } from './tally.ts';

function facts(more: Partial<Facts> = {}, tally = new Tally()): Facts {
  const clock = { now: () => 0 };
  return { kind: 'backup', tally, warnings: 0, start: 0, end: 0, clock, ...more };
}

function line(table: readonly string[], name: string): string | undefined {
  return table.find((one) => one.trimStart().startsWith(name));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('the time that it took', () => {
  it.each([
    [0, '00:00'],
    [999, '00:00'],
    [59_000, '00:59'],
    [MINUTE, '01:00'],
    [HOUR - 1000, '59:59'],
    [HOUR, '01:00:00'],
    [DAY - 1000, '23:59:59'],
    [DAY, '01:00:00:00'],
    [DAY + 2 * HOUR + 3 * MINUTE + 4000, '01:02:03:04'],
    [11 * DAY, '11:00:00:00'],
  ])('of %d ms is %s', (end, shown) => {
    expect(line(tableOf(facts({ end })), 'Time taken')).toBe(`Time taken: ${shown}`);
  });

  it('is counted in the seconds that are shown', () => {
    expect(line(tableOf(facts({ start: 900, end: 1100 })), 'Time taken')).toBe('Time taken: 00:01');
  });
});

describe('bytes', () => {
  it.each([
    [0, '0'],
    [1, '1'],
    [1023, '1023'],
    [1024, '1024 (1.00 KB)'],
    [7641, '7641 (7.46 KB)'],
    [1024 ** 2 - 1, '1048575 (1024.00 KB)'],
    [1024 ** 2, '1048576 (1.00 MB)'],
    [3 * 1024 ** 3, '3221225472 (3.00 GB)'],
    [1024 ** 4, '1099511627776 (1.00 TB)'],
    [2 * 1024 ** 5, '2251799813685248 (2.00 PB)'],
  ])('%d are shown as %s', (count, shown) => {
    const tally = new Tally();
    tally.bytes = count;
    tally.estimated = count;
    const table = tableOf(facts({}, tally));
    expect(line(table, 'Bytes estimated')?.replace(/.*: */, '')).toBe(shown);
    expect(line(table, 'Bytes in backup')?.replace(/.*: */, '')).toBe(shown);
  });

  it('are named after what was done with them', () => {
    expect(line(tableOf(facts({ kind: 'restore' })), 'Bytes attempted')).toBeDefined();
    expect(line(tableOf(facts({ kind: 'verify' })), 'Bytes checked')).toBeDefined();
  });
});

function tallied(letter: Letter): Tally {
  const tally = new Tally();
  const sized = { ...NO_ATTRIBUTES, size: 5 };
  const link = letter === 'l' || letter === 'L' ? { link: '/other' } : {};
  const entry = entryOf(letter, '/a', sized, link);
  tally.scanned(entry);
  tally.kept({ ...entry, end: { size: 7, md5: '0'.repeat(32) } }, undefined, 'whole');
  return tally;
}

const NAMES: readonly [Letter, inLog: string, inJson: string][] = [
  ['f', 'Files', 'files'],
  ['y', 'Files (encrypted)', 'files_encrypted'],
  ['m', 'Meta data', 'meta_data'],
  ['n', 'Meta data (enc)', 'meta_data_encrypted'],
  ['d', 'Directories', 'directories'],
  ['L', 'Hard links', 'soft_links'],
  ['l', 'Soft links', 'hard_links'],
  ['s', 'Special files', 'special_files'],
  ['v', 'VSS headers', 'vss_headers'],
  ['V', 'VSS headers (enc)', 'vss_headers_encrypted'],
  ['u', 'VSS footers', 'vss_footers'],
  ['U', 'VSS footers (enc)', 'vss_footers_encrypted'],
  ['k', 'EFS files', 'efs_files'],
];

describe.each(NAMES)('entries of letter %s', (letter, inLog, inJson) => {
  it('have their name in the log and in the JSON, and their bytes are estimated if they are files', () => {
    const tally = tallied(letter);
    const row = line(tableOf(facts({}, tally)), `${inLog}:`)!;
    expect(row.replace(/.*: +/, '').split(/[ |]+/)).toEqual(['1', '0', '0', '0', '1', '1']);
    const { counters } = JSON.parse(formatStats(facts({}, tally))) as { counters: { name: string }[] };
    expect(counters[0]).toEqual({
      name: inJson,
      type: letter,
      count: 1,
      changed: 0,
      same: 0,
      deleted: 0,
      scanned: 1,
    });
    expect(tally.estimated).toBe(['f', 'y', 'k'].includes(letter) ? 5 : 0);
    expect(tally.bytes).toBe(7);
  });
});

it('warnings are in the JSON only if there are any', () => {
  const names = (warnings: number): string[] => {
    const text = formatStats(facts({ warnings, start: 1999, end: 61_000 }));
    const { counters } = JSON.parse(text) as { counters: { name: string; count: number }[] };
    return counters.map(({ name, count }) => `${name} ${count}`);
  };
  const others = ['bytes_estimated 0', 'bytes 0', 'time_start 1', 'time_end 61'];
  expect(names(0)).toEqual(['grand_total 0', ...others]);
  expect(names(1)).toEqual(['grand_total 0', 'warnings 1', ...others]);
});

describe('an entry that another backup has as well', () => {
  const old = entryOf('l', '/a', { ...NO_ATTRIBUTES, mtime: 1, ctime: 2 }, { link: '/b' });
  const kinds = (entry: typeof old, action: 'record' | 'keep' | 'whole' = 'record'): string => {
    const tally = new Tally();
    tally.kept(entry, old, action);
    const { count, changed, same } = tally.of();
    return `${count} new, ${changed} changed, ${same} same`;
  };

  it('is the same if its kind, its link and its times are', () => {
    expect(kinds(old)).toBe('0 new, 0 changed, 1 same');
    expect(kinds({ ...old, link: '/c' })).toBe('0 new, 1 changed, 0 same');
    expect(kinds(entryOf('L', '/a', old.attributes, { link: '/b' }))).toBe('0 new, 1 changed, 0 same');
    for (const changed of [{ mtime: 3 }, { ctime: 3 }])
      expect(kinds({ ...old, attributes: { ...old.attributes, ...changed } })).toBe(
        '0 new, 1 changed, 0 same',
      );
  });

  it('is the same, with data, if these are kept', () => {
    const file = entryOf('f', '/a', old.attributes);
    expect(kinds(file, 'keep')).toBe('0 new, 0 changed, 1 same');
    expect(kinds(file, 'whole')).toBe('0 new, 1 changed, 0 same');
  });
});
