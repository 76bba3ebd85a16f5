import { randomBytes } from 'node:crypto';
import * as nodeFs from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dir, fifo, file, hardlink, memoryTree, symlink } from '../client/memory-tree.ts';
import { MemorySink } from '../client/memory-sink.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { BackupSource } from '../ports/backup-source.ts';
import { ownLocks } from '../ports/host.ts';
import { compareEntries } from '../storage/manifest/entry.ts';
import { cutting } from '../testing/cutting-fs.ts';
import {
  type TemporaryStore,
  backupOf,
  expected,
  restored,
  temporaryStore,
} from '../testing/temporary-store.ts';
import { openStore } from './store.ts';

let place: TemporaryStore;
beforeEach(async () => {
  place = await temporaryStore();
});
afterEach(() => place.remove());

const versions = [1, 2, 3, 4, 5].map((version) =>
  memoryTree({
    '/': dir(),
    '/changes': file(`version ${version}\n${'the same line\n'.repeat(50)}`, { mtime: version, mode: 0o640 }),
    '/d': dir({ mtime: version, mode: 0o750 }),
    '/d/stays': file('as ever', { mtime: 1 }),
    '/empty': file('', { mtime: 1 }),
    '/pipe': fifo(),
    '/second': hardlink('/d/stays'),
    '/to': symlink(`version ${version}`),
    ...(version % 2 ? { '/odd': file(`odd ${version}`, { mtime: version }) } : {}),
  }),
);

