import { cp, rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dir, file, hardlink, memoryTree, symlink } from '../client/memory-tree.ts';
import type { BackupSource } from '../ports/backup-source.ts';
import type { Settings } from '../storage/settings.ts';
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
import type { Store } from './store.ts';

let place: TemporaryStore;
beforeEach(async () => {
  place = await temporaryStore();
});
afterEach(() => place.remove());

const first = memoryTree({
  '/a': file('first name', { mtime: 1 }),
  '/b': file('a line\n'.repeat(40), { mtime: 1 }),
  '/d': dir({ mode: 0o700 }),
  '/d/empty': file('', { mtime: 1 }),
  '/d/gone': file('goes away', { mtime: 1 }),
  '/h': hardlink('/a'),
  '/s': symlink('../elsewhere'),
  '/same': file('stays as it is', { mtime: 1 }),
});
const second = memoryTree({
  '/a': file('first name', { mtime: 1 }),
  '/b': file('a line\n'.repeat(30) + 'changed', { mtime: 2 }),
  '/d': dir({ mode: 0o755 }),
  '/d/empty': file('not any more', { mtime: 2 }),
  '/d/new': file('new', { mtime: 2 }),
  '/h': hardlink('/a'),
  '/s': symlink('/other'),
  '/same': file('stays as it is', { mtime: 1 }),
});

/** All kill points take minutes on a slow disk: `JIGGLE_LONG=1` tries each of them, otherwise every seventh. */
const STEP = process.env['JIGGLE_LONG'] ? 1 : 7;

/** What is backed up before the cut, and under which settings everything runs. */
interface Story {
  readonly before: readonly BackupSource[];
  readonly settings: Partial<Settings>;
  /** After the cut; by default as before. */
  readonly later?: Partial<Settings>;
}

/**
 * Kills `action` before each of its changing calls in turn, and each recovery that follows before one of its own; then
 * recovers, and holds everything that a user was promised against the disk.
 */
async function killEverywhere(
  story: Story,
  action: (store: Store, stored: () => void) => Promise<unknown>,
  sources: readonly BackupSource[],
): Promise<number> {
  const plain = await place.open(story.settings);
  for (const source of story.before) await backupOf(plain, source);
  const base = `${place.directory}-base`;
  await cp(place.directory, base, { recursive: true, verbatimSymlinks: true });
  const wanted = await Promise.all(sources.map(expected));
  try {
    for (let calls = 0; ; calls += STEP) {
      await rm(place.root, { recursive: true, force: true });
      await cp(base, place.directory, { recursive: true, verbatimSymlinks: true });
      let isStored = false;
      const killed = await runKilled(story.settings, calls, (store) =>
        action(store, () => (isStored = true)),
      );
      await runKilled(story.later ?? story.settings, calls % 17, (store) => store.recover());
      await checkAll(story, wanted, isStored);
      if (!killed) return calls;
    }
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

async function runKilled(
  settings: Partial<Settings>,
  calls: number,
  action: (store: Store) => Promise<unknown>,
): Promise<boolean> {
  const store = await place.open(settings, unsynced(calls).fs);
  try {
    await action(store);
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return true;
  }
}

async function checkAll(
  { later, settings }: Story,
  wanted: readonly (ReadonlyMap<string, unknown> | undefined)[],
  isStored: boolean,
): Promise<void> {
  const store = await place.open(later ?? settings);
  await store.recover();
  const listed = await store.list();
  for (const { number } of listed) {
    expect(await restored(store, number)).toEqual(wanted[number - 1]);
    expect((await store.verify(number)).failures).toEqual([]);
  }
  if (isStored) expect(listed.at(-1)?.number).toBe(wanted.length);
  expect(listed.filter(({ isCurrent }) => isCurrent)).toEqual(listed.slice(-1));
  // It may sync the two directories with which every recovery begins, and do nothing else.
  const idle = unsynced(2);
  await (await place.open(later ?? settings, idle.fs)).recover();
  const below = await namesBelow(place.directory);
  const isWaiting = (later ?? settings).recovery === 'resume';
  const leftovers = /deleteme|finishing|\.tmp|deltas\.forward|phase1|changed|working|damaged/;
  if (!isWaiting) expect(below.filter((name) => leftovers.test(name))).toEqual([]);
  await backupOf(store, second);
  expect(await restored(store, 0)).toEqual(await expected(second));
  expect((await namesBelow(place.directory)).filter((name) => leftovers.test(name))).toEqual([]);
  expect(place.warnings).toEqual([]);
}

const fine = { entriesPerSync: 1 };

it('a first backup that is killed anywhere converges', async () => {
  const calls = await killEverywhere(
    { before: [], settings: fine },
    (store, stored) => backupOf(store, first, stored),
    [first],
  );
  expect(calls).toBeGreaterThan(40);
});

it.each([
  ['with fine syncs', { ...fine }],
  ['with coarse syncs', { entriesPerSync: 100 }],
  ['uncompressed', { ...fine, compression: 0 }],
  ['as a hardlinked archive', { ...fine, hardlinkedArchive: true }],
  ['without librsync', { ...fine, librsync: false }],
  ['with method resume', { ...fine, recovery: 'resume' as const }],
])('an incremental backup that is killed anywhere converges, %s', async (_, settings) => {
  const calls = await killEverywhere(
    { before: [first, first], settings },
    (store, stored) => backupOf(store, second, stored),
    [first, first, second],
  );
  expect(calls).toBeGreaterThan(40);
});

it('settings may change between the cut and the recovery', async () => {
  await killEverywhere(
    {
      before: [first, first],
      settings: { ...fine, recovery: 'resume' },
      later: { compression: 0, hardlinkedArchive: true, librsync: false, entriesPerSync: 7 },
    },
    (store, stored) => backupOf(store, second, stored),
    [first, first, second],
  );
});

it('a cut while retention deletes leaves only whole backups', async () => {
  await killEverywhere(
    { before: [first, second], settings: { ...fine, keep: [2] } },
    (store, stored) => backupOf(store, first, stored),
    [first, second, first],
  );
});

it.each([
  ['the only one', [first], 1],
  ['the oldest', [first, second], 1],
])('removing %s converges wherever it is killed', async (_, before, number) => {
  await killEverywhere({ before, settings: fine }, (store) => store.remove(number), before);
});

it('removing the newest of hardlinked ones converges wherever it is killed', async () => {
  const before = [first, second];
  await killEverywhere(
    { before, settings: { ...fine, hardlinkedArchive: true } },
    (store) => store.remove(2),
    before,
  );
});
