import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { scrypt } from 'node:crypto';
import { gzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Image } from '../disk/image/image.ts';
import { runLife } from './life.ts';
import { EPOCH } from './times.ts';
import type { LifeRecord } from './program.ts';
import type { Life } from './scenario.ts';

/** A life on an empty disk, which nothing is known of. */
async function live(body: (life: Life) => unknown, callsMax = 1000): Promise<LifeRecord> {
  return await runLife(Image.empty(), async (life) => void (await body(life)), { callsMax, time: EPOCH });
}

const paths = ({ ops }: LifeRecord): readonly string[] => [...new Set(ops.map((op) => op.path))];

describe('a life that blows up', () => {
  const later: readonly (readonly [string, (fail: () => void) => void])[] = [
    ['a timer', (fail) => void setTimeout(fail, 5)],
    ['setImmediate', (fail) => void setImmediate(fail)],
    ['process.nextTick', (fail) => process.nextTick(fail)],
    ['queueMicrotask', (fail) => queueMicrotask(fail)],
    ['a callback from another thread', (fail) => scrypt('a', 'b', 8, fail)],
    ['a rejection that nobody handles', (fail) => void (async () => fail())()],
  ];
  it.each(later)('in %s threw, and nothing else of the process hears of it', async (_where, when) => {
    const { ending } = await live(async ({ fs }) => {
      when(() => {
        throw new Error('boom');
      });
      for (let i = 0; i < 5; i++) await fs.mkdir(`/${i}`);
      await promisify(gzip)('a'); // So that there is time for a thread to call back.
      await sleep(50);
    });
    expect(ending).toMatchObject({ type: 'threw', error: { message: 'boom' } });
  });

  it('and handles what went wrong itself has ended well', async () => {
    const { ending } = await live(async ({ fs }) => {
      const failing = fs.readFile('/nope');
      await expect(failing).rejects.toThrow('ENOENT');
      setTimeout(() => {
        try {
          throw new Error('boom');
        } catch {}
      });
    });
    expect(ending).toEqual({ type: 'ended' });
  });

  const endings: readonly (readonly [string, () => unknown])[] = [
    ['exit()', () => process.exit()],
    ['abort()', () => process.abort()],
    [`kill(${process.pid}, SIGKILL)`, () => process.kill(process.pid, 'SIGKILL')],
  ];
  it.each(endings)('by process.%s threw, and no later call of it counts', async (call, end) => {
    const life = await live(async ({ fs }) => {
      await fs.mkdir('/a');
      try {
        end();
      } catch {
        await fs.mkdir('/b');
      }
    });
    expect(life.ending).toMatchObject({ type: 'threw', error: { message: `process.${call} was called` } });
    expect(paths(life)).toEqual(['/a']);
  });

  it('leaves the next life alone, and the exit code of the process', async () => {
    const before = process.exitCode;
    await live(() => {
      process.exitCode = 7;
      void Promise.reject(new Error('boom'));
    });
    expect(process.exitCode).toBe(before);
    expect((await live(async ({ fs }) => await fs.mkdir('/a'))).ending).toEqual({ type: 'ended' });
  });

  it('is the one that it happens in, of several that are asked for at once', async () => {
    const bodies = [true, false, true, false].map((fails) => async ({ fs }: Life) => {
      if (fails) setTimeout(() => void Promise.reject(new Error('boom')), 5);
      await fs.mkdir('/a');
    });
    const lives = await Promise.all(bodies.map(async (body) => await live(body)));
    expect(lives.map((life) => life.ending.type)).toEqual(['threw', 'ended', 'threw', 'ended']);
  });
});

