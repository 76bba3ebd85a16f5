import { describe, expect, it } from 'vitest';
import type { Disk } from '../../harness/index.ts';
import { difference, restored } from './expected.ts';
import { checkStore } from './invariants.ts';
import { DAMAGES } from './testing/damages.ts';
import { filesBelow, noting, received, type HandledDisk } from './testing/one-life.ts';
import { changingFiles } from './testing/without-syncs.ts';
import { SMALL } from './trees.ts';
import { clientOf, open, ROOT, STORE } from './world.ts';
import { SILENT } from '../../src/ports/log.ts';

/**
 * What a life may find that no cut of ours has left there: names that something else has taken, files of somebody's, and
 * damage. Not a walk over states, but every place in turn.
 */
const SETTINGS = { entriesPerSync: 1 };
const trees = new Map(SMALL.map((tree, i) => [i + 1, tree]));
const promise = { trees, listings: [[1, 2]], settings: SETTINGS, next: SMALL[2] };

const waiting = received([SMALL[0]], SMALL[1], SETTINGS);
const VICTIM = '/victim';
const TEXT = 'nobody may write here';

async function recover(disk: Disk): Promise<void> {
  await (await open(disk, SETTINGS)).recover();
}

/** Every file and link that recovery makes. `current.tmp` is not for files: a server that finds one there says so. */
async function placesOf(disk: HandledDisk): Promise<readonly string[]> {
  const places = new Set<string>();
  await recover(noting(disk.fork(), (path) => places.add(path)));
  return [...places].filter((path) => !path.endsWith('/current.tmp'));
}

async function parents({ fs }: Disk, path: string): Promise<void> {
  await fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
}

const LEFTOVERS: readonly { what: string; leave: (disk: Disk, path: string) => Promise<void> }[] = [
  { what: 'a file', leave: ({ fs }, path) => fs.writeFile(path, 'left over') },
  { what: 'an empty file', leave: ({ fs }, path) => fs.writeFile(path, '') },
  {
    what: 'a second name of a file elsewhere',
    leave: ({ fs }, path) => fs.link(VICTIM, path),
  },
  { what: 'a link to a file elsewhere', leave: ({ fs }, path) => fs.symlink(VICTIM, path) },
  { what: 'a link to nothing', leave: ({ fs }, path) => fs.symlink('nowhere', path) },
];

/** What is wrong after a recovery that found this in this place. */
async function after(
  base: HandledDisk,
  path: string,
  leave: (disk: Disk, path: string) => Promise<void>,
  by: (disk: Disk) => Promise<void> = recover,
): Promise<string | undefined> {
  const disk = base.fork();
  await disk.fs.writeFile(VICTIM, TEXT);
  await parents(disk, path);
  await leave(disk, path);
  await by(disk);
  const finding = await checkStore(disk, [], promise);
  if (finding) return `${path}: ${finding.invariant}: ${finding.message}`;
  const text = (await disk.fs.readFile(VICTIM)).toString();
  return text === TEXT ? undefined : `${path}: what it led to was written to`;
}

describe.each(LEFTOVERS)('$what in the place of something that phase 4 makes', ({ leave }) => {
  it('is replaced, and nothing behind it is touched, wherever that is', async () => {
    const base = await waiting;
    const places = await placesOf(base);
    expect(places.length).toBeGreaterThan(5);
    const wrong: string[] = [];
    for (const path of places) {
      const what = await after(base, path, leave);
      if (what !== undefined) wrong.push(what);
    }
    expect(wrong).toEqual([]);
  });
});

/** The same disk, on which what is made anew is what is there, made empty: what the engine must not do. */
function writingThrough(disk: Disk): Disk {
  const fs = new Proxy(disk.fs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'open') return value.bind(target) as unknown;
      return async (path: string, flags?: string, mode?: number) =>
        await target.open(path, flags === 'wx' ? 'w' : flags, mode);
    },
  });
  return { fs, clock: disk.clock, random: disk.random };
}

it('an engine that writes through what it finds is caught, by a second name and by a link', async () => {
  const base = await waiting;
  const places = await placesOf(base);
  for (const { leave } of LEFTOVERS.slice(2, 4)) {
    const found = await Promise.all(
      places.map(
        async (path) => await after(base, path, leave, async (disk) => recover(writingThrough(disk))),
      ),
    );
    expect(found.join()).toContain('what it led to was written to');
  }
});

it.each(['nowhere', '0000001', 'its own'])(
  'a current.tmp that leads to %s is not taken for what it is not',
  async (to) => {
    const disk = (await waiting).fork();
    const name = (await disk.fs.readdir(ROOT)).find((one) =>
      one.startsWith(to === 'its own' ? '0000002' : to),
    );
    await disk.fs.symlink(name ?? to, `${ROOT}/current.tmp`);
    await recover(disk);
    expect(await checkStore(disk, [], promise)).toBeUndefined();
  },
);

const CLEANED = [
  'changed',
  'resumed',
  'phase1.gz',
  'inflate',
  'manifest.gz.tmp',
  'jiggle.json.tmp',
  'log.gz.tmp',
];

describe('what phase 4 has to clean up', () => {
  it.each([...CLEANED, 'log.earlier.gz', 'deltas.forward/t/deep/er/left'])(
    '%s is gone afterwards',
    async (name) => {
      const base = await waiting;
      const disk = base.fork();
      const path = `${ROOT}/${await disk.fs.readlink(`${ROOT}/finishing`)}/${name}`;
      await parents(disk, path);
      await disk.fs.writeFile(path, 'left over');
      await recover(disk);
      expect(await checkStore(disk, [], promise)).toBeUndefined();
    },
  );

  it('is missed by the check where it stays', async () => {
    const disk = (await waiting).fork();
    await recover(disk);
    const path = `${ROOT}/${await disk.fs.readlink(`${ROOT}/current`)}/resumed`;
    await disk.fs.writeFile(path, 'left over');
    expect((await checkStore(disk, [], promise))?.invariant).toBe('recovery leaves nothing behind');
  });
});

