import * as nodeFs from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localClient } from '../client/local-client.ts';
import { file, memoryTree } from '../client/memory-tree.ts';
import { Killed } from '../testing/cutting-fs.ts';
import {
  type TemporaryStore,
  backupOf,
  expected,
  namesBelow,
  restored,
  temporaryStore,
  unsynced,
} from '../testing/temporary-store.ts';

let place: TemporaryStore;
beforeEach(async () => {
  place = await temporaryStore();
});
afterEach(() => place.remove());

const settings = { entriesPerSync: 1 };
const older = memoryTree({
  '/changed': file('a line\n'.repeat(40), { mtime: 1 }),
  '/same': file('same', { mtime: 1 }),
});
const newer = memoryTree({
  '/changed': file('a line\n'.repeat(40) + 'more', { mtime: 2 }),
  '/new': file('new', { mtime: 2 }),
  '/same': file('same', { mtime: 1 }),
});

/** The path of a backup's directory, the oldest first. */
async function pathOf(at: number): Promise<string> {
  const names = (await nodeFs.readdir(place.root)).filter((name) => /^\d{7} /.test(name)).sort();
  return `${place.root}/${names.at(at)}`;
}

/** Backs up `older`, then kills the backup of `newer` right after the point of no return. */
async function killFinishing(): Promise<string> {
  await backupOf(await place.open(settings), older);
  const dies = () => {
    throw new Killed();
  };
  await expect(backupOf(await place.open(settings), newer, dies)).rejects.toThrow(Killed);
  return pathOf(-1);
}

it('a received backup whose record is damaged is put aside, and the next connect works', async () => {
  const directory = await killFinishing();
  await nodeFs.writeFile(`${directory}/jiggle.json`, '');
  const store = await place.open(settings);
  await store.recover();
  expect(await store.unfinished()).toMatchObject([{ what: 'damaged, put aside' }]);
  expect(place.warnings.join()).toContain('put aside');
  expect(await restored(store, 0)).toEqual(await expected(older));
  const { number } = await backupOf(store, newer);
  expect(number).toBeGreaterThan(2);
  expect(await restored(store, 0)).toEqual(await expected(newer));
});

it('a received backup with a sound manifest, but not its own, is put aside', async () => {
  const directory = await killFinishing();
  await nodeFs.copyFile(`${await pathOf(0)}/manifest.gz`, `${directory}/manifest.gz`);
  const store = await place.open(settings);
  await store.recover();
  expect(await store.unfinished()).toMatchObject([{ what: 'damaged, put aside' }]);
  expect(await restored(store, 0)).toEqual(await expected(older));
});

it('a received file that is damaged leaves the manifest, is named, and comes back with the next backup', async () => {
  const directory = await killFinishing();
  await nodeFs.writeFile(`${directory}/data/t/new`, 'wrong');
  await nodeFs.writeFile(`${directory}/deltas.forward/t/changed`, '');
  const store = await place.open(settings);
  await store.recover();
  expect(place.warnings).toMatchObject([
    expect.stringContaining('/changed is lost'),
    expect.stringContaining('/new is lost'),
  ]);
  const log = gunzipSync(await nodeFs.readFile(`${directory}/log.gz`)).toString();
  expect(log).toMatch(/Backup completed\.\n.*: WARNING: .*\/changed is lost[^]*\/new is lost/);
  expect([...(await restored(store, 0)).keys()]).toEqual(['/same']);
  expect((await store.verify(2)).failures).toEqual([]);
  expect(await restored(store, 1)).toEqual(await expected(older));
  await backupOf(store, newer);
  expect(await restored(store, 0)).toEqual(await expected(newer));
});

it('a damaged file of the current backup is named by verify, never restored, and sent whole next time', async () => {
  const store = await place.open(settings);
  await backupOf(store, older);
  const path = `${await pathOf(0)}/data/t/changed`;
  const bytes = await nodeFs.readFile(path);
  bytes[bytes.length - 5]! ^= 1;
  await nodeFs.writeFile(path, bytes);
  expect((await store.verify(1)).failures).toMatchObject([expect.stringContaining('/changed')]);
  await expect(restored(store, 1)).rejects.toThrow('/changed');
  const { counts } = await backupOf(store, newer);
  expect(counts).toMatchObject({ whole: 2, delta: 0, kept: 1 });
  expect(await restored(store, 2)).toEqual(await expected(newer));
  // What there is of the damaged one is kept as it is: it is not this program's to throw away.
  expect(await nodeFs.readFile(path)).toEqual(bytes);
});

it('an unchanged file that the current backup has lost is asked for again', async () => {
  const store = await place.open(settings);
  await backupOf(store, older);
  await nodeFs.unlink(`${await pathOf(0)}/data/t/same`);
  await backupOf(store, newer);
  expect(await restored(store, 2)).toEqual(await expected(newer));
  expect(place.warnings).toMatchObject([expect.stringContaining('/same has lost its data')]);
});

