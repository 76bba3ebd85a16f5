import { expect, it } from 'vitest';
import { backupName, backupNumber, parentOf } from './layout.ts';

const clock = { now: () => Date.UTC(2026, 10, 23, 2, 49, 13) };

it('a backup has seven digits and the time in its name', () => {
  expect(backupName(3, clock)).toBe('0000003 2026-11-23 02:49:13 +0000');
  expect(backupName(9_999_999, clock)).toBe('9999999 2026-11-23 02:49:13 +0000');
  expect(() => backupName(10_000_000, clock)).toThrow('backup number 10000000 does not fit into 7 digits');
});

it('its number is read from its name, and from nothing else', () => {
  expect(backupNumber('0000003 2026-11-23 02:49:13 +0000')).toBe(3);
  expect(backupNumber('0000120 x')).toBe(120);
  for (const name of [
    '',
    'current',
    '0000003',
    '0000003 ',
    '000003 x',
    '00000003 x',
    ' 0000003 x',
    '0000003 x/y',
  ])
    expect(backupNumber(name), name).toBeUndefined();
});

it('the parent is the path without its last name', () => {
  expect(parentOf('/a/b/c')).toBe('/a/b');
  expect(parentOf('a/b')).toBe('a');
  expect(parentOf('/a')).toBe('');
});
