import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Explorer } from '../explore/explorer.ts';
import { DEFAULTS } from '../explore/options.ts';
import { broken, scenario, type Life } from '../programs/scenario.ts';
import { directlyAbove, isAbove } from './lattice.ts';
import { findModel } from './models.ts';
import type { PersistenceModel } from './model.ts';
import { bruteVolumes } from './testing/brute-volumes.ts';
import { bootDisk, lifeOf, smallLife, type SmallLife, type Step } from './testing/steps.ts';
import { walk } from './testing/walk.ts';

const MOUNTS = { mounts: ['/d'] };

const PAIRS = [
  ['ext4', 'ext4'],
  ['posix', 'xfs'],
  ['ext4', 'btrfs'],
  ['btrfs', 'ext4-writeback'],
  ['sequential', 'process-kill'],
  ['xfs+tears', 'posix+garbage'],
  ['ext4', 'sequential+lying'],
  ['alice', 'ferrite-ext4'],
  ['ferrite-advfs', 'alice-ext4-o'],
] as const;

/** Why this test? See `brute-force.test.ts`: here each file system is gone through on its own. */
function compare(model: PersistenceModel, volumes: readonly [string, string], runs: number): void {
  const [root, data] = volumes.map((name) => findModel(name)!);
  fc.assert(
    fc.property(smallLife(8, MOUNTS), (life) => {
      const texts = bruteVolumes(
        [
          { path: '/', model: root! },
          { path: '/d', model: data! },
        ],
        life.boot,
        life.ops,
      );
      fc.pre(texts !== undefined);
      for (const [at, sight] of walk(model, life).entries()) {
        expect([...sight.texts].sort(), `crash point ${at}`).toEqual([...texts[at]!].sort());
      }
    }),
    { numRuns: process.env['BLACKOUT_LONG'] === '1' ? 50 * runs : runs, endOnFailure: true },
  );
}

describe.each(PAIRS)('%s, and %s mounted on a directory', (root, data) => {
  it('have the survivals of each, put together in all ways', () => {
    compare(findModel(`${root}@/d=${data}`)!, [root, data], 40);
  });
});

describe('a model that takes two file systems for one', () => {
  it.each(['ext4', 'btrfs', 'sequential'])('is caught: %s', (name) => {
    expect(() => compare(findModel(name)!, [name, name], 300)).toThrow();
  });
});

describe('file systems side by side', () => {
  const boot = bootDisk([{ call: 'mkdir', path: '/wal' }]);
  const life = (...steps: readonly Step[]): SmallLife => lifeOf(steps, boot, '', { mounts: ['/wal'] });
  const last = (name: string, each: SmallLife): readonly string[] => [
    ...walk(findModel(name)!, each).at(-1)!.texts,
  ];
  const both = [
    { call: 'mkdir', path: '/a' },
    { call: 'mkdir', path: '/wal/b' },
  ] as const;

  it('keep no order among each other', () => {
    expect(last('ext4', life(...both))).toHaveLength(3);
    const apart = last('ext4@/wal=ext4', life(...both));
    expect(apart).toHaveLength(4);
    expect(apart.some((text) => text.includes('/wal/b') && !text.includes('/a dir'))).toBe(true);
  });

  it('are synced each for itself, and together by sync', () => {
    const synced = (step: Step): readonly string[] => last('ext4@/wal=ext4', life(...both, step));
    expect(synced({ call: 'fsync', path: '/wal' })).toHaveLength(2);
    expect(synced({ call: 'fsync', path: '/wal' }).every((text) => text.includes('/wal/b'))).toBe(true);
    expect(synced({ call: 'fsync', path: '/' }).every((text) => text.includes('/a dir'))).toBe(true);
    expect(synced({ call: 'sync' })).toHaveLength(1);
  });
});

