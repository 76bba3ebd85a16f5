import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { O_SYNC, O_WRONLY } from '../disk/core/constants.ts';
import { FAULT_KINDS } from '../disk/fault-kinds.ts';
import type { Op } from '../disk/journal.ts';
import { imageText } from '../disk/image/testing/describe.ts';
import { findModel, models } from './models.ts';
import type { PersistenceModel } from './model.ts';
import { crashState } from './survival.ts';
import { Survivals } from './survivals.ts';
import { bruteForce } from './testing/brute-force.ts';
import { withFailures } from './testing/failures.ts';
import { bootDisk, lifeOf, smallLife, type SmallLife, type Step } from './testing/steps.ts';
import { ALL, textsOf, walk } from './testing/walk.ts';
import { graphAfter } from './uptime.ts';
import { revertingMounts } from './volumes.ts';

/** All about one file, which is written, cut, synced and replaced over and over. */
const write = (path: string, byte: number, offset: number, length: number): Step => ({
  call: 'write',
  path,
  flags: O_WRONLY,
  data: { byte, offset, length },
});
const CROWDED: readonly Step[] = [
  write('/f', 0x61, 0, 10),
  write('/f', 0x62, 5, 4100),
  write('/f', 0x63, 4096, 3),
  write('/f', 0x64, 5000, 10),
  write('/a', 0x65, 0, 10),
  { call: 'write', path: '/f', flags: O_WRONLY | O_SYNC, data: { byte: 0x66, offset: 4090, length: 10 } },
  { call: 'truncate', path: '/f', size: 0 },
  { call: 'truncate', path: '/f', size: 7 },
  { call: 'truncate', path: '/f', size: 4098 },
  { call: 'truncate', path: '/f', size: 9000 },
  { call: 'fsync', path: '/f' },
  { call: 'fsync', path: '/f' },
  { call: 'fsync', path: '/f' },
  { call: 'fdatasync', path: '/f' },
  { call: 'create', path: '/a' },
  { call: 'rename', path: '/a', to: '/f' },
  { call: 'sync' },
];
const boot = bootDisk([{ call: 'create', path: '/f' }, write('/f', 0x6f, 0, 5000)]);
const crowded = fc
  .array(fc.constantFrom(...CROWDED), { minLength: 5, maxLength: 9, size: 'max' })
  .map((steps) => lifeOf(steps, boot));

const failing = fc
  .tuple(fc.oneof(crowded, crowded, smallLife(10)), fc.nat({ max: 15 }))
  .map(([life, bits]) => withFailures(life, bits))
  .filter(({ ops }) =>
    ops.some(({ fault, ino }) => fault && ops.some((op) => op.kind === 'write' && op.ino === ino)),
  );

/** Under xfs, a size comes after data that an earlier sync has given up: it waits for nothing when the next one fails. */
const GIVEN_UP_BEFORE = withFailures(
  lifeOf(
    [
      { call: 'truncate', path: '/f', size: 7 },
      { call: 'fsync', path: '/f' },
      write('/f', 0x64, 5000, 10),
      write('/f', 0x63, 4096, 3),
      { call: 'fsync', path: '/f' },
      { call: 'sync' },
    ],
    boot,
  ),
  0b11,
);

function compare(
  model: PersistenceModel,
  runs: number,
  seen: (life: SmallLife) => SmallLife = (life) => life,
): void {
  fc.assert(
    fc.property(failing, (life) => {
      const points = bruteForce(model, life.boot, life.ops);
      fc.pre(points !== undefined);
      for (const options of [ALL, { ...ALL, purge: false, merge: false }]) {
        const sights = walk(model, seen(life), options);
        for (const [at, { survivals }] of points.entries()) {
          expect([...sights[at]!.texts].sort(), `crash point ${at}`).toEqual(textsOf(survivals));
          expect(sights[at]!.hashes).toEqual(new Set(survivals.map(({ hash }) => hash)));
        }
      }
    }),
    {
      numRuns: process.env['BLACKOUT_LONG'] === '1' ? 50 * runs : runs,
      endOnFailure: true,
      examples: [[GIVEN_UP_BEFORE]],
    },
  );
}

const wrapped = ['posix+tears', 'ext4-writeback+tears', 'btrfs+lying', 'ext4+garbage'].map((name) =>
  findModel(name)!,
);

describe.each([...models, ...wrapped])('the survivals of $name, when syncs fail', (model) => {
  it('are those that all subsets by the rules give', () => compare(model, 30));
});

const fault = fc.record({ call: fc.integer({ min: 1, max: 14 }), kind: fc.constantFrom(...FAULT_KINDS) });
const anyFaults = fc.uniqueArray(fault, { minLength: 1, maxLength: 4, selector: ({ call }) => call });

