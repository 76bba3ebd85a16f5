import { expect, test } from 'vitest';
import { type BackupRecord, isRecord } from './record-shape.ts';

const SEAL = { count: 3, size: 100, sha256: 'a'.repeat(64) };
const RECORD: BackupRecord = {
  version: 1,
  name: '0000001 2024-01-01 00:00:00 +0000',
  previous: null,
  hardlinked: false,
  compression: 9,
  entriesPerSync: 1,
  librsync: true,
  librsyncMaxSize: 0,
  maxHardlinks: 2,
  manifests: [SEAL],
};

test('a record is what this version writes, with one manifest or two', () => {
  expect(isRecord(RECORD)).toBe(true);
  expect(isRecord({ ...RECORD, previous: 'x', manifests: [SEAL, { ...SEAL, count: 0, size: 0 }] })).toBe(
    true,
  );
});

test.each(Object.keys(RECORD))('without %s, or with another kind of value there, it is none', (name) => {
  const { [name as 'name']: _, ...rest } = RECORD;
  expect(isRecord(rest)).toBe(false);
  for (const value of [undefined, {}, Number.NaN, 1.5, -1.5, []])
    expect(isRecord({ ...RECORD, [name]: value })).toBe(false);
});

test.each([
  ['another version', { version: 2 }],
  ['a count below its least', { entriesPerSync: 0 }],
  ['a count that is negative', { librsyncMaxSize: -1 }],
  ['no manifest', { manifests: [] }],
  ['three manifests', { manifests: [SEAL, SEAL, SEAL] }],
  ['a sum that is none', { manifests: [{ ...SEAL, sha256: 'A'.repeat(64) }] }],
  ['more in a seal', { manifests: [{ ...SEAL, more: 1 }] }],
  ['less in a seal', { manifests: [{ count: 1, size: 1 }] }],
  ['a field more', { more: 1 }],
])('with %s it is none', (_, change) => {
  expect(isRecord({ ...RECORD, ...change })).toBe(false);
});

test.each([[null], ['text'], [[]], [undefined], [1]])('%j is none', (value) => {
  expect(isRecord(value)).toBe(false);
});
