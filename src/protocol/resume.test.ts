import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenFile } from '../ports/file-system.ts';
import { linesOf } from './testing/frames.ts';
import { end, hello, said, stat } from './testing/sayings.ts';
import { type Served, World, trusted } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
  world.clients.set('tc', { settings: { compression: 0, recovery: 'resume' } });
});
afterEach(() => world.remove());

const files = ['/a', '/b', '/c', '/d', '/e'];
const scan = [...files.flatMap((path) => [stat({ size: 4 }), `f:${path}`]), 'c:backupphase2'];
const answer = (path: string, data = 'data') => [stat({ size: 4 }), `f:${path}`, `a:${data}`, end(data)];
const backup = (...sayings: readonly string[]) =>
  world.serve(said(...hello('tc'), 'c:backupphase1', ...sayings), trusted('tc'));

/** What the server asks for. */
const asked = ({ frames }: Served) =>
  linesOf(frames)
    .filter((line) => line.startsWith('f:'))
    .map((line) => line.slice(2));

/** The rest of the backup, whose answers are `rest`; gives what was asked for. */
async function resumed(...rest: readonly string[]): Promise<string[]> {
  const served = await backup(...rest.flatMap((path) => answer(path)), 'c:okbackupphase2end');
  expect(linesOf(served.frames)).toContain('c:resume:0');
  expect(served.outcome).toMatchObject({ result: 'done' });
  const store = await world.store('tc');
  expect((await store.list()).map(({ number }) => number)).toEqual([1]);
  expect((await store.verify(1)).failures).toEqual([]);
  return asked(served);
}

// A batch of the default size would have waited for thousands of files more.
describe('of a backup that is broken off, every file is kept that had arrived', () => {
  it.each<[string, string[]]>([
    ['leaves between two files', []],
    ['leaves within a file', [stat(), 'f:/d', 'a:da']],
    ['answers for another file', [stat(), 'f:/x']],
    ['says what it may not', ['c:nonsense']],
    ['sends a frame that there is not', ['?:d']],
  ])('by a client that %s', async (_, last) => {
    const { outcome } = await backup(...scan, ...answer('/a'), ...answer('/b'), ...answer('/c'), ...last);
    expect(outcome.result).toBe('failed');
    expect(await resumed('/d', '/e')).toEqual(['/d', '/e']);
  });

  it('and of one that is broken off again, those as well', async () => {
    await backup(...scan, ...answer('/a'), ...answer('/b'));
    await backup(...answer('/c'), stat(), 'f:/d');
    expect(await resumed('/d', '/e')).toEqual(['/d', '/e']);
  });
});

describe('of a backup that the disk breaks off, what had been synced is kept, and no more', () => {
  const broken = () => backup(...scan, ...files.flatMap((path) => answer(path)));

  it.each([
    ['in large batches nothing', 4096, files],
    // The scan is the first entry of the first batch.
    ['in small batches those before the last', 3, ['/c', '/d', '/e']],
  ])('%s', async (_, entriesPerSync, left) => {
    world.clients.set('tc', { settings: { compression: 0, recovery: 'resume', entriesPerSync } });
    world.failing = 'd';
    expect((await broken()).outcome.reason).toMatch(/^ENOSPC/);
    world.failing = undefined;
    expect(await resumed(...left)).toEqual(left);
  });

  it('even if its error looks like that of a network, and a second sync says that all is well', async () => {
    world.clients.set('tc', { settings: { compression: 0, recovery: 'resume', entriesPerSync: 3 } });
    const { fs } = world;
    let syncs = 0;
    const open = async (path: string, flags?: string, mode?: number): Promise<OpenFile> => {
      const file = await fs.open(path, flags, mode);
      if (!path.endsWith('/data/t/b')) return file;
      const sync = async (): Promise<void> => {
        if (++syncs === 1) throw Object.assign(new Error('ETIMEDOUT: fsync'), { code: 'ETIMEDOUT' });
      };
      return { ...file, sync };
    };
    world.fs = { ...fs, open };
    expect((await broken()).outcome.reason).toBe('ETIMEDOUT: fsync');
    expect(await resumed(...files)).toEqual(files);
  });
});