describe('a life in which any call fails', () => {
  it.each(['posix', 'ext4', 'xfs+tears', 'btrfs'])(
    'has the survivals that all subsets give, under %s',
    (name) => {
      const model = findModel(name)!;
      const told = new Set<string>();
      const lives = anyFaults.chain((faults) =>
        smallLife(10, { faults: { faults, reverts: revertingMounts(model) } }),
      );
      fc.assert(
        fc.property(lives, (life) => {
          const points = bruteForce(model, life.boot, life.ops);
          fc.pre(points !== undefined);
          for (const op of life.ops) if (op.fault) told.add(op.fault);
          for (const [at, sight] of walk(model, life).entries()) {
            expect([...sight.texts].sort(), `crash point ${at}`).toEqual(textsOf(points[at]!.survivals));
          }
        }),
        { numRuns: process.env['BLACKOUT_LONG'] === '1' ? 4000 : 80 },
      );
      expect(told.size, 'kinds of faults').toBeGreaterThan(3);
    },
  );
});

describe('taking a sync that failed', () => {
  const ofAll = (change: (op: Op) => Op) => (life: SmallLife) => ({ ...life, ops: life.ops.map(change) });
  const done = ofAll(({ fault: _fault, ...op }) => op);
  const notCalled = ofAll((op) => (op.fault === undefined ? op : { ...op, kind: 'stat' }));

  it.each(['posix', 'ext4', 'xfs', 'btrfs', 'sequential'])(
    'for one that did its work is caught: %s',
    (name) => {
      expect(() => compare(findModel(name)!, 300, done)).toThrow();
    },
  );

  it.each(['posix', 'ext4', 'xfs', 'btrfs', 'sequential'])('for none at all is caught: %s', (name) => {
    expect(() => compare(findModel(name)!, 300, notCalled)).toThrow();
  });
});

const fsync: Step = { call: 'fsync', path: '/f' };
const FIRST = 0b1;

/** What `/f` may hold after a cut at the end of the life, of whose fsyncs those with a bit fail. */
function contents(model: string, steps: readonly Step[], bits: number, disk = boot): readonly string[] {
  const life = withFailures(lifeOf(steps, disk), bits);
  const texts = [...walk(findModel(model)!, life).at(-1)!.texts];
  return [...new Set(texts.map((text) => /^\/f file 644 (.*)$/m.exec(text)?.[1] ?? 'none'))].sort();
}

const DEFAULT = ['ext4', 'xfs', 'btrfs', 'posix'];

/** PostgreSQL's fsyncgate, redis PR 8347. */
describe.each(DEFAULT)('an fsync that is tried again after it has failed, under %s,', (model) => {
  const over = write('/f', 0x6e, 0, 5000);

  it('returns, and the data may be lost', () => {
    expect(contents(model, [over, fsync, fsync], FIRST)).toContain('5000 [6fx5000]');
    expect(contents(model, [over, fsync, { call: 'sync' }], FIRST)).toContain('5000 [6fx5000]');
  });

  it('has nothing to lose if it had not failed', () => {
    expect(contents(model, [over, fsync, fsync], 0)).toEqual(['5000 [6ex5000]']);
  });

  it('has nothing to lose if the data is written again before', () => {
    expect(contents(model, [over, fsync, over, fsync], FIRST)).toEqual(['5000 [6ex5000]']);
  });

  it('has nothing to lose if another file with the data takes its place', () => {
    const again: readonly Step[] = [
      { call: 'create', path: '/a' },
      write('/a', 0x6e, 0, 10),
      { call: 'fsync', path: '/a' },
      { call: 'rename', path: '/a', to: '/f' },
      { call: 'fsync', path: '/' },
    ];
    expect(contents(model, [over, fsync, ...again], FIRST)).toEqual(['10 [6ex10]']);
  });
});

