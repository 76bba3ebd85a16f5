import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomly } from './choices.ts';
import { isAbove, neighbours } from './lattice.ts';
import { findModel, models } from './models.ts';
import { posix } from './models/posix.ts';
import { processKill } from './models/process-kill.ts';
import { sequential } from './models/sequential.ts';
import { lastSync, posixByHand, prefixes } from './testing/by-hand.ts';
import { bruteForce } from './testing/brute-force.ts';
import { bootDisk, lifeOf, smallLife, type Step } from './testing/steps.ts';
import { ALL, forLives, graphAt, textsOf, walk } from './testing/walk.ts';

/** `forLives` makes them more in a long run. */
const RUNS = 40;

describe('the rules, told another way', () => {
  it('process-kill: the one disk that all ops leave', () => {
    forLives(processKill, RUNS, (life) => {
      for (const [at, { texts }] of walk(processKill, life).entries()) {
        expect([...texts]).toEqual(prefixes(life, at, at));
      }
    });
  });

  it('sequential: the disks of all prefixes from the last sync on', () => {
    forLives(sequential, RUNS, (life) => {
      for (const [at, { texts }] of walk(sequential, life).entries()) {
        expect([...texts].sort()).toEqual(prefixes(life, lastSync(life.ops, at), at));
      }
    });
  });

  it('posix: by calls, from the manual pages', () => {
    forLives(posix, RUNS, (life) => {
      const points = bruteForce({ ...posix, ...posixByHand }, life.boot, life.ops)!;
      for (const [at, { texts }] of walk(posix, life).entries()) {
        expect([...texts].sort(), `crash point ${at}`).toEqual(textsOf(points[at]!.survivals));
      }
    });
  });
});

describe('a model above another', () => {
  const wrapped = [
    ['posix', 'posix+tears'],
    ['xfs', 'xfs+tears'],
    ['ext4', 'ext4+lying'],
    ['ext4', 'ext4+garbage'],
    ['xfs', 'xfs+garbage'],
  ] as const;

  it.each([...neighbours(), ...wrapped])('%s has no crash state that %s has not', (above, below) => {
    const [stronger, weaker] = [findModel(above)!, findModel(below)!];
    forLives(weaker, RUNS, (life) => {
      const weak = walk(weaker, life);
      for (const [at, { texts }] of walk(stronger, life).entries()) {
        for (const text of texts) expect(weak[at]!.texts, `crash point ${at}`).toContain(text);
      }
    });
  });

  it('alice has the disk of posix on which a cut came, and neither the write before it nor the zeroes behind it', () => {
    const write = (byte: number, offset: number): Step => ({
      call: 'write',
      path: '/f',
      flags: 1,
      data: { byte, offset, length: 3 },
    });
    const start = bootDisk([{ call: 'create', path: '/f' }, write(0x6f, 0), write(0x6f, 3)]);
    const cut: Step = { call: 'truncate', path: '/f', size: 3 };
    const life = lifeOf([write(0x62, 0), cut, write(0x63, 4096)], start);
    const [all, weakest] = [posix, findModel('alice')!].map((model) => walk(model, life).at(-1)!.texts);
    const alone = [...all!].filter((text) => text.includes('6fx3') && !text.includes('6fx6'));
    expect(alone).not.toEqual([]);
    for (const text of all!) expect(weakest).toContain(text);
  });

  it('alice has the disk of btrfs on which old data end at a size that only new ones had', () => {
    const start = bootDisk([{ call: 'create', path: '/f' }, write('/f', 0x6f, 30)]);
    const cut: Step = { call: 'truncate', path: '/f', size: 0 };
    const link: Step = { call: 'link', path: '/f', to: '/g' };
    const life = lifeOf([link, cut, write('/f', 0x6e, 19), { call: 'fsync', path: '/' }], start);
    const [logged, weakest] = ['btrfs', 'alice'].map((name) => walk(findModel(name)!, life).at(-1)!.texts);
    expect([...logged!].filter((text) => text.includes('[6fx19]'))).not.toEqual([]);
    for (const text of logged!) expect(weakest).toContain(text);
  });

  it.each(neighbours())('%s is really stronger: %s has states of its own', (above, below) => {
    const [stronger, weaker] = [findModel(above)!, findModel(below)!];
    const more = TELLING.some((life) => {
      const strong = walk(stronger, life).at(-1)!.texts;
      return [...walk(weaker, life).at(-1)!.texts].some((text) => !strong.has(text));
    });
    expect(more).toBe(true);
  });

  it('is not one of two that each have states of their own', () => {
    expect(isAbove('xfs', 'ext4')).toBe(false);
    expect(isAbove('ext4', 'xfs')).toBe(false);
    expect(isAbove('process-kill', 'alice')).toBe(true);
  });
});

