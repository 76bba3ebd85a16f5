import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Core } from '../disk/core/core.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import { Image } from '../disk/image/image.ts';
import { findModel } from '../persistence/models.ts';
import type { LifeRecord } from '../programs/program.ts';
import { scenario, type Life } from '../programs/scenario.ts';
import type { Exploration } from './exploration.ts';
import { Explorer } from './explorer.ts';
import { KnownLives } from './known-lives.ts';
import { DEFAULTS, type ExploreOptions } from './options.ts';
import { livelyScenario } from './testing/programs.ts';
import { Scales } from './weight.ts';

/** All that is told of states and what leads to which. */
function told({ nodes, graph, closed }: Exploration): unknown {
  const states = nodes.map(({ key, depth, recoveryOps, verdict }) => ({ key, depth, recoveryOps, verdict }));
  const lives = [undefined, ...nodes.keys()].map((life) => graph.visits(life));
  return { states, lives, configurations: graph.configurations, closed };
}

describe.each(['posix', 'ext4', 'btrfs'])(
  'a recovery that is lived once for all disks that are the same (%s)',
  (name) => {
    const model = findModel(name)!;
    const options: ExploreOptions = {
      ...DEFAULTS,
      bail: Infinity,
      deaths: ['cut', 'kill'],
      kills: 1,
      statesMax: 300,
    };

    it('leads to the same states and verdicts as one that is lived for each, and spares some', async () => {
      let spared = 0;
      await fc.assert(
        fc.asyncProperty(livelyScenario, async (scenario) => {
          const once = await new Explorer(scenario, model, options).explore();
          const each = await new Explorer(scenario, model, { ...options, reuse: false }).explore();
          expect(told(once)).toEqual(told(each));
          spared += each.counts.recoveries - once.counts.recoveries;
        }),
        { numRuns: 5, seed: 12 },
      );
      expect(spared).toBeGreaterThan(0);
    });

    it('is, op by op and inode by inode, the one that each would have', async () => {
      await fc.assert(
        fc.asyncProperty(livelyScenario, async (scenario) => {
          // Lives each of them once more on its own disk, and holds the two against each other.
          const checked = await new Explorer(scenario, model, { ...options, recheck: 1 }).explore();
          const unlike = checked.failures.filter(({ verdict }) => verdict!.outcome === 'unknown');
          expect(unlike.map(({ verdict }) => verdict)).toEqual([]);
        }),
        { numRuns: 5, seed: 12 },
      );
    });
  },
);

describe('a recovery that puts back what is missing', () => {
  const put = async (fs: Life['fs'], path: string): Promise<void> => await fs.writeFile(path, path);
  const mending = scenario({
    name: 'mending',
    run: async ({ fs }) => {
      await put(fs, '/a');
      await put(fs, '/b');
    },
    recover: async ({ fs }) => {
      const found = await fs.readdir('/');
      for (const name of ['a', 'b']) if (!found.includes(name)) await put(fs, `/${name}`);
      await fs.chmod('/a', 0o600);
    },
    check: async () => await Promise.resolve([]),
  });
  const options: ExploreOptions = { ...DEFAULTS, bail: Infinity, deaths: ['cut', 'kill'], kills: 1 };

  // One that made `/a` anew and one that made `/b` leave the same tree under other numbers.
  it.each(['posix', 'ext4'])('is the same on disks that came about in other ways (%s)', async (name) => {
    const model = findModel(name)!;
    const once = await new Explorer(mending, model, { ...options, recheck: 1 }).explore();
    const each = await new Explorer(mending, model, { ...options, reuse: false }).explore();
    expect(once.failures.map(({ verdict }) => verdict)).toEqual(each.failures.map(({ verdict }) => verdict));
    expect(told(once)).toEqual(told(each));
  });
});

/** A disk with these files; numbers go by the order in which they are made. */
function diskWith(...paths: readonly string[]): Image {
  const core = new Core(Image.empty());
  for (const path of paths) core.writeFile(path, Buffer.from(path));
  return core.image;
}

function life(boot: Image, live: (core: Core) => void): LifeRecord {
  const core = new Core(boot.fork());
  live(core);
  const { image, journal } = core;
  const ending = { type: 'ended' } as const;
  return { ops: journal.ops, acknowledged: [], phases: [], image, ending, time: 0, overlaps: 0, steps: [] };
}

function tidy(core: Core): void {
  core.rename('/a', '/c');
  core.mkdir('/d');
  core.writeFile('/d/new', Buffer.from('new'));
  core.link('/b', '/d/b');
  core.unlink('/b');
}

describe('lives that are known', () => {
  const boots = [diskWith('/a', '/b'), diskWith('/b', '/a'), diskWith('/x', '/a', '/b')] as const;
  new Core(boots[2]).unlink('/x');
  const scales = new Scales(life(boots[0], tidy));

  it('are told in the numbers of the disk that they are asked for', () => {
    const known = new KnownLives(scales);
    known.add(boots[0], life(boots[0], tidy));
    for (const boot of boots) {
      expect(hashKey(boot.hash)).toBe(hashKey(boots[0].hash));
      expect(known.on(boot)!.ops).toEqual(life(boot, tidy).ops);
    }
    expect(known.on(boots[1])!.ops).not.toEqual(life(boots[0], tidy).ops);
  });

  it('are not known on another disk', () => {
    const known = new KnownLives(scales);
    known.add(boots[0], life(boots[0], tidy));
    expect(known.on(diskWith('/a', '/b', '/c'))).toBeUndefined();
  });

  it('are forgotten, the first ones first, when there are more than there is room for', () => {
    const known = new KnownLives(scales);
    const grow = (core: Core): void => {
      for (let i = 0; i < 3000; i++) core.appendFile('/a', Buffer.from('0'));
    };
    known.add(boots[0], life(boots[0], tidy));
    const other = diskWith('/a');
    known.add(other, life(other, grow));
    expect(known.on(boots[0])).toBeDefined();
    expect(known.on(other)).toBeDefined();
    const last = diskWith('/a', '/z');
    known.add(last, life(last, grow));
    expect(known.on(boots[0])).toBeUndefined();
    expect(known.on(last)).toBeDefined();
  });
});