describe('the time of a life', () => {
  it('passes at once, and in the order of the timers', async () => {
    const started = performance.now();
    const order: string[] = [];
    const life = await live(async ({ fs, clock }) => {
      setTimeout(() => order.push('3 h'), 3 * 3_600_000);
      const tick = setInterval(() => order.push('every h'), 3_600_000 - 1);
      await sleep(1.5 * 3_600_000);
      order.push('1.5 h');
      await promisify(setTimeout)(3_600_000);
      clearInterval(tick);
      setTimeout(() => order.push('never'), 1).close();
      clearTimeout(Number(setTimeout(() => order.push('never'), 1)));
      await sleep(3_600_000);
      await fs.writeFile('/time', String(clock.now() - EPOCH));
    });
    expect(life.ending).toEqual({ type: 'ended' });
    expect(order).toEqual(['every h', '1.5 h', 'every h', '3 h']);
    expect(life.time - EPOCH).toBeGreaterThanOrEqual(3.5 * 3_600_000);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('waits for real work before it jumps to a timer', async () => {
    const order: string[] = [];
    const life = await live(async () => {
      const timeout = sleep(1).then(() => order.push('timer'));
      await promisify(gzip)(Buffer.alloc(1 << 20)).then(() => order.push('work'));
      await timeout;
    });
    expect(life.ending).toEqual({ type: 'ended' });
    expect(order).toEqual(['work', 'timer']);
  });

  it('is real time again outside of lives', async () => {
    await live(async () => await sleep(1));
    const started = performance.now();
    await sleep(30);
    expect(performance.now() - started).toBeGreaterThan(25);
  });
});

describe('a life whose function has returned', () => {
  it.each<readonly [string, (life: Life) => void]>([
    ['a debounced save', ({ fs }) => void setTimeout(() => void fs.mkdir('/late'), 1000)],
    ['a floating promise', ({ fs }) => void fs.stat('/').then(async () => await fs.mkdir('/late'))],
    [
      'a callback of a callback',
      ({ fs }) => void setImmediate(() => setImmediate(() => void fs.mkdir('/late'))),
    ],
  ])('still does what it has begun: %s', async (_what, begin) => {
    const life = await live((all) => begin(all));
    expect(paths(life)).toEqual(['/late']);
    expect(life.cutOff).toBeUndefined();
  });

  it('goes on no longer than its process would: not for a timer that keeps nothing up', async () => {
    const life = await live(({ fs }) => void setTimeout(() => void fs.mkdir('/late'), 1000).unref());
    expect(paths(life)).toEqual([]);
  });

  it.each<readonly [string, (life: Life) => void, RegExp]>([
    [
      'an interval',
      ({ fs }) => void setInterval(() => void fs.writeFile('/late', 'x'), 500),
      /interval of 500 ms/,
    ],
    [
      'a timer that sets itself',
      ({ fs }) => {
        const beat = async (): Promise<void> => {
          await fs.writeFile('/late', 'x');
          setTimeout(() => void beat(), 500);
        };
        void beat();
      },
      /timer of 500 ms that is set again and again/,
    ],
  ])('comes to rest even so with %s, and says what was cut off', async (_what, begin, words) => {
    const life = await live((all) => begin(all));
    expect(life.ending).toEqual({ type: 'ended' });
    expect(paths(life)).toEqual(['/late']);
    expect(life.cutOff).toEqual([expect.stringMatching(words)]);
  });
});

describe('a life that waits for what never comes', () => {
  it.each<readonly [string, (life: Life) => Promise<unknown>]>([
    ['from its start', async () => await new Promise(() => {})],
    ['after some calls', async ({ fs }) => (await fs.mkdir('/a'), await new Promise(() => {}))],
    ['after real work', async () => (await promisify(gzip)('a'), await new Promise(() => {}))],
    ['with a timer that keeps nothing up', async () => await sleep(10, undefined, { ref: false })],
  ])('is found out at once: %s', async (_when, body) => {
    const started = performance.now();
    const { ending } = await live(body);
    expect(ending).toMatchObject({ type: 'never ended', why: expect.stringContaining('nothing is left') });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('is not suspected while work of any length is under way', async () => {
    const { ending } = await live(async () => {
      await promisify(scrypt)('a', 'b', 64);
      await new Promise<void>((resolve) =>
        scrypt('a', 'b', 64, { N: 2 ** 17, r: 8, maxmem: 2 ** 28 }, () => resolve()),
      );
    });
    expect(ending).toEqual({ type: 'ended' });
  });

  it('is ended where its timers go on for ever', async () => {
    const { ending } = await live(async () => {
      for (;;) await sleep(100);
    });
    expect(ending).toMatchObject({ type: 'never ended', why: expect.stringContaining('more than 1000') });
  });
});
