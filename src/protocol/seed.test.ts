import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesOf } from './testing/frames.ts';
import { end, hello, said, stat } from './testing/sayings.ts';
import { type Served, World, trusted } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
  world.clients.set('tc', { settings: { compression: 0, keep: [9] } });
});
afterEach(() => world.remove());

const seeding = ['seed_src=/mnt/disk/', 'seed_dst=C:/'];

function backUp(
  root: string,
  features: readonly string[],
  isAsked: boolean,
  ...more: string[]
): Promise<Served> {
  const [top, file] = [`d:${root === 'C:' ? 'C:/' : root}`, `f:${root}/a`];
  const link = [stat(), `L:${root}/b`, `L:${root}/a`];
  const scan = [stat({ mode: 0o040755 }), top, stat({ mtime: 1, size: 4 }), file, ...link, ...more];
  const sent = isAsked ? [stat({ mtime: 1, size: 4 }), file, 'a:data', end('data')] : [];
  return talk(features, 'c:backupphase1', ...scan, 'c:backupphase2', ...sent, 'c:okbackupphase2end');
}

function talk(features: readonly string[], ...sayings: string[]): Promise<Served> {
  return world.serve(said(...hello('tc', ...features), ...sayings), trusted('tc'));
}

const entriesIn = ({ frames }: Served) => linesOf(frames).filter((line) => /^[dfL]:/.test(line));
const lastOf = ({ frames }: Served) => linesOf(frames).at(-1);

describe('a backup that is a seed', () => {
  it('is asked for where its files are, and kept as they are going to be: there, nothing is sent again', async () => {
    const seed = await backUp('/mnt/disk', seeding, true);
    expect(seed.outcome.result).toBe('done');
    expect(entriesIn(seed)).toEqual(['f:/mnt/disk/a']);
    expect(entriesIn(await talk([], 'c:list 1:'))).toEqual(['d:C:/', 'f:C:/a', 'L:C:/b', 'L:C:/a']);
    const there = await backUp('C:', [], false);
    expect(there.outcome.result).toBe('done');
    expect(entriesIn(there)).toEqual([]);
    expect((await (await world.store('tc')).verify(2)).failures).toEqual([]);
  });

  it('can only be the first', async () => {
    await backUp('C:', [], true);
    const { frames } = await backUp('/mnt/disk', seeding, true);
    expect(linesOf(frames).at(-1)).toBe('e:When seeding, there must be no previous backups for this client');
  });

  it.each([
    [seeding.slice(1), 'e:You must specify seed_src and seed_dst options together, or not at all.'],
    [['seed_src=mnt'], 'e:A seed_src needs to be absolute!'],
    [['seed_src=/mnt', 'seed_dst=/../x'], 'e:A seed_dst needs to be absolute!'],
  ])('needs to know from where and to where: %j', async (features, last) => {
    expect(lastOf(await backUp('/mnt/disk', features, true))).toBe(last);
  });

  it('has nothing from beside it', async () => {
    const served = await backUp('/mnt/disk', seeding, true, stat(), 'f:/mnt/diskette');
    expect(lastOf(served)).toBe('e:/mnt/diskette is not within seed_src, /mnt/disk');
    expect(await (await world.store('tc')).list()).toEqual([]);
  });
});
