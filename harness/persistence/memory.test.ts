import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { O_APPEND, O_SYNC, O_WRONLY } from '../disk/core/constants.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import { findModel, literature, models } from './models.ts';
import type { Effect, PersistenceModel } from './model.ts';
import { Survivals } from './survivals.ts';
import { bootDisk, lifeOf, type SmallLife, type Step } from './testing/steps.ts';
import { withFailures } from './testing/failures.ts';
import { ALL } from './testing/walk.ts';
import { graphAfter, type Uptime } from './uptime.ts';

/**
 * Why this test? Two lives that come to "the same machine" are explored once. If a model remembers something that its
 * `memory` does not tell, machines are taken for the same that are not, and what only one of them leads to is never
 * seen. So many short histories are made, and those with equal keys must go on alike, whatever comes next.
 */
const write = (path: string, offset: number, byte = 0x6e, flags = O_WRONLY): Step => ({
  call: 'write',
  path,
  flags,
  data: { byte, offset, length: 10 },
});

/** Few and close to each other, so that many histories come to the same machine in different ways. */
const STEPS: readonly Step[] = [
  { call: 'create', path: '/a' },
  { call: 'create', path: '/d/a' },
  write('/a', 0),
  write('/a', 0, 0),
  write('/f', 0),
  write('/f', 4096),
  write('/f', 0, 0x6e, O_WRONLY | O_APPEND),
  write('/f', 0, 0x6e, O_WRONLY | O_SYNC),
  { call: 'truncate', path: '/f', size: 0 },
  { call: 'truncate', path: '/f', size: 4106 },
  { call: 'rename', path: '/a', to: '/f' },
  { call: 'rename', path: '/d/a', to: '/a' },
  { call: 'link', path: '/f', to: '/a' },
  { call: 'unlink', path: '/a' },
  { call: 'unlink', path: '/f' },
  { call: 'chmod', path: '/f', mode: 0o600 },
  { call: 'fsync', path: '/f' },
  { call: 'fsync', path: '/a' },
  { call: 'fdatasync', path: '/f' },
  { call: 'fsync', path: '/' },
  { call: 'fsync', path: '/d' },
  { call: 'sync' },
];

const boot = bootDisk([
  { call: 'create', path: '/f' },
  { call: 'write', path: '/f', flags: O_WRONLY, data: { byte: 0x6f, offset: 0, length: 4100 } },
  { call: 'mkdir', path: '/d' },
]);

interface History {
  readonly steps: readonly Step[];
  /** Which of its fsyncs fail. */
  readonly failing: number;
}

function lifeFor({ mounts }: PersistenceModel, { steps, failing }: History, disk = boot): SmallLife {
  return withFailures(lifeOf(steps, disk, '', mounts ? { mounts: [...mounts.keys()] } : {}), failing);
}

function well(...steps: readonly Step[]): History {
  return { steps, failing: 0 };
}

function uptimeOf(model: PersistenceModel, history: History): Uptime {
  return { model, boot, killed: [lifeFor(model, history).ops] };
}

/** The machine that a history leaves when its process is killed; undefined if its key is not known. */
function machineKey(model: PersistenceModel, history: History): string | undefined {
  const survivals = new Survivals(model, boot, ALL);
  for (const op of lifeFor(model, history).ops) survivals.step(op);
  return survivals.machineKey && hashKey(survivals.machineKey);
}

/** All that can be told of a machine while it goes on by a further life: crash states, keys, the pending graph. */
function futureOf(uptime: Uptime, further: History): readonly unknown[] {
  const seen = graphAfter(uptime).volatile.fork();
  const survivals = new Survivals(uptime.model, uptime.boot, ALL, uptime.killed);
  const told = (): unknown => {
    const hashes = new Set<string>();
    survivals.visit(({ image }) => hashes.add(hashKey(image.hash)));
    const { pending } = survivals;
    return {
      key: survivals.machineKey && hashKey(survivals.machineKey),
      hashes: [...hashes].sort(),
      needs: pending.map(({ needs }) => placesOf(needs, pending)),
    };
  };
  return [
    told(),
    ...lifeFor(uptime.model, further, seen).ops.map((op) => {
      survivals.step(op);
      return told();
    }),
  ];
}

/** Without those that are durable, and so need not be told. */
function placesOf(needs: readonly Effect[], pending: readonly Effect[]): readonly number[] {
  return needs
    .map((each) => pending.indexOf(each))
    .filter((at) => at >= 0)
    .sort((one, other) => one - other);
}

