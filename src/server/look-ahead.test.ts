import * as nodeFs from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localClient } from '../client/local-client.ts';
import { file, memoryTree } from '../client/memory-tree.ts';
import type { BackupClient } from '../ports/backup-client.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Settings } from '../storage/settings.ts';
import { type TemporaryStore, backupOf, temporaryStore, unsynced } from '../testing/temporary-store.ts';

let place: TemporaryStore;
beforeEach(async () => {
  place = await temporaryStore();
});
afterEach(() => place.remove());

const older = memoryTree({
  '/changed': file('old', { mtime: 1 }),
  '/same': file('same', { mtime: 1 }),
  '/then': file('then', { mtime: 1 }),
});
const newer = memoryTree({
  '/changed': file('newer', { mtime: 2 }),
  '/new': file('new', { mtime: 2 }),
  '/same': file('same', { mtime: 1 }),
  '/then': file('then', { mtime: 1 }),
});

/** The stored data of the first backup's `same`. */
async function same(): Promise<string> {
  const [name] = (await nodeFs.readdir(place.root)).filter((one) => /^\d{7} /.test(one));
  return `${place.root}/${name}/data/t/same`;
}

/** What happens in the second of two backups until it is stored: looks at files to keep, and the end of the scan. */
async function looks(settings: Partial<Settings> = {}, meanwhile = async () => {}): Promise<string[]> {
  await backupOf(await place.open(settings), older);
  await meanwhile();
  const seen: string[] = [];
  const real = unsynced(Infinity).fs;
  const fs: FileSystem = {
    ...real,
    async lstat(path) {
      const [, name] = /\/data\/t\/(same|then)$/.exec(path) ?? [];
      if (name !== undefined) seen.push(name);
      return real.lstat(path);
    },
  };
  const inner = localClient(newer);
  const client: BackupClient = {
    ...inner,
    async *scan(what) {
      yield* inner.scan(what);
      seen.push('end of the scan');
    },
    whole: (entry) => inner.whole(entry),
    delta: (entry, signature) => inner.delta(entry, signature),
  };
  const store = await place.open(settings, fs);
  let stored: string[] = [];
  await store.backup(client, { onStored: () => void (stored = [...seen]) });
  return stored;
}

it('a file that is going to be kept is looked at once, while the client scans', async () => {
  expect(await looks()).toEqual(['same', 'then', 'end of the scan']);
});

it('one that is lost is looked at again, once it can be asked for', async () => {
  expect(await looks({}, async () => nodeFs.unlink(await same()))).toEqual([
    'same',
    'then',
    'end of the scan',
    'same',
  ]);
  expect(place.warnings).toMatchObject([expect.stringContaining('/same has lost its data')]);
});

it('one that has all the names it may have is looked at again', async () => {
  const meanwhile = async () => nodeFs.link(await same(), `${place.directory}/one more`);
  expect(await looks({ maxHardlinks: 2 }, meanwhile)).toEqual(['same', 'then', 'end of the scan', 'same']);
});
