import * as nodeFs from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localClient } from '../client/local-client.ts';
import { file, memoryTree } from '../client/memory-tree.ts';
import type { BackupClient } from '../ports/backup-client.ts';
import type { BackupSource } from '../ports/backup-source.ts';
import {
  type TemporaryStore,
  expected,
  namesBelow,
  restored,
  temporaryStore,
} from '../testing/temporary-store.ts';
import { displayBytes } from '../storage/manifest/byte-string.ts';

let place: TemporaryStore;
beforeEach(async () => {
  place = await temporaryStore();
});
afterEach(() => place.remove());

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const treeOf = (version: number) =>
  memoryTree(
    Object.fromEntries(
      names.map((name) => [`/${name}`, file(`${name} ${version} ${'x'.repeat(200)}`, { mtime: version })]),
    ),
  );

/** A client that hangs up at the n-th request, and a list of what it was asked for. */
function hangingUp(
  source: BackupSource,
  after: number,
  code?: string,
): { client: BackupClient; asked: string[] } {
  const client = localClient(source);
  const asked: string[] = [];
  const ask = (path: string) => {
    if (asked.length >= after) throw Object.assign(new Error('the client hung up'), { code });
    asked.push(displayBytes(path));
  };
  return {
    asked,
    client: {
      scan: (options) => client.scan(options),
      async whole(entry) {
        ask(entry.path);
        return client.whole(entry);
      },
      async delta(entry, signature) {
        ask(entry.path);
        return client.delta(entry, signature);
      },
    },
  };
}

// The scan is the first entry of the first batch.
const settings = { recovery: 'resume', entriesPerSync: 2 } as const;

it.each([
  ['files', 1],
  ['deltas', 2],
])('a resumed backup asks only for %s that did not arrive', async (_, version) => {
  const store = await place.open(settings);
  for (let before = 1; before < version; before++) await store.backup(localClient(treeOf(before)));
  const first = hangingUp(treeOf(version), 5);
  await expect(store.backup(first.client)).rejects.toThrow('hung up');
  expect(first.asked).toEqual(['/a', '/b', '/c', '/d', '/e']);
  expect(await store.unfinished()).toMatchObject([{ what: 'working' }]);
  const again = hangingUp(treeOf(version), 100);
  await store.backup(again.client);
  expect(again.asked).toEqual(['/f']);
  expect(await restored(store, version)).toEqual(await expected(treeOf(version)));
  expect(await store.unfinished()).toEqual([]);
});

it('all that arrived before a connection broke need not be sent again, however large the batches', async () => {
  const store = await place.open({ ...settings, entriesPerSync: 1000 });
  await expect(store.backup(hangingUp(treeOf(1), 4, 'ECONNRESET').client)).rejects.toThrow();
  const again = hangingUp(treeOf(1), 100);
  await store.backup(again.client);
  expect(again.asked).toEqual(['/e', '/f']);
  expect(await restored(store, 1)).toEqual(await expected(treeOf(1)));
});

it('what an account vouches for and is damaged is asked for again', async () => {
  const store = await place.open(settings);
  await expect(store.backup(hangingUp(treeOf(1), 4).client)).rejects.toThrow();
  const directory = await workingDirectory();
  await nodeFs.writeFile(`${directory}/data/t/b`, 'damaged');
  await nodeFs.appendFile(`${directory}/changed`, 'batch 99 torn off');
  await nodeFs.writeFile(`${directory}/data/t/f`, 'nobody vouches for it');
  const again = hangingUp(treeOf(1), 100);
  await store.backup(again.client);
  // The fourth file's batch was not full, so nothing vouches for it.
  expect(again.asked).toEqual(['/b', '/d', '/e', '/f']);
  expect(await restored(store, 1)).toEqual(await expected(treeOf(1)));
});

it('what nobody vouches for is gone, even if its file can no longer be read', async () => {
  const store = await place.open(settings);
  await expect(store.backup(hangingUp(treeOf(1), 4).client)).rejects.toThrow();
  expect(await nodeFs.readdir(`${await workingDirectory()}/data/t`)).toContain('d');
  const client = localClient(treeOf(1));
  await store.backup({
    scan: (options) => client.scan(options),
    whole: async (entry) => (entry.path === '/d' ? { interrupted: 'gone' } : client.whole(entry)),
    delta: (entry, signature) => client.delta(entry, signature),
  });
  expect([...(await restored(store, 1)).keys()]).toEqual(['/a', '/b', '/c', '/e', '/f']);
  expect((await namesBelow(place.root)).filter((name) => name.endsWith('/d'))).toEqual([]);
});

it('deltas whose previous backup was deleted meanwhile are asked for again', async () => {
  const store = await place.open({ ...settings, hardlinkedArchive: true });
  const other = memoryTree(Object.fromEntries(names.map((name) => [`/${name}`, file('nothing like it')])));
  await store.backup(localClient(other));
  await store.backup(localClient(treeOf(2)));
  await expect(store.backup(hangingUp(treeOf(3), 5).client)).rejects.toThrow();
  await store.remove(2);
  const again = hangingUp(treeOf(3), 100);
  const { warnings } = await store.backup(again.client);
  expect(again.asked).toEqual(names.map((name) => `/${name}`));
  expect(warnings).toEqual([]);
  expect(await restored(store, 0)).toEqual(await expected(treeOf(3)));
  expect(await restored(store, 1)).toEqual(await expected(other));
});

it('after so many attempts a backup is begun anew', async () => {
  const store = await place.open({ ...settings, maxResumeAttempts: 2 });
  const asked: string[][] = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    const client = hangingUp(treeOf(1), 2);
    await expect(store.backup(client.client)).rejects.toThrow();
    asked.push(client.asked);
  }
  expect(asked).toEqual([
    ['/a', '/b'],
    ['/b', '/c'],
    ['/d', '/e'],
    ['/a', '/b'],
  ]);
});

it('a backup with a damaged scan, or under method delete, is removed and begun anew', async () => {
  for (const recovery of ['resume', 'delete'] as const) {
    const store = await place.open({ ...settings, recovery });
    await expect(store.backup(hangingUp(treeOf(1), 3).client)).rejects.toThrow();
    await nodeFs.truncate(`${await workingDirectory()}/phase1.gz`, 20);
    await store.recover();
    expect(await store.unfinished()).toEqual([]);
    expect(await namesBelow(place.root)).toEqual([]);
  }
});

async function workingDirectory(): Promise<string> {
  return `${place.root}/${await nodeFs.readlink(`${place.root}/working`)}`;
}
