import * as nodeFs from 'node:fs/promises';
import { mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemorySink } from '../client/memory-sink.ts';
import { file, memoryTree } from '../client/memory-tree.ts';
import type { BackupClient } from '../ports/backup-client.ts';
import { type Store, openStore } from '../server/store.ts';
import { ownLocks } from '../ports/host.ts';
import { type TemporaryStore, backupOf, namesBelow, temporaryStore } from '../testing/temporary-store.ts';
import { md5Of } from './codec/digest.ts';
import { dataPathFor, onDisk, whyEntryRefused, whyRefused } from './data-path.ts';
import { NO_ATTRIBUTES } from './manifest/attributes.ts';
import { type Entry, type Letter, compareEntries, entryOf, hasData, hasLink } from './manifest/entry.ts';

/** Names that a hostile client would try, and names of the store's own files. */
const component = fc.oneof(
  fc.constantFrom('..', '.', '', '...', '\0', 'a\0b', '\n', 'x'.repeat(255), 'x'.repeat(256)),
  fc.constantFrom(
    'data',
    'current',
    'working',
    'finishing',
    'deleteme',
    'jiggle.json',
    'manifest.gz',
    't',
    'u',
    'h',
    'C:',
    'deep/'.repeat(700),
  ),
  fc.constantFrom(
    'deltas.forward',
    'deltas.reverse',
    'phase1.gz',
    'changed',
    '0000001 2026-11-23 02:50:13 +0000',
  ),
  fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
    maxLength: 6,
  }),
);
const path = fc
  .tuple(
    fc.constantFrom('/', '', '../', '//', '/../', 'C:/', 'c:', '/C:/'),
    fc.array(component, { maxLength: 6 }),
  )
  .map(([start, names]) => start + names.join('/'));
const letter = fc.constantFrom<Letter>('f', 'y', 'd', 'l', 'L', 's', 'm', 'n', 'k', 'v', 'u');

const entry: fc.Arbitrary<Entry> = fc
  .tuple(letter, path, path)
  .map(([kind, at, link]) => entryOf(kind, at, NO_ATTRIBUTES, hasLink(kind) ? { link: link || '/' } : {}));