describe('a file whose sync has failed', () => {
  const append = write('/f', 0x6e, 5000, 5000);

  it('may be as long as it was to be, without the data, where a size is not part of it', () => {
    const seen = contents('ext4', [append, fsync, fsync], FIRST);
    expect(seen).toContain('10000 [6fx5000]');
    expect(seen.every((each) => each.startsWith('10000'))).toBe(true);
    expect(contents('xfs', [append, fsync, fsync], FIRST)).toContain('5000 [6fx5000]');
  });

  it('has a hole where it goes on after that', () => {
    const further = write('/f', 0x7a, 12288, 10);
    const seen = contents('xfs', [append, fsync, further, fsync], FIRST);
    expect(seen).toContain('12298 [6fx5000 0x7288 7ax10]');
    expect(contents('xfs', [append, further, fsync], 0)).not.toContain('12298 [6fx5000 0x7288 7ax10]');
  });

  it('keeps what is on the same page of a later write that reaches the disk, torn pages or not', () => {
    const page: Step = { call: 'truncate', path: '/f', size: 4096 };
    const start = bootDisk([{ call: 'create', path: '/f' }, write('/f', 0x6f, 0, 4096), page]);
    const steps = [write('/f', 0x6e, 0, 10), fsync, write('/f', 0x7a, 2000, 10), fsync];
    for (const model of ['ext4', 'ext4+tears', 'posix+tears', 'xfs+tears']) {
      expect(contents(model, steps, FIRST, start), model).toEqual(['4096 [6ex10 6fx1990 7ax10 6fx2086]']);
    }
  });

  it('goes on through a kill: the next life reads the data, and its sync does not save it', () => {
    const first = withFailures(lifeOf([append, fsync], boot), FIRST);
    for (const name of DEFAULT) {
      const uptime = { model: findModel(name)!, boot, killed: [first.ops] };
      const seen = graphAfter(uptime).volatile;
      expect(imageText(seen), name).toContain('/f file 644 10000 [6fx5000 6ex5000]');
      const next = new Survivals(uptime.model, boot, ALL, uptime.killed);
      for (const op of lifeOf([fsync, { call: 'sync' }], seen.fork()).ops) next.step(op);
      expect(next.settled).toBe(false);
      const texts: string[] = [];
      next.visit(({ image }) => texts.push(imageText(image)));
      expect(texts.some((text) => !text.includes('10000 [6fx5000 6ex5000]'))).toBe(true);
    }
  });

  it('is another machine than one whose sync has not been called', () => {
    const keyOf = (bits: number): unknown => {
      const survivals = new Survivals(findModel('posix')!, boot, ALL);
      for (const op of withFailures(lifeOf([append, fsync], boot), bits).ops.slice(0, 1 + bits))
        survivals.step(op);
      return survivals.machineKey;
    };
    expect(keyOf(1)).not.toEqual(keyOf(0));
  });

  it('is one whose data is lost on one disk of several', () => {
    const mounted = bootDisk([
      { call: 'mkdir', path: '/d' },
      { call: 'create', path: '/d/f' },
    ]);
    const steps: readonly Step[] = [
      write('/d/f', 0x6e, 0, 10),
      { call: 'fsync', path: '/d/f' },
      { call: 'sync' },
    ];
    const life = withFailures(lifeOf(steps, mounted, '', { mounts: ['/d'] }), FIRST);
    for (const name of ['ext4@/d=ext4+tears', 'posix@/d=xfs']) {
      const texts = [...walk(findModel(name)!, life).at(-1)!.texts];
      expect(
        texts.some((text) => !text.includes('[6ex10]')),
        name,
      ).toBe(true);
    }
  });
});

/** On btrfs the program reads what is on the disk again: the failure is part of its life, not only of the disk's. */
describe('a file that goes back when its sync fails', () => {
  const steps = fc.array(fc.constantFrom(...CROWDED), { minLength: 5, maxLength: 10, size: 'max' });
  const faults = fc.uniqueArray(fc.integer({ min: 2, max: 16 }), { minLength: 1, maxLength: 3 });
  const life = fc.tuple(steps, faults).map(([all, calls]) => {
    const failing = calls.map((call) => ({ call, kind: 'eio' }) as const);
    return lifeOf(all, boot, `failing ${calls.join()} `, { faults: { faults: failing, reverts: ['/'] } });
  });
  const going = life
    .map((each) => ({ ...each, ops: each.ops.filter(({ fault, reverts }) => !fault || reverts) }))
    .map((each) => ({ ...each, ops: each.ops.map((op, i): Op => ({ ...op, index: i + 1 })) }))
    .filter(({ ops }) => ops.some(({ reverts }) => reverts));

  it.each(['btrfs', 'posix', 'btrfs+lying'])('has the survivals that all subsets give, under %s', (name) => {
    const model = findModel(name)!;
    fc.assert(
      fc.property(going, (each) => {
        const points = bruteForce(model, each.boot, each.ops);
        fc.pre(points !== undefined);
        for (const [at, sight] of walk(model, each).entries()) {
          expect([...sight.texts].sort(), `crash point ${at}`).toEqual(textsOf(points[at]!.survivals));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('shows the program what is durable, and what is pending', () => {
    fc.assert(
      fc.property(going, (each) => {
        const graph = graphAfter({ model: findModel('btrfs')!, boot: each.boot, killed: [each.ops] });
        const all = crashState(graph, new Set(graph.pending));
        expect(imageText(all)).toBe(imageText(graph.volatile));
      }),
      { numRuns: 200 },
    );
  });

  it('is told of to lives on btrfs, wherever it is mounted', () => {
    const told = (name: string): readonly string[] => revertingMounts(findModel(name)!);
    expect(told('btrfs+tears')).toEqual(['/']);
    expect(told('ext4')).toEqual([]);
    expect(told('ext4@/wal=btrfs@/x=xfs')).toEqual(['/wal']);
    expect(told('btrfs@/wal=btrfs')).toEqual(['/', '/wal']);
  });
});
