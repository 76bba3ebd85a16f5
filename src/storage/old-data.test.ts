import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemFiles } from '../host/system-files.ts';
import { gzip } from './codec/gzip.ts';
import { type Backup, placeOf } from './job.ts';
import { NO_ATTRIBUTES } from './manifest/attributes.ts';
import { entryOf } from './manifest/entry.ts';
import { isLinkable, seemsWhole } from './old-data.ts';

const PLAIN = Buffer.from('a line that is packed\n'.repeat(9));
const PACKED = Buffer.from(gzip(PLAIN));
const entry = {
  ...entryOf('f', '/a', { ...NO_ATTRIBUTES, compression: 9 }),
  dataPath: 't/a',
  end: { size: PLAIN.length, md5: '0'.repeat(32) },
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jiggle-old-data-'));
});
afterEach(() => rm(directory, { recursive: true }));

function backup(isJiggles: boolean): Backup {
  return { name: '0000001', directory, isJiggles } as Backup;
}

async function looksWhole(bytes: Uint8Array, isJiggles: boolean): Promise<boolean> {
  const path = placeOf(directory, entry);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return (await seemsWhole(systemFiles, backup(isJiggles), entry)) !== undefined;
}

const damaged = (at: number): Uint8Array => {
  const bytes = Buffer.from(PACKED);
  bytes[at]! ^= 0xff;
  return bytes;
};

it.each([
  ['is whole', true, PACKED],
  ['is zeros, as a cut leaves it whose size came before its data', false, Buffer.alloc(PACKED.length)],
  ['has another first byte', false, damaged(0)],
  ['has another second byte', false, damaged(1)],
  ['ends with another size', false, damaged(PACKED.length - 4)],
  ['is cut off', false, PACKED.subarray(0, -1)],
  ['is empty', false, Buffer.alloc(0)],
])("a file of Burp's that %s: can be linked is %s", async (_, expected, bytes) => {
  expect(await looksWhole(bytes, false)).toBe(expected);
});

it("of jiggle's own files it is enough that they are there, since they were durable", async () => {
  expect(await looksWhole(damaged(0), true)).toBe(true);
  expect(await looksWhole(Buffer.alloc(19), true)).toBe(false);
});

it('a file that is not there, or is a directory, is none', async () => {
  expect(await seemsWhole(systemFiles, backup(true), entry)).toBeUndefined();
  await mkdir(placeOf(directory, entry), { recursive: true });
  expect(await seemsWhole(systemFiles, backup(true), entry)).toBeUndefined();
});

it('a file can have names up to the limit, and not one more', () => {
  const stat = (nlink: number) => ({ nlink }) as Parameters<typeof isLinkable>[0];
  expect(isLinkable(stat(9), { maxHardlinks: 10 })).toBe(true);
  expect(isLinkable(stat(10), { maxHardlinks: 10 })).toBe(false);
});