it('every backup restores as it was, whatever the settings were when it was made', async () => {
  const settings = [
    {},
    { compression: 0 },
    { compression: 0, librsync: false },
    { hardlinkedArchive: true },
    { librsyncMaxSize: 10 },
  ];
  for (const [at, version] of versions.entries()) await backupOf(await place.open(settings[at]), version);
  const store = await place.open();
  expect((await store.list()).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  for (const [at, version] of versions.entries()) {
    expect(await restored(store, at + 1)).toEqual(await expected(version));
    expect(await store.verify(at + 1)).toMatchObject({ failures: [] });
  }
  expect(place.warnings).toEqual([]);
});

it('an older backup keeps what a newer one changed as a delta, and what it shares not at all', async () => {
  const store = await place.open();
  await backupOf(store, versions[0]!);
  await backupOf(store, versions[1]!);
  const [first] = await store.list();
  expect(await nodeFs.readdir(`${place.root}/${first!.name}/deltas.reverse/t`)).toEqual(['changes']);
  expect(await nodeFs.readdir(`${place.root}/${first!.name}/data/t`)).toEqual(['odd']);
});

it('a hardlinked backup keeps everything itself, and the one after it may be deleted', async () => {
  const store = await place.open({ hardlinkedArchive: true });
  for (const version of versions.slice(0, 3)) await backupOf(store, version);
  await store.remove(2);
  expect((await store.list()).map(({ number }) => number)).toEqual([1, 3]);
  expect(await restored(store, 1)).toEqual(await expected(versions[0]!));
  await store.remove(3);
  expect(await store.list()).toMatchObject([{ number: 1, isCurrent: true }]);
});

it('a backup that others are kept as differences from is not deleted', async () => {
  const store = await place.open();
  for (const version of versions.slice(0, 2)) await backupOf(store, version);
  await expect(store.remove(2)).rejects.toMatchObject({ code: 'EPERM' });
  await expect(store.remove(7)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('keep=2 leaves the two newest', async () => {
  const store = await place.open({ keep: [2] });
  for (const version of versions) await backupOf(store, version);
  expect((await store.list()).map(({ number }) => number)).toEqual([4, 5]);
  expect(await restored(store, 4)).toEqual(await expected(versions[3]!));
});

it('keep=2,3 makes every second backup an archive and keeps one of each older pair', async () => {
  const store = await place.open({ keep: [2, 3] });
  for (let round = 0; round < 9; round++) await backupOf(store, versions[round % 5]!);
  const numbers = (await store.list()).map(({ number }) => number);
  expect(numbers.slice(-2)).toEqual([8, 9]);
  expect(numbers.length).toBeLessThanOrEqual(5);
  for (const number of numbers) expect((await store.verify(number)).failures).toEqual([]);
});

it('only what was asked for is restored, and stripped paths are shorter', async () => {
  const store = await place.open();
  await backupOf(store, versions[0]!);
  const byRegex = new MemorySink();
  await store.restore(1, byRegex, { regex: /stays$/ });
  expect([...byRegex.nodes.keys()]).toEqual(['/d/stays']);
  const byPrefix = new MemorySink();
  await store.restore(1, byPrefix, { prefix: '/d', strip: 1 });
  expect([...byPrefix.nodes.keys()]).toEqual(['/stays']);
  // The first name of this hard link is not part of the restore, so it comes as a file of its own.
  const byLink = new MemorySink();
  await store.restore(1, byLink, { prefix: '/second' });
  expect(byLink.nodes.get('/second')?.data).toEqual(Buffer.from('as ever'));
});

it('files that vanish or grow while they are read cost no more than themselves', async () => {
  const source = versions[0]!;
  const racing: BackupSource = {
    scan: () => source.scan(),
    async read(entry) {
      if (entry.path === '/odd') return { interrupted: 'it has vanished' };
      if (entry.path === '/d/stays') return { interrupted: 'permission denied' };
      return source.read(entry);
    },
  };
  const store = await place.open();
  const { warnings, counts } = await backupOf(store, racing);
  expect(warnings).toEqual([
    '/d/stays is not in the backup: permission denied',
    '/odd is not in the backup: it has vanished',
    '/second is not in the backup: it has vanished',
  ]);
  expect(counts.dropped).toBe(3);
  expect([...(await restored(store, 1)).keys()]).toEqual(['/', '/changes', '/d', '/empty', '/pipe', '/to']);
});

it('names of any bytes are stored apart from each other', async () => {
  const names = ['\u00e9', '%C3%A9', 'new\nline', 'back\\slash', 'a', 'A', ' ', 'x'.repeat(255)];
  const tree = memoryTree(Object.fromEntries(names.map((name, at) => [`/${name}`, file(`${at}`)])));
  const latin1: BackupSource = {
    async *scan() {
      const entries = [];
      for await (const entry of tree.scan()) if (typeof entry !== 'string') entries.push(entry);
      // Not UTF-8, and so nothing that a string can name.
      entries.push({ ...entries[0]!, path: '/\xff\xfe' });
      yield* entries.sort(compareEntries);
    },
    read: (entry) => tree.read(entry.path === '/\xff\xfe' ? { ...entry, path: '/a' } : entry),
  };
  const store = await place.open();
  await backupOf(store, latin1);
  await backupOf(store, latin1);
  const nodes = await restored(store, 2);
  expect(nodes.size).toBe(names.length + 1);
  expect(nodes.get('/\\xff\\xfe')?.data).toEqual(nodes.get('/a')?.data);
  expect((await store.verify(1)).failures).toEqual([]);
});

it('paths that would lead out of the store are refused, and nothing else is', async () => {
  const store = await place.open();
  const source = memoryTree({ '/ok': file('ok'), '/a/../../b': file('no'), '/c/': file('no') });
  const { warnings } = await backupOf(store, source);
  expect(warnings).toHaveLength(2);
  expect([...(await restored(store, 1)).keys()]).toEqual(['/ok']);
});

it(
  'large files pass through in pieces: whole, as deltas, packed and unpacked',
  { timeout: 60_000 },
  async () => {
    const start = randomBytes(5 << 20);
    const versionOf = (version: number) => Buffer.concat([start, Buffer.from(`version ${version}`), start]);
    const trees = [1, 2, 3].map((version) =>
      memoryTree({
        '/big': file(versionOf(version), { mtime: version }),
        '/small': file('s', { mtime: version }),
      }),
    );
    for (const compression of [0, 1]) {
      const own = await temporaryStore();
      try {
        const store = await own.open({ compression });
        for (const tree of trees) await backupOf(store, tree);
        const scratch = `${own.directory}/scratch`;
        await nodeFs.mkdir(scratch);
        const frugal = await openStore({
          fs: nodeFs,
          clock: { now: () => 0 },
          host: ownLocks(),
          directory: own.directory,
          client: 'client',
          scratch,
        });
        for (const at of trees.keys()) {
          expect(Buffer.compare((await restored(frugal, at + 1)).get('/big')!.data!, versionOf(at + 1))).toBe(
            0,
          );
        }
        expect(await nodeFs.readdir(scratch)).toEqual([]);
        const [first] = await store.list();
        const { size } = await nodeFs.stat(`${own.root}/${first!.name}/deltas.reverse/t/big`);
        expect(size).toBeLessThan(100_000);
        expect(own.warnings).toEqual([]);
      } finally {
        await own.remove();
      }
    }
  },
);

it('two processes do not work on one client at a time', async () => {
  const host = ownLocks();
  const options = { fs: nodeFs, clock: { now: () => 0 }, host, directory: place.directory, client: 'client' };
  const [one, two] = [await openStore(options), await openStore(options)];
  const slow: BackupSource = {
    async *scan() {
      await expect(two.recover()).rejects.toMatchObject({ code: 'EBUSY' });
      yield* versions[0]!.scan();
    },
    read: (entry) => versions[0]!.read(entry),
  };
  await backupOf(one, slow);
  await two.recover();
});

it.each(['ENOSPC', 'EIO'])('%s at any one call is told, and costs nothing that was stored', async (code) => {
  const store = await place.open({ entriesPerSync: 4 });
  await backupOf(store, versions[0]!);
  let number = 1;
  for (let calls = 0; ; calls += 5) {
    const fails = () => Object.assign(new Error(`${code}: failed on purpose`), { code });
    const { fs, done } = cutting(nodeFs, calls, { syncs: false, fails });
    const failing = await place.open({ entriesPerSync: 4, keep: [3] }, fs);
    const version = versions[calls % versions.length]!;
    const before = await store.list();
    const result = await backupOf(failing, version).catch((error: NodeJS.ErrnoException) => error.code);
    if (done() > calls) expect(result).toBe(code);
    await store.recover();
    const after = await store.list();
    number = after.at(-1)!.number;
    expect(number).toBeGreaterThanOrEqual(before.at(-1)!.number);
    for (const one of after) expect((await store.verify(one.number)).failures).toEqual([]);
    if (number > before.at(-1)!.number)
      expect(await restored(store, number)).toEqual(await expected(version));
    if (done() <= calls) break;
  }
  expect(number).toBeGreaterThan(3);
});

it('on a full disk an old backup can be deleted, and then the received one is finished', async () => {
  const store = await place.open();
  await backupOf(store, versions[0]!);
  await backupOf(store, versions[1]!);
  const dies = () => {
    throw new Error('cut after the point of no return');
  };
  await expect(backupOf(store, versions[2]!, dies)).rejects.toThrow('cut');
  const isFull = { now: true };
  const full = Object.assign(Object.create(nodeFs) as FileSystem, {
    async open(path: string, flags?: string, mode?: number) {
      if (isFull.now && flags === 'wx')
        throw Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' });
      return nodeFs.open(path, flags, mode);
    },
    async unlink(path: string) {
      isFull.now = false;
      return nodeFs.unlink(path);
    },
  });
  const tight = await place.open({}, full);
  await expect(tight.recover()).rejects.toMatchObject({ code: 'ENOSPC' });
  await expect(tight.remove(2)).rejects.toMatchObject({ code: 'EBUSY' });
  await tight.remove(1);
  await tight.recover();
  expect((await tight.list()).map(({ number }) => number)).toEqual([2, 3]);
  for (const number of [2, 3])
    expect(await restored(tight, number)).toEqual(await expected(versions[number - 1]!));
});

it('a restore goes on while a newer backup takes files over', async () => {
  const store = await place.open();
  await backupOf(store, versions[0]!);
  class Interfering extends MemorySink {
    private isDone = false;
    override async make(...args: Parameters<MemorySink['make']>): Promise<undefined> {
      if (!this.isDone) {
        this.isDone = true;
        await backupOf(store, versions[1]!);
        await backupOf(store, versions[2]!);
      }
      return super.make(...args);
    }
  }
  const sink = new Interfering();
  expect((await store.restore(1, sink)).failures).toEqual([]);
  expect(sink.nodes).toEqual(await expected(versions[0]!));
});

it.each(['', '.', '..', 'a/b', '.hidden', 'a\0b', 'x'.repeat(129)])(
  '%j is no client name',
  async (client) => {
    const options = { fs: nodeFs, clock: { now: () => 0 }, host: ownLocks(), directory: place.directory };
    await expect(openStore({ ...options, client })).rejects.toMatchObject({ code: 'EINVAL' });
  },
);
