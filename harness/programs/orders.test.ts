import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Core } from '../disk/core/core.ts';
import { Image } from '../disk/image/image.ts';
import { inline } from './inline.ts';
import { livesInOrders, type Orders } from './orders.ts';
import type { LifeRecord } from './program.ts';
import { scenario, type Life } from './scenario.ts';
import { EPOCH } from './times.ts';

async function ordersOf(run: (life: Life) => Promise<void>, departures: number, max = 5000): Promise<Orders> {
  const program = inline(scenario({ name: 'any', run, check: async () => undefined }));
  return await livesInOrders(program, { part: 'run', boot: Image.empty(), time: EPOCH }, departures, max);
}

const kinds = ({ ops }: LifeRecord): string => ops.map((op) => `${op.kind} ${op.path}`).join(', ');

/** Calls that each of several parts of a program makes one after another, while the others make theirs. */
const parts = fc.array(
  fc.array(fc.tuple(fc.constantFrom('mkdir', 'rmdir', 'readdir', 'rename'), fc.constantFrom('/a', '/b')), {
    minLength: 1,
    maxLength: 3,
  }),
  { minLength: 1, maxLength: 3 },
);
type Call = readonly [name: string, path: string];

/** By hand, on the core: the ops of all ways to interleave the parts. */
function interleaved(left: readonly (readonly Call[])[], done: readonly Call[] = []): readonly string[] {
  if (left.every((part) => part.length === 0)) {
    const core = new Core(Image.empty());
    for (const [name, path] of done) {
      try {
        if (name === 'rename') core.rename(path, '/c');
        else core[name as 'mkdir' | 'rmdir' | 'readdir'](path);
      } catch {}
    }
    return [core.journal.ops.map((op) => `${op.kind} ${op.path}`).join(', ')];
  }
  return left.flatMap((part, i) =>
    part.length === 0 ? [] : interleaved(left.with(i, part.slice(1)), [...done, part[0]!]),
  );
}

async function callOn(fs: Life['fs'], name: string, path: string): Promise<unknown> {
  if (name === 'rename') return await fs.rename(path, '/c');
  if (name === 'mkdir') return await fs.mkdir(path);
  return name === 'rmdir' ? await fs.rmdir(path) : await fs.readdir(path);
}

describe('the orders of a life', () => {
  it('are all that there are, each once: as many as ways to interleave its parts by hand', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (all) => {
        fc.pre(all.flat().length <= 6);
        const run = async ({ fs }: Life): Promise<void> => {
          const live = async (part: readonly Call[]): Promise<void> => {
            for (const [name, path] of part) {
              await callOn(fs, name, path).catch(() => undefined);
            }
          };
          await Promise.all(all.map(live));
        };
        const { lives, isWhole } = await ordersOf(run, Infinity);
        expect(isWhole).toBe(true);
        const found = lives.map(({ life }) => kinds(life));
        expect(new Set(found).size).toBe(found.length);
        expect([...found].sort()).toEqual([...new Set(interleaved(all))].sort());
      }),
      { numRuns: 40 },
    );
  });

  it('are one where each call is awaited', async () => {
    const { lives, tried } = await ordersOf(async ({ fs }) => {
      for (const path of ['/a', '/b', '/c']) await fs.mkdir(path);
    }, Infinity);
    expect({ lives: lives.length, tried }).toEqual({ lives: 1, tried: 1 });
    expect(lives[0]!.life.steps).toEqual([]);
  });

  it('begin with that of the calls, and depart from it as often as is allowed', async () => {
    const run = async ({ fs }: Life): Promise<void> =>
      void (await Promise.all(['/a', '/b', '/c'].map(async (path) => await fs.mkdir(path))));
    const found = async (n: number): Promise<readonly string[]> =>
      (await ordersOf(run, n)).lives.map(({ life }) => kinds(life).replaceAll('mkdir /', ''));
    expect(await found(0)).toEqual(['a, b, c']);
    expect(await found(1)).toEqual(['a, b, c', 'b, a, c', 'c, a, b', 'a, c, b']);
    expect(await found(2)).toHaveLength(6);
  });

  it('are said not to be all where there are more than the limit', async () => {
    const run = async ({ fs }: Life): Promise<void> =>
      void (await Promise.all(['/a', '/b', '/c'].map(async (path) => await fs.mkdir(path))));
    expect(await ordersOf(run, 2, 3)).toMatchObject({ tried: 3, isWhole: false });
  });

  it('tell apart programs that notice which of two reads is done first', async () => {
    const run = async ({ fs }: Life): Promise<void> => {
      let first = '';
      const read = async (path: string): Promise<void> => {
        await fs.readdir('/');
        first ||= path;
      };
      await Promise.all([read('/a'), read('/b')]);
      await fs.mkdir(first);
    };
    const { lives } = await ordersOf(run, 1);
    expect(lives.map(({ life }) => kinds(life))).toEqual(['mkdir /a', 'mkdir /b']);
  });

  it('name each call that is under way, with its file', async () => {
    const { lives } = await ordersOf(async ({ fs }) => {
      const file = await fs.open('/log', 'w');
      await Promise.all([file.write('x'), file.sync()]);
    }, 0);
    const [step] = lives[0]!.life.steps;
    expect(step).toMatchObject({ step: 1, after: 1, pick: 0 });
    expect(step!.waiting).toMatchObject([
      { call: 'write', path: '/log' },
      { call: 'sync', path: '/log' },
    ]);
  });
});

describe('field bugs that take another order', () => {
  it('rocksdb 10560: a sync that takes effect before the append that it is to cover', async () => {
    const run = async ({ fs, acknowledge }: Life): Promise<void> => {
      const file = await fs.open('/log', 'w');
      await Promise.all([file.write('record'), file.sync()]);
      acknowledge('record');
    };
    const found = (await ordersOf(run, 1)).lives.map(({ life }) => kinds(life));
    expect(found).toEqual(['create /log, write /log, fsync /log', 'create /log, fsync /log, write /log']);
  });

  it.each([
    { first: '{"who":"a"}', second: '{"who":"bb","more":1}' },
    { first: '{"who":"bb","more":1}', second: '{"who":"a"}' },
  ])('electron-json-storage 70: two saves through one temporary name mix, $first first', async (each) => {
    const texts = new Set<string>();
    const run = async ({ fs }: Life): Promise<void> => {
      const save = async (text: string): Promise<void> => {
        await fs.writeFile('/tmp', text);
        await fs.rename('/tmp', '/data').catch(() => undefined);
      };
      await Promise.all([save(each.first), save(each.second)]);
      texts.add(await fs.readFile('/data', 'utf8'));
    };
    await ordersOf(run, 1);
    expect([...texts]).toContain('{"who":"a"},"more":1}');
  });
});