function historyOf(maxLength: number): fc.Arbitrary<History> {
  const steps = fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength });
  return fc.record({ steps, failing: fc.constantFrom(0, 0, 0, 1, 2) });
}

/** @returns how many pairs of different histories came to one machine */
function compare(model: PersistenceModel, runs: number): number {
  let pairs = 0;
  const further = historyOf(3);
  const histories = fc.array(historyOf(5), { minLength: 40, maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(histories, fc.array(further, { minLength: 6, maxLength: 6 }), (all, futures) => {
      const first = new Map<string, History>();
      for (const each of all) {
        const key = machineKey(model, each);
        const twin = key === undefined ? undefined : first.get(key);
        if (key !== undefined && !twin) first.set(key, each);
        if (!twin || JSON.stringify(twin) === JSON.stringify(each)) continue;
        pairs++;
        for (const next of futures) {
          const label = JSON.stringify([twin, each, next]);
          expect(futureOf(uptimeOf(model, each), next), label).toEqual(futureOf(uptimeOf(model, twin), next));
        }
      }
    }),
    { numRuns: process.env['BLACKOUT_LONG'] === '1' ? 30 * runs : runs, endOnFailure: true },
  );
  return pairs;
}

const wrapped = [
  'ext4+tears',
  'posix+tears',
  'btrfs+tears',
  'ext4+lying',
  'ext4+garbage',
  'ext4@/d=btrfs',
  'xfs@/d=posix+tears',
].map((name) => findModel(name)!);

describe.each([...models, ...literature, ...wrapped])('machines with equal keys under $name', (model) => {
  it('go on alike', () => expect(compare(model, 6)).toBeGreaterThan(10));
});

describe('a model that forgets to say what it remembers', () => {
  const forgetful = (name: string): PersistenceModel => {
    const model = findModel(name)!;
    return {
      ...model,
      start: (image) => Object.assign(model.start(image), { memory: () => '' }),
    };
  };

  it('is caught by chance', () => {
    expect(() => compare(forgetful('btrfs'), 400)).toThrow();
  });

  const create: Step = { call: 'create', path: '/a' };
  const sync: Step = { call: 'sync' };
  const cut = well({ call: 'truncate', path: '/f', size: 0 }, write('/f', 0), sync);
  const replaced = well(create, write('/a', 0), { call: 'rename', path: '/a', to: '/f' }, sync);
  const zeros = well(write('/f', 8192, 0), sync);
  const hole = well({ call: 'truncate', path: '/f', size: 8202 }, sync);

  it.each([
    ['ext4', 'a block of zeros for a hole', zeros, hole, well(create, write('/f', 8192))],
    ['ext4-writeback', 'a block of zeros for a hole', zeros, hole, well(create, write('/f', 8192))],
    ['xfs', 'a block of zeros for a hole', zeros, hole, well(create, write('/f', 8192))],
    ['posix+tears', 'a file that was cut for one that was replaced', cut, replaced, well(write('/f', 4096))],
  ] as const)('would, as %s, take %s', (name, _what, one, other, next) => {
    const model = findModel(name)!;
    const [left, right] = [one, other].map((each) => futureOf(uptimeOf(model, each), next));
    expect(left).not.toEqual(right);
    expect(machineKey(model, one)).not.toBe(machineKey(model, other));
    expect(machineKey(forgetful(name), one)).toBe(machineKey(forgetful(name), other));
  });
});

describe('a machine', () => {
  it('is one that boots from its disk once all is synced', () => {
    for (const model of [...models, ...wrapped].filter(({ name }) => !name.includes('lying'))) {
      const survivals = new Survivals(model, boot, ALL);
      for (const op of lifeOf([write('/f', 0), { call: 'sync' }], boot).ops) survivals.step(op);
      expect(survivals.settled, model.name).toBe(true);
    }
  });

  it('is not while a name waits, or a block', () => {
    const settled = (model: string, steps: readonly Step[]): boolean => {
      const survivals = new Survivals(findModel(model)!, boot, ALL);
      for (const op of lifeOf(steps, boot).ops) survivals.step(op);
      return survivals.settled;
    };
    expect(settled('ext4', [{ call: 'create', path: '/a' }])).toBe(false);
    expect(settled('ext4', [write('/f', 8192, 0), { call: 'sync' }])).toBe(false);
  });
});
