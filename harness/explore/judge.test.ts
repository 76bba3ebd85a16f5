import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { posix } from '../persistence/models/posix.ts';
import { broken, scenario, type Life, type Scenario } from '../programs/scenario.ts';
import type { Exploration } from './exploration.ts';
import { Explorer } from './explorer.ts';
import { prepare } from './main-life.ts';
import { DEFAULTS } from './options.ts';
import type { Verdict } from './outcome.ts';

/** Makes /a. */
function small(rest: Partial<Scenario> = {}): Scenario {
  const run = async ({ fs }: Life): Promise<void> => await fs.mkdir('/a').then(() => undefined);
  return scenario({ name: 'small', run, check: async () => undefined, ...rest });
}

async function explore(each: Scenario, recheck?: number): Promise<Exploration> {
  const options = { ...DEFAULTS, bail: Infinity, ...(recheck === undefined ? {} : { recheck }) };
  return await new Explorer(each, posix, options).explore();
}

async function failureOf(each: Scenario, recheck?: number): Promise<Verdict | undefined> {
  return (await explore(each, recheck)).failures[0]?.verdict;
}

describe('a recovery that blows up', () => {
  it.each<readonly [string, (life: Life) => void]>([
    ['throws in a callback', () => void setTimeout(() => assert.fail('boom'), 1)],
    ['leaves a rejection to nobody', ({ fs }) => void fs.readFile('/boom')],
    ['ends its process', () => process.exit(1)],
  ])('is stuck, with the place in the program: it %s', async (_what, blowUp) => {
    const recover = async (life: Life): Promise<void> => {
      blowUp(life);
      for (let i = 0; i < 3; i++) await life.fs.readdir('/');
    };
    const { failures, nodes } = await explore(small({ recover }));
    expect(failures).toHaveLength(nodes.length);
    const verdict = failures[0]!.verdict!;
    expect(verdict.outcome).toBe('stuck');
    expect(verdict.findings[0]!.stack).toMatch(/^at .*harness\/explore\/judge\.test\.ts:\d+:\d+/);
    expect(verdict.findings[0]!.stack).not.toMatch(/node:|explorer\.ts|event-loop\.ts/);
  });

  it('shows the frame of a call to the disk that failed, though the error has none of its own', async () => {
    const recover = async ({ fs }: Life): Promise<void> => void (await fs.readFile('/nope'));
    expect((await failureOf(small({ recover })))!.findings[0]!.stack).toContain('judge.test.ts');
  });

  it('in a run is refused with its place, and nothing else', async () => {
    const run = async ({ fs }: Life): Promise<void> => void (await fs.readFile('/nope'));
    await expect(explore(small({ run }))).rejects.toThrow(
      /^run of small fails .*ENOENT.* \(at .*judge\.test\.ts/,
    );
  });
});

describe('what a check returns', () => {
  it.each([false, true, 'no', 0, null, {}, [false], { invariant: 'x', message: 'y', kind: 'worse' }])(
    'is refused in one line if it is neither nothing nor a finding: %j',
    async (value) => {
      const each = small({ check: async () => value as never });
      await expect(explore(each)).rejects.toThrow(
        /^check of small returned [^\n]+, or nothing if all is well$/,
      );
    },
  );

  it('may be nothing, a finding, or a list of findings', async () => {
    expect(await failureOf(small())).toBeUndefined();
    expect(await failureOf(small({ check: async () => [] }))).toBeUndefined();
    expect((await failureOf(small({ check: async () => broken('a', 'b', 'lost') })))!.outcome).toBe('lost');
    expect((await failureOf(small({ check: async () => [broken('a', 'b')] })))!.outcome).toBe('corrupt');
  });

  it.each<readonly [string, () => void]>([
    ['node:assert', () => assert.equal(1, 2)],
    ['vitest', () => expect(1).toBe(2)],
  ])('is a finding if an assertion of %s fails, with its place', async (_library, fail) => {
    const verdict = (await failureOf(small({ check: async () => fail() })))!;
    expect(verdict.outcome).toBe('corrupt');
    expect(verdict.findings[0]!.message).toMatch(/1.*2/);
    expect(verdict.findings[0]!.stack).toContain('judge.test.ts');
  });

  it('is not known if it throws anything else, with its place', async () => {
    const check = async (): Promise<void> => {
      throw new Error('boom');
    };
    const verdict = (await failureOf(small({ check })))!;
    expect(verdict).toMatchObject({ outcome: 'unknown', findings: [{ message: 'check failed: boom' }] });
    expect(verdict.findings[0]!.stack).toContain('judge.test.ts');
  });
});

describe('chance', () => {
  /** A coin that falls this way and that. */
  function coin(): () => boolean {
    let flips = 0;
    return () => flips++ % 2 === 1;
  }

  it('in a check is called that where it finds something', async () => {
    const flip = coin();
    const check = async (): Promise<ReturnType<typeof broken> | undefined> =>
      flip() ? undefined : broken('a', 'b');
    expect(await failureOf(small({ check }))).toMatchObject({
      outcome: 'unknown',
      findings: [
        { invariant: 'the program is deterministic', message: expect.stringContaining('check says') },
      ],
    });
  });

  it('in a check is called that where it finds nothing, in the sample that is looked at twice', async () => {
    const flip = coin();
    const check = async (): Promise<ReturnType<typeof broken> | undefined> =>
      flip() ? broken('a', 'b') : undefined;
    expect((await failureOf(small({ check }), 1))!.findings[0]!.invariant).toBe(
      'the program is deterministic',
    );
  });

  it('in what a recovery writes is no livelock', async () => {
    const recover = async ({ fs }: Life): Promise<void> => await fs.writeFile('/x', String(Date.now()));
    expect((await failureOf(small({ recover })))!.findings[0]!.invariant).toBe(
      'the program is deterministic',
    );
  });

  it('is not suspected where a recovery changes the disk each time in its own way', async () => {
    const recover = async ({ fs }: Life): Promise<void> =>
      await fs.mkdir('/x').catch(async () => await fs.rmdir('/x'));
    expect((await failureOf(small({ recover })))!.outcome).toBe('livelock');
  });
});

describe('time and chance of a life', () => {
  it('begin after those of the lives before: the clock never goes back', async () => {
    const run = async ({ fs, clock }: Life): Promise<void> => {
      for (let i = 0; i < 5000; i++) clock.now();
      await fs.writeFile('/time', String(clock.now()), { flush: true });
    };
    const times: number[] = [];
    const recover = async ({ clock }: Life): Promise<void> => void times.push(clock.now());
    const check: Scenario['check'] = async ({ fs, clock }) => {
      const now = clock.now();
      const before = Number(await fs.readFile('/time', 'utf8').catch(() => '0'));
      return now <= Math.max(before, ...times) ? broken('time goes on', `${before}, then ${now}`) : undefined;
    };
    const { failures, main } = await explore(small({ run, recover, check }));
    expect(failures).toEqual([]);
    expect(Math.min(...times)).toBeGreaterThan(main.life.time);
  });

  it('are others for another disk or another part, and the same for the same', async () => {
    const seen = new Map<string, Set<number>>();
    const note = async (part: string, { fs, random }: Pick<Life, 'fs' | 'random'>): Promise<void> => {
      const key = `${part} ${(await fs.readdir('/')).join()}`;
      seen.set(key, (seen.get(key) ?? new Set()).add(random()));
    };
    const run = async (life: Life): Promise<void> => {
      await note('run', life);
      await life.fs.mkdir('/a');
    };
    await explore(small({ run, recover: async (life) => await note('recover', life) }), 1);
    expect([...seen.keys()].sort()).toEqual(['recover ', 'recover a', 'run ']);
    const numbers = [...seen.values()].map((each) => [...each]);
    expect(numbers.every((each) => each.length === 1)).toBe(true);
    expect(new Set(numbers.flat()).size).toBe(3);
  });

  it('let a temporary name of one life be none of the next', async () => {
    const save = async ({ fs, random }: Life): Promise<void> =>
      await fs.writeFile(`/t${random()}`, 'x', { flag: 'wx', flush: true });
    const recover = async (life: Life): Promise<void> => {
      for (const name of await life.fs.readdir('/')) if (name.length > 3) life.acknowledge('found');
      if ((await life.fs.readdir('/')).length === 1) await save(life);
    };
    expect(await failureOf(small({ run: save, recover }))).toBeUndefined();
  });
});

describe('a program that keeps its data on the real disk', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'real-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each<readonly [string, (path: string) => unknown]>([
    ['writeFile of node:fs/promises', async (path) => await writeFile(path, 'x')],
    ['writeFileSync', (path) => writeFileSync(path, 'x')],
  ])('has its paths named: %s', async (_what, write) => {
    const path = join(folder, 'data');
    const { life } = await prepare(small({ run: async () => void (await write(path)) }));
    expect(life.realPaths).toEqual([path]);
    expect(readFileSync(path, 'utf8')).toBe('x');
  });

  it('has none named if it does not', async () => {
    expect((await prepare(small())).life.realPaths).toBeUndefined();
  });
});

describe('a scenario', () => {
  it('with a key that there is not is refused with the nearest that there is', () => {
    expect(() => small({ recovery: async () => {} } as Partial<Scenario>)).toThrow(
      'scenario "small" has an unknown key "recovery": did you mean "recover"?',
    );
    expect(() => small({ zzzzzz: 1 } as Partial<Scenario>)).toThrow(
      /unknown key "zzzzzz": it may have name, /,
    );
  });
});