it.each(['', 'not gzip', 'half'])(
  'a current backup with a manifest that is %j does not stop the next',
  async (how) => {
    const store = await place.open(settings);
    await backupOf(store, older);
    await backupOf(store, older);
    const path = `${await pathOf(1)}/manifest.gz`;
    const bytes = await nodeFs.readFile(path);
    await nodeFs.writeFile(path, how === 'half' ? bytes.subarray(0, bytes.length / 2) : how);
    await backupOf(store, newer);
    expect(await restored(store, 3)).toEqual(await expected(newer));
    expect(await restored(store, 1)).toEqual(await expected(older));
    expect((await store.verify(2)).failures).toHaveLength(1);
    expect(place.warnings.join()).toContain('manifest');
  },
);

it('a sound manifest that is not the recorded one is not taken for it', async () => {
  const store = await place.open(settings);
  await backupOf(store, older);
  await backupOf(store, newer);
  await nodeFs.copyFile(`${await pathOf(0)}/manifest.gz`, `${await pathOf(1)}/manifest.gz`);
  expect((await store.verify(2)).failures[0]).toContain('not those that were recorded');
});

it('an empty timestamp is reported, and nothing depends on it', async () => {
  const store = await place.open(settings);
  await backupOf(store, older);
  await nodeFs.writeFile(`${await pathOf(0)}/timestamp`, '');
  expect((await store.verify(1)).failures).toMatchObject([expect.stringContaining('timestamp')]);
  await backupOf(store, newer);
  expect(await restored(store, 1)).toEqual(await expected(older));
});

it.each(['current', 'working', 'finishing', 'current.tmp'])(
  'a dangling %s is repaired in one connect',
  async (name) => {
    const store = await place.open(settings);
    await backupOf(store, older);
    await nodeFs.rm(`${place.root}/${name}`, { force: true });
    await nodeFs.symlink('0000009 2026-01-01 00:00:00 +0000', `${place.root}/${name}`);
    await store.recover();
    expect((await nodeFs.readdir(place.root)).length).toBe(2);
    expect(await store.list()).toMatchObject([{ number: 1, isCurrent: true }]);
    await backupOf(store, newer);
    expect(await restored(store, 2)).toEqual(await expected(newer));
  },
);

it('a working link to the current backup never removes it', async () => {
  const store = await place.open(settings);
  await backupOf(store, older);
  await nodeFs.symlink((await store.list())[0]!.name, `${place.root}/working`);
  await store.recover();
  expect(await restored(store, 1)).toEqual(await expected(older));
});

it('one entry that is lost between its arrival and its place makes no other lose its old file', async () => {
  const store = await place.open(settings);
  const tree = (text: string, mtime: number) =>
    memoryTree({
      '/a-lost': file(`${text}\n`.repeat(40), { mtime }),
      '/b-same': file('always the same', { mtime: 1 }),
      '/c-changed': file(`${text} as well\n`.repeat(40), { mtime }),
    });
  await backupOf(store, tree('older', 1));
  const delta = async () => {
    const forward = `${await pathOf(-1)}/deltas.forward`;
    const names = (await namesBelow(forward)).filter((name) => name.endsWith('a-lost'));
    expect(names).toHaveLength(1);
    await nodeFs.writeFile(`${forward}/${names[0]}`, 'no delta');
  };
  await store.backup(localClient(tree('newer', 2)), { onStored: delta });
  expect(place.warnings.join()).toContain('a-lost is lost');
  expect(await restored(store, 1)).toEqual(await expected(tree('older', 1)));
  expect([...(await restored(store, 2)).keys()]).toEqual(['/b-same', '/c-changed']);
});

it('an unchanged file that can have no more names is copied, and not taken for the same file', async () => {
  const { fs } = unsynced(Infinity);
  let refusals = 0;
  const link = (from: string, to: string): Promise<void> => {
    if (!to.endsWith('/same')) return fs.link(from, to);
    refusals++;
    return Promise.reject(Object.assign(new Error('EMLINK: too many links'), { code: 'EMLINK' }));
  };
  const store = await place.open(settings, { ...fs, link });
  for (const tree of [older, newer]) await backupOf(store, tree);
  expect(refusals).toBe(1);
  for (const [at, tree] of [older, newer].entries())
    expect(await restored(store, at + 1)).toEqual(await expected(tree));
  const left = (await namesBelow(await pathOf(0))).filter((name) => name.endsWith('/same'));
  expect(left).toEqual([expect.stringMatching(/^(?:data|deltas\.reverse)\/.*\/same$/)]);
});
