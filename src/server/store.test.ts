import * as nodeFs from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { file, memoryTree } from '../client/memory-tree.ts';
import { MemorySink } from '../client/memory-sink.ts';
import type { BackupSource } from '../ports/backup-source.ts';
import { ownLocks } from '../ports/host.ts';
import { compareEntries } from '../storage/manifest/entry.ts';
import {
  type TemporaryStore,
  backupOf,
  expected,
  restored,
  temporaryStore,
} from '../testing/temporary-store.ts';
import { versions } from '../testing/versions.ts';
import { shelf } from './shelf.ts';
import { openStore } from './store.ts';

let place: TemporaryStore;
beforeEach(async () => {
  place = await temporaryStore();
});
afterEach(() => place.remove());

it('backups are named in any format, each keeps its name, and clients are shown the default one', async () => {
  const formats = ['%Y-%m-%d %H:%M:%S %z', '%A %e %B, %I %p', '%s (deletable)', '%F_%T'];
  for (const [at, timestampFormat] of formats.entries())
    await backupOf(await place.open({ timestampFormat }), versions[at % versions.length]!);
  const names = (await (await place.open()).list()).map(({ name }) => name);
  expect(names.map((name) => name.replaceAll(/\d\d:\d\d/g, '**:**'))).toEqual([
    '0000001 2026-11-23 **:**:13 +0000',
    '0000002 Monday 23 November, 02 AM',
    expect.stringMatching(/^0000003 1795\d{6} \(deletable\)$/),
    '0000004 2026-11-23_**:**:13',
  ]);
  const lines = (await (await place.open()).backups()).map(({ line }) => line);
  expect(lines.map((line) => line.slice(0, 19))).toEqual(
    [1, 2, 3, 4].map((number) => `000000${number} 2026-11-23 `),
  );
  expect((await shelf(nodeFs, place.root)).map(({ line }) => line)).toEqual(lines.toReversed());
  for (const number of [1, 2, 3, 4])
    expect(await (await place.open()).verify(number)).toMatchObject({ failures: [] });
  await expect(place.open({ timestampFormat: '%Y/%m' })).rejects.toThrow(
    'timestampFormat makes no names: "%Y/%m"',
  );
});

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
  const source = memoryTree({ '/ok': file('ok'), '/a/../../b': file('no'), '/c/': file('odd') });
  const { warnings } = await backupOf(store, source);
  expect(warnings).toEqual(['/a/../../b is not in the backup: it has a component ".."']);
  expect([...(await restored(store, 1)).keys()]).toEqual(['/c', '/ok']);
});

it('paths that are longer than a disk takes are stored all the same, and kept and changed like others', async () => {
  const store = await place.open();
  const names = [
    `/${'deep/'.repeat(800)}end`,
    `/${'d/'.repeat(15_800)}end`,
    `/${'\u{1F4BE}'.repeat(80)}`,
    `/${'w'.repeat(300)}`,
    'C:/short',
  ];
  const version = (data: string, mtime: number) =>
    memoryTree(Object.fromEntries(names.map((name) => [name, file(data.repeat(2000), { mtime })])));
  await backupOf(store, version('one', 1));
  expect((await backupOf(store, version('one', 1))).counts).toMatchObject({ kept: 5, whole: 0, dropped: 0 });
  const { warnings, counts } = await backupOf(store, version('two', 2));
  expect(counts).toMatchObject({ delta: 5, dropped: 0 });
  expect(warnings).toEqual([]);
  for (const [number, data] of [
    [1, 'one'],
    [2, 'one'],
    [3, 'two'],
  ] as const) {
    expect((await store.verify(number)).failures).toEqual([]);
    const nodes = await restored(store, number);
    expect([...nodes.values()].map((node) => node.data!.toString())).toEqual(
      names.map(() => data.repeat(2000)),
    );
  }
});

it.each(['', '.', '..', 'a/b', '.hidden', 'a\0b', 'x'.repeat(256)])(
  '%j is no client name',
  async (client) => {
    const options = { fs: nodeFs, clock: { now: () => 0 }, host: ownLocks(), directory: place.directory };
    await expect(openStore({ ...options, client })).rejects.toMatchObject({ code: 'EINVAL' });
  },
);

it.each([
  [0o022, 0o755, 0o644],
  [0o077, 0o700, 0o600],
  [0o027, 0o750, 0o640],
])(
  'with a umask of %o directories have mode %o and files %o, whoever reads the store',
  async (umask, directory, plain) => {
    const before = process.umask(umask);
    try {
      const store = await place.open({ recovery: 'resume', maxResumeAttempts: 3 });
      await backupOf(store, memoryTree({ '/d/a': file('one'.repeat(500), { mtime: 1 }), '/d/b': file('b') }));
      await backupOf(store, memoryTree({ '/d/a': file('two'.repeat(500), { mtime: 2 }), '/d/b': file('b') }));
      const modes = new Set<string>();
      for (const name of await nodeFs.readdir(place.root, { recursive: true })) {
        const stat = await nodeFs.lstat(`${place.root}/${name}`);
        if (!stat.isSymbolicLink()) modes.add(`${stat.isDirectory()} ${(stat.mode & 0o777).toString(8)}`);
      }
      expect([...modes].sort()).toEqual([`false ${plain.toString(8)}`, `true ${directory.toString(8)}`]);
    } finally {
      process.umask(before);
    }
  },
);

it('old backups go when a new one is there, and not for one that fails', async () => {
  for (const version of versions.slice(0, 3)) await backupOf(await place.open({ keep: [5] }), version);
  const numbers = async () => (await (await place.open({ keep: [5] })).list()).map(({ number }) => number);
  const failing: BackupSource = {
    ...versions[3]!,
    async *scan() {
      yield* memoryTree({ '/file': file('begun') }).scan();
      throw new Error('the client is gone');
    },
  };
  await expect(backupOf(await place.open({ keep: [2] }), failing)).rejects.toThrow('the client is gone');
  expect(await numbers()).toEqual([1, 2, 3]);
  await backupOf(await place.open({ keep: [2] }), versions[3]!);
  expect(await numbers()).toEqual([3, 4]);
});