describe('a name with mount points', () => {
  it('has them in order, whatever the order in which they were given', () => {
    const model = findModel('ext4+tears@/wal=xfs@/data=btrfs+garbage')!;
    expect(model.name).toBe('ext4+tears@/data=btrfs+garbage@/wal=xfs');
    expect([...model.mounts!.keys()]).toEqual(['/data', '/wal']);
    expect(findModel(model.name)!.name).toBe(model.name);
    expect(model.independent).toBe(false);
    expect(findModel('posix@/wal=posix')!.independent).toBe(true);
    expect(findModel('ext4@/wal=ext4+lying')!.hopeless).toContain('nothing');
  });

  it('is refused if a part of it is none', () => {
    for (const name of [
      'ext4@',
      'ext4@/wal',
      'ext4@/wal=',
      'ext4@/wal=fat',
      'fat@/wal=ext4',
      '@/wal=ext4',
      'ext4@wal=ext4',
      'ext4@/=ext4',
      'ext4@/wal=ext4@/wal=xfs',
      'ext4@/wal=ext4=xfs',
      'ext4@/a/../b=ext4',
    ]) {
      expect(findModel(name), name).toBeUndefined();
    }
  });

  it('lies below those with one stronger file system', () => {
    expect(directlyAbove('ext4@/wal=xfs')).toEqual(['ext4-journal@/wal=xfs', 'ext4@/wal=sequential']);
    expect(directlyAbove('ext4+tears@/wal=process-kill')).toEqual(['ext4@/wal=process-kill']);
    expect(isAbove('sequential@/wal=sequential', 'ext4@/wal=xfs')).toBe(true);
    expect(isAbove('ext4', 'ext4+tears@/wal=xfs')).toBe(false);
  });

  it('is of no use where the mount point is not on the disk', () => {
    expect(() => findModel('ext4@/wal=ext4')!.start(bootDisk([]))).toThrow('must be a directory on the disk');
  });
});

/**
 * influxdb#8387: what the log holds is written to a data file, that is renamed to its name, and the log is cut. With the
 * log on another disk, the cut may be durable when the rename is not.
 *
 * @param safe the directory of the data file is synced before the log is cut
 */
const checkpoint = (name: string, mounts: boolean, safe: boolean) => {
  const step = async ({ fs }: Life): Promise<void> => {
    const log = await fs.readFile('/wal/log', 'utf8');
    if (log === '') return;
    await fs.writeFile('/data.tmp', log, { flush: true });
    await fs.rename('/data.tmp', '/data');
    if (safe) {
      const dir = await fs.open('/', 'r');
      await dir.sync();
      await dir.close();
    }
    const handle = await fs.open('/wal/log', 'r+');
    await handle.truncate(0);
    await handle.sync();
    await handle.close();
  };
  return scenario({
    name: `${name}-${mounts ? 'two' : 'one'}-${safe ? 'safe' : 'unsafe'}`,
    setup: async ({ fs, acknowledge }) => {
      await fs.mkdir('/wal', { recursive: true });
      await fs.writeFile('/wal/log', 'points', { flush: true });
      acknowledge('points');
    },
    run: step,
    recover: step,
    check: async ({ fs }) => {
      const data = await fs.readFile('/data', 'utf8').catch(() => '');
      const log = await fs.readFile('/wal/log', 'utf8');
      if (data === 'points' || log === 'points') return undefined;
      return broken('nothing acknowledged is lost', 'the points are in neither file', 'lost');
    },
  });
};

describe('a log on a disk of its own, cut after the data was renamed', () => {
  const outcomes = async (model: string, safe: boolean): Promise<readonly unknown[]> => {
    const each = checkpoint('checkpoint', model.includes('@'), safe);
    const explorer = new Explorer(each, findModel(model)!, { ...DEFAULTS, bail: Infinity });
    const { nodes, closed } = await explorer.explore();
    expect(closed).toBe(true);
    return [...new Set(nodes.map(({ verdict }) => String(verdict?.outcome)))].sort();
  };

  it.each(['ext4', 'xfs'])('loses nothing on one %s, whose names have one order', async (name) => {
    expect(await outcomes(name, false)).toEqual(['converged']);
  });

  it.each(['ext4@/wal=ext4', 'xfs@/wal=ext4', 'btrfs@/wal=xfs'])('loses it on two: %s', async (name) => {
    expect(await outcomes(name, false)).toEqual(['converged', 'lost']);
  });

  it.each(['ext4@/wal=ext4', 'posix@/wal=posix'])(
    'loses nothing on %s if the directory is synced',
    async (name) => {
      expect(await outcomes(name, true)).toEqual(['converged']);
    },
  );
});