const write = (path: string, byte: number, length = 10): Step => ({
  call: 'write',
  path,
  flags: 1,
  data: { byte, offset: 0, length },
});

/** Lives that tell models apart. */
const TELLING = [
  lifeOf([
    { call: 'create', path: '/a' },
    write('/a', 0x61),
    { call: 'create', path: '/b' },
    { call: 'rename', path: '/a', to: '/b' },
  ]),
  lifeOf([
    { call: 'create', path: '/a' },
    { call: 'create', path: '/b' },
    { call: 'fsync', path: '/b' },
  ]),
  lifeOf([
    { call: 'create', path: '/a' },
    { call: 'create', path: '/b' },
    { call: 'fsync', path: '/a' },
  ]),
  lifeOf(
    [{ call: 'unlink', path: '/f' }, { call: 'create', path: '/g' }, write('/g', 0x67)],
    bootDisk([{ call: 'create', path: '/f' }, write('/f', 0x66)]),
  ),
];

describe.each(models)('under $name', (model) => {
  it('a life has its boot disk before its first op', () => {
    forLives(model, 20, (life) => expect([...walk(model, life)[0]!.texts]).toEqual(prefixes(life, 0, 0)));
  });

  it('a life that ends with a sync of everything has one crash state at its end', () => {
    fc.assert(
      fc.property(smallLife(7), (life) => {
        const all = lifeOf([...life.steps, { call: 'sync' }], life.boot);
        const graph = graphAt(model, all, all.ops.length);
        expect(graph.pending).toEqual([]);
        expect([...walk(model, all).at(-1)!.texts]).toEqual(prefixes(all, all.ops.length, all.ops.length));
      }),
      { numRuns: RUNS },
    );
  });

  it('a file that is synced, and its directory with it, is in every later crash state', () => {
    const synced: readonly Step[] = [
      { call: 'create', path: '/z' },
      { call: 'write', path: '/z', flags: 1, data: { byte: 0x7a, offset: 0, length: 4100 } },
      { call: 'fsync', path: '/z' },
      { call: 'fsync', path: '/' },
    ];
    fc.assert(
      fc.property(smallLife(6), fc.nat({ max: 6 }), (life, after) => {
        const steps = life.steps.toSpliced(after, 0, ...synced);
        const whole = lifeOf(steps, life.boot);
        const from = whole.ops.findIndex((op, i) => op.path === '/' && whole.ops[i - 1]?.path === '/z');
        fc.pre(graphAt(model, whole, whole.ops.length).pending.length < 9);
        for (const { texts } of walk(model, whole).slice(from + 1)) {
          for (const text of texts) expect(text).toContain('/z file 644 4100 [7ax4100]');
        }
      }),
      { numRuns: RUNS },
    );
  });

  it.each([0, 1, 2])('the bounded tier has the survivals that lose or keep at most %i effects', (t) => {
    forLives(model, 25, (life, points) => {
      const sights = walk(model, life, { ...ALL, tier: 'bounded', t, purge: false });
      for (const [at, { survivals }] of points.entries()) {
        const few = survivals.filter(({ lost, kept }) => lost <= t || kept <= t);
        expect([...sights[at]!.texts].sort(), `crash point ${at}`).toEqual(textsOf(few));
        expect(sights[at]!.coverage).toBe('bounded');
      }
    });
  });

  it.each([2, 4, 16])('a cap of %i leaves nothing out that it says it covers', (cap) => {
    forLives(model, 25, (life, points) => {
      const choices = randomly(life.ops.length);
      const sights = walk(model, life, { ...ALL, cap, samples: 3, choices });
      for (const [at, { survivals }] of points.entries()) {
        const { texts, coverage } = sights[at]!;
        const all = textsOf(survivals);
        for (const text of texts) expect(all).toContain(text);
        const few = survivals.filter(({ lost, kept }) => lost <= 1 || kept <= 1);
        const owed = coverage === 'exhaustive' ? all : textsOf(few);
        for (const text of owed) expect(texts, `crash point ${at}, ${coverage}`).toContain(text);
      }
    });
  });
});

describe('a life with more survivals than the cap', () => {
  it('is bounded there, and exhaustive again after a sync', () => {
    const life = lifeOf([
      { call: 'create', path: '/a' },
      { call: 'create', path: '/b' },
      { call: 'create', path: '/c' },
      { call: 'fsync', path: '/' },
      { call: 'create', path: '/a/b' },
      { call: 'mkdir', path: '/d' },
    ]);
    const coverages = walk(posix, life, { ...ALL, cap: 4 }).map(({ coverage }) => coverage);
    const all = 'exhaustive';
    expect(coverages).toEqual([all, all, all, 'bounded', all, all]);
  });
});