describe('what somebody else keeps in the store', () => {
  it('stays as it is, also when backups beside it go', async () => {
    const disk = (await waiting).fork();
    const first = (await disk.fs.readdir(ROOT)).find((name) => name.startsWith('0000001'))!;
    const foreign = [
      `${STORE}/lost+found/x`,
      `${ROOT}/notes.txt`,
      `${ROOT}/0000001`,
      `${ROOT}/damaged-0000009 x/data/y`,
    ];
    foreign.push(`${ROOT}/${first}/data/t/b/mine`);
    for (const path of foreign) {
      await parents(disk, path);
      await disk.fs.writeFile(path, TEXT);
    }
    await recover(disk);
    for (const path of foreign) expect((await disk.fs.readFile(path)).toString(), path).toBe(TEXT);
    const store = await open(disk, { ...SETTINGS, keep: [1] });
    await store.remove(1);
    for (const path of foreign.slice(0, -1))
      expect((await disk.fs.readFile(path)).toString(), path).toBe(TEXT);
    expect(await difference(store, 2, SMALL[1])).toBeUndefined();
  });
});

/**
 * Whatever is damaged, the server goes on, says so, and passes nothing off for what it is not. A file may be missing from
 * a restore only if recovery has said of it that it is lost; `hears` is whether anybody listens.
 */
async function afterDamage(
  base: HandledDisk,
  path: string,
  damage: (disk: Disk, path: string) => Promise<void>,
  hears = true,
) {
  const disk = base.fork();
  await damage(disk, path);
  const warnings: string[] = [];
  const warn = (text: string): void => void (hears && warnings.push(text));
  await (await open(disk, SETTINGS, { log: { ...SILENT, warn } })).recover();
  const isTold = (untold: string): boolean => {
    const missing = / does not restore (.+)$/.exec(untold)?.[1];
    return missing !== undefined && warnings.some((text) => text.includes(`${missing} is lost: `));
  };
  const store = await open(disk, SETTINGS);
  for (const { number } of await store.list()) {
    const { untold } = await restored(store, number, trees.get(number)!).catch(() => ({ untold: undefined }));
    const { failures } = await store.verify(number);
    if (untold !== undefined && failures.length === 0 && !isTold(untold)) return `${path}: ${untold}`;
  }
  const names = await disk.fs.readdir(ROOT);
  const left = ['working', 'finishing', 'deleteme', 'current.tmp'].find((name) => names.includes(name));
  if (left !== undefined) return `${path}: ${left} is left after recovery`;
  const { number } = await store.backup(clientOf(SMALL[2]));
  // What is kept is not read again: damage in it stays, and whoever restores is told.
  const { untold: wrong } = await restored(store, number, SMALL[2]);
  return wrong === undefined ? undefined : `${path}: the next backup: ${wrong}`;
}

describe.each(DAMAGES)('one file of the store that is $what', ({ damage }) => {
  it('costs what was in it and nothing else, wherever it is', async () => {
    const base = await waiting;
    const wrong: string[] = [];
    const files = await filesBelow(base, ROOT);
    expect(files.length).toBeGreaterThan(15);
    for (const path of files) {
      const what = await afterDamage(base, path, damage);
      if (what !== undefined) wrong.push(what);
    }
    expect(wrong).toEqual([]);
  });
});

it('a file that is lost without a word is noticed', async () => {
  const base = await waiting;
  const path = (await filesBelow(base, ROOT)).find((one) => one.endsWith('/deltas.forward/t/b/changed'))!;
  const [emptied] = DAMAGES;
  expect(await afterDamage(base, path, emptied!.damage)).toBeUndefined();
  expect(await afterDamage(base, path, emptied!.damage, false)).toMatch(
    /: backup 2 does not restore \/b\/changed$/,
  );
});

/** The same disk, which writes something else than it is told to files of this kind. */
function garbling(disk: Disk, isGarbled: (path: string) => boolean): Disk {
  const fs = changingFiles(disk.fs, (handle, path) => {
    if (!isGarbled(path)) return;
    const write = handle.write.bind(handle) as (bytes: Buffer, ...rest: unknown[]) => Promise<unknown>;
    const garbled = async (bytes: Uint8Array, ...rest: unknown[]): Promise<unknown> =>
      await write(Buffer.from(bytes).fill(0xff, bytes.length - 2), ...rest);
    Object.assign(handle, { write: garbled });
  });
  return { fs, clock: disk.clock, random: disk.random };
}

describe('a difference that the disk writes wrong', () => {
  it('does not take the place of the file that it was made of', async () => {
    const disk = (await waiting).fork();
    const garbled: string[] = [];
    const isDelta = (path: string): boolean => path.includes('/deltas.reverse/');
    await recover(garbling(disk, (path) => isDelta(path) && garbled.push(path) > 0));
    expect(garbled.length).toBeGreaterThan(0);
    expect((await filesBelow(disk, ROOT)).filter(isDelta)).toEqual([]);
    expect(await checkStore(disk, [], promise)).toBeUndefined();
  });

  it('takes it where it is written right', async () => {
    const disk = (await waiting).fork();
    await recover(disk);
    const left = await filesBelow(disk, ROOT);
    expect(left.filter((path) => path.includes('/deltas.reverse/'))).toHaveLength(2);
  });
});