describe('a data path', () => {
  it('never leads out of the directory that it is for, whatever the path', () => {
    fc.assert(
      fc.property(letter, path, (kind, at) => {
        const one = entryOf(kind, at, NO_ATTRIBUTES, hasLink(kind) ? { link: '/' } : {});
        if (!hasData(kind) || whyEntryRefused(one) !== undefined) return;
        const place = join('/d', onDisk(dataPathFor(one)));
        expect(place).toMatch(/^\/d\/[tuh]\//);
        expect(Buffer.byteLength(place)).toBeLessThan(3100);
      }),
      { numRuns: 2000 },
    );
  });

  it('is another one for every other part of every other path, and none lies below another', () => {
    fc.assert(
      fc.property(letter, path, letter, path, (kind, at, otherKind, other) => {
        const [a, b] = [entryOf(kind, at, NO_ATTRIBUTES), entryOf(otherKind, other, NO_ATTRIBUTES)];
        if ([a, b].some((one) => whyEntryRefused(one) !== undefined)) return;
        if (!hasData(kind) || !hasData(otherKind)) return;
        if (compareEntries(a, b) === 0) return;
        expect(dataPathFor(a)).not.toBe(dataPathFor(b));
        // A file can't be where a directory has to be, unless the client's own files were like that.
        if (!other.startsWith(`${at}/`)) expect(dataPathFor(b).startsWith(`${dataPathFor(a)}/`)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('from a manifest that leads out is refused, not followed', () => {
    for (const hostile of ['../x', 't/../../x', '/etc/passwd', 't//x', '.', '', 't/\0'])
      expect(() => onDisk(hostile)).toThrow(/not one that could be stored/);
  });
});

describe('a hostile client', () => {
  let place: TemporaryStore;
  beforeEach(async () => {
    place = await temporaryStore();
  });
  afterEach(() => place.remove());

  it('whatever it sends for names and link targets, nothing is written beside its own directory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 12 }), async (entries) => {
        const own = await temporaryStore();
        try {
          const store = await own.open();
          const sorted = entries.toSorted(compareEntries);
          await store.backup(sending(sorted)).catch((error: NodeJS.ErrnoException) => {
            // Told apart from a mistake of ours: an operating error, in one line.
            expect(error.code, String(error)).toMatch(/^E[A-Z]+$/);
            expect(error.message).toMatch(/^[^\n]+$/);
          });
          expect(await readdir(own.directory)).toEqual(['client']);
          for (const name of await readdir(own.root))
            expect(name).toMatch(/^(?:current|working|\d{7} [-+: \d]+)$/);
          await store.recover();
          for (const { number } of await store.list()) {
            expect((await store.verify(number)).failures).toEqual([]);
            for (const restored of (await restoredPaths(store, number)).values())
              expect(whyRefused(restored)).toBeUndefined();
          }
        } finally {
          await own.remove();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('symbolic links that were planted in the store are not followed', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    try {
      const store = await place.open();
      await backupOf(store, memoryTree({ '/d/a': file('a', { mtime: 1 }), '/d/b': file('b', { mtime: 1 }) }));
      const [first] = await store.list();
      const data = `${place.root}/${first!.name}/data/t`;
      await nodeFs.writeFile(join(elsewhere, 'a'), 'not ours');
      await nodeFs.rename(`${data}/d`, `${data}/real`);
      await symlink(elsewhere, `${data}/d`);
      expect((await store.verify(1)).failures).toHaveLength(2);
      await backupOf(store, memoryTree({ '/d/a': file('a', { mtime: 1 }), '/d/c': file('c', { mtime: 2 }) }));
      await store.remove(1);
      expect(await readdir(elsewhere)).toEqual(['a']);
      expect(await readFile(join(elsewhere, 'a'), 'utf8')).toBe('not ours');
      expect((await store.verify(2)).failures).toEqual([]);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it('a client directory that is a link is refused, and so is a backup that is one', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    try {
      await symlink(elsewhere, `${place.directory}/linked`);
      const ports = { fs: nodeFs, clock: { now: () => 0 }, host: ownLocks() };
      const store = await openStore({ ...ports, directory: place.directory, client: 'linked' });
      await expect(backupOf(store, memoryTree({}))).rejects.toMatchObject({ code: 'ELOOP' });
      await expect(store.list()).rejects.toThrow(/is a symbolic link/);
      expect(await readdir(elsewhere)).toEqual([]);
      const other = await place.open();
      await backupOf(other, memoryTree({ '/a': file('a') }));
      await symlink(elsewhere, `${place.root}/0000009 2026-11-23 02:50:13 +0000`);
      expect((await other.list()).map(({ number }) => number)).toEqual([1]);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });
});

function sending(entries: readonly Entry[]): BackupClient {
  const data = Buffer.from('data');
  const answer = (wanted: Entry) => ({
    attributes: wanted.attributes,
    data,
    end: () => ({ size: data.length, md5: md5Of(data) }),
  });
  return {
    async *scan() {
      yield* entries;
    },
    whole: async (wanted) => answer(wanted),
    delta: async (wanted) => answer(wanted),
  };
}

async function restoredPaths(store: Store, number: number): Promise<string[]> {
  const sink = new MemorySink();
  await store.restore(number, sink);
  return [...sink.nodes.keys()];
}

it('all that was written lies in the backup', async () => {
  const place = await temporaryStore();
  try {
    await backupOf(await place.open(), memoryTree({ '/current': file('x'), '/deleteme': file('y') }));
    const names = await namesBelow(place.directory);
    expect(names.filter((name) => name.endsWith('/data/t/current'))).toHaveLength(1);
    expect(names.filter((name) => name.endsWith('/data/t/deleteme'))).toHaveLength(1);
  } finally {
    await place.remove();
  }
});
