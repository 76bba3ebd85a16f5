import { describe, expect, it } from 'vitest';
import { ext4 } from '../persistence/models/ext4.ts';
import { posix } from '../persistence/models/posix.ts';
import { broken, scenario, type Life, type Scenario } from '../programs/scenario.ts';
import { convergence } from './convergence.ts';
import { scheduleTo, type Exploration } from './exploration.ts';
import { Explorer } from './explorer.ts';
import { DEFAULTS, type ExploreOptions } from './options.ts';
import { Player } from './replay.ts';
import { StaleSchedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import { tellStory, type Story } from './story.ts';
import { parseToken } from './token.ts';

type Fs = Life['fs'];

async function explore(each: Scenario, options: Partial<ExploreOptions> = {}): Promise<Exploration> {
  const plan = { ...DEFAULTS, bail: Infinity, faults: ['eio'] as const, ...options };
  return await new Explorer(each, ext4, plan).explore();
}

async function storyOf(each: Scenario, model = ext4): Promise<Story> {
  const plan = { ...DEFAULTS, faults: ['eio'] as const };
  const { failures } = await new Explorer(each, model, plan).explore();
  const player = await Player.start(each, model);
  const found = await player.play(scheduleTo(failures[0]!, each.name, model.name));
  return await tellStory(player, await shrink(player, found));
}

function small(rest: Partial<Scenario>): Scenario {
  const run = async ({ fs }: Life): Promise<void> => await fs.mkdir('/a').then(() => undefined);
  return scenario({ name: 'small', run, check: async () => undefined, ...rest });
}

async function sync(fs: Fs, path: string): Promise<void> {
  const handle = await fs.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file, syncs it and its directory, and promises it. */
async function save({ fs, acknowledge }: Life, path: string): Promise<void> {
  const file = await fs.open(path, 'wx');
  try {
    await file.writeFile('data');
    await file.sync();
  } finally {
    await file.close();
  }
  await sync(fs, '/');
  acknowledge(path);
}

const check: Scenario['check'] = async ({ fs }, acknowledged) => {
  for (const path of acknowledged) {
    const text = await fs.readFile(path, 'utf8').catch(() => 'nothing');
    if (text !== 'data') return broken('nothing promised is lost', JSON.stringify(text), 'lost');
  }
  return undefined;
};

/** What a life finds, it promises: read back alone, synced first, or written anew. */
function trusting(how: 'syncs' | 'writes anew'): Scenario {
  return small({
    run: async (life) => await save(life, '/a'),
    recover: async (life) => {
      const { fs } = life;
      const names = await fs.readdir('/');
      if (!names.includes('a') || (await fs.readFile('/a', 'utf8')) !== 'data') return;
      if (how === 'syncs') await sync(fs, '/a');
      else {
        await fs.writeFile('/b', 'data', { flush: true });
        await fs.rename('/b', '/a');
      }
      await sync(fs, '/');
      life.acknowledge('/a');
    },
    check,
  });
}

describe('a life in which a call fails', () => {
  it('may stop with an error: that is no failure of the run, nor of a recovery', async () => {
    const recover = async ({ fs }: Life): Promise<void> => void (await fs.readdir('/'));
    const { failures, counts, closed } = await explore(small({ recover }));
    expect(failures).toEqual([]);
    expect(counts.alternatives).toBeGreaterThan(2);
    expect(closed).toBe(true);
    // Nor is it one of chance, when it is lived again: it was never checked.
    const findsAll: Scenario['check'] = async ({ fs }) =>
      (await fs.readdir('/')).length > 1 ? broken('there is one name at most', 'there are more') : undefined;
    const stops = async (life: Life): Promise<void> => {
      await life.fs.mkdir('/b');
      await life.fs.mkdir('/c');
    };
    const tidy = async ({ fs }: Life): Promise<void> => {
      for (const name of (await fs.readdir('/')).slice(1)) await fs.rmdir(`/${name}`);
    };
    const again = await explore(small({ run: stops, recover: tidy, check: findsAll }), { recheck: 1 });
    expect(again.failures).toEqual([]);
  });

  it('must end: one that never does is stuck', async () => {
    const run = async ({ fs }: Life): Promise<void> => {
      await fs.mkdir('/a').catch(async () => await new Promise(() => undefined));
    };
    const { failures } = await explore(small({ run }));
    expect(failures.map(({ part, verdict }) => [part, verdict!.outcome])).toEqual([['run', 'stuck']]);
    const player = await Player.start(small({ run }), ext4);
    const { lives, verdict } = await player.play(scheduleTo(failures[0]!, 'small', 'ext4'));
    expect([lives.length, verdict.outcome]).toEqual([0, 'stuck']);
  });

  it('is checked if it ends as if nothing had happened', async () => {
    const recover = async ({ fs }: Life): Promise<void> => {
      const names = await fs.readdir('/').catch(() => ['all is lost']);
      if (!names.includes('a')) await fs.mkdir('/a').catch(() => undefined);
    };
    const findsNoA: Scenario['check'] = async ({ fs }) =>
      (await fs.readdir('/')).includes('a') ? undefined : broken('/a is there', 'it is not');
    const { failures } = await explore(small({ recover, check: findsNoA }));
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.every(({ failed }) => failed === 1)).toBe(true);
  });

  it('is followed by one on the same machine, and nobody may trust what that reads back', async () => {
    const { failures } = await explore(trusting('syncs'));
    expect(failures[0]?.verdict?.outcome).toBe('lost');
    // A kill is part of the story, though none was asked for.
    expect(scheduleTo(failures[0]!, 'small', 'ext4').cuts.some((cut) => cut.kill)).toBe(true);
    expect((await explore(trusting('writes anew'))).failures).toEqual([]);
    expect((await explore(trusting('syncs'), { faults: [] })).failures).toEqual([]);
  });

  it('may leave to the next recovery what it could not do, and that one must do it', async () => {
    const clean = (inVain: boolean): Scenario =>
      small({
        recover: async ({ fs }) => {
          const names = await fs.readdir('/');
          if (!names.includes('a')) return;
          await fs.rmdir('/a').catch(async () => (inVain ? await fs.writeFile('/gone', '') : undefined));
          await sync(fs, '/');
        },
        check: async ({ fs }, _acknowledged, { failed }) => {
          const names = await fs.readdir('/');
          if (failed === 0 && names.includes('a')) return broken('/a is gone', 'it is there');
          return names.includes('gone') ? broken('nobody is misled', '/gone is there') : undefined;
        },
      });
    expect((await explore(clean(false))).failures).toEqual([]);
    expect((await explore(clean(true))).failures.length).toBeGreaterThan(0);
  });
});

describe('how many calls fail', () => {
  /** Promises a directory that it has not made, if it fails twice. */
  const twice = small({
    run: async ({ fs, acknowledge }) => {
      await fs.mkdir('/a').catch(async () => await fs.mkdir('/a').catch(() => undefined));
      await sync(fs, '/').catch(async () => await sync(fs, '/').catch(() => undefined));
      acknowledge('/a');
    },
    check: async ({ fs }, acknowledged) => {
      const names = await fs.readdir('/');
      return acknowledged.length > 0 && !names.includes('a') ? broken('/a is there', 'it is not') : undefined;
    },
  });

  it('is one in a story if nothing is said, and what needs two is found with two', async () => {
    expect((await explore(twice)).failures).toEqual([]);
    const { failures, nodes } = await explore(twice, { faultCount: 2 });
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.every(({ failed }) => failed === 2)).toBe(true);
    expect(Math.max(...nodes.map(({ failed }) => failed))).toBe(2);
  });

  it('is what the check is told', async () => {
    const told = new Set<number>();
    const each = small({
      recover: async ({ fs }) => void (await fs.readdir('/').catch(() => [])),
      check: async (_disk, _acknowledged, { failed }) => void told.add(failed),
    });
    await explore(each, { faultCount: 2 });
    expect([...told].sort((one, other) => one - other)).toEqual([0, 1, 2]);
    told.clear();
    await explore(each, { faults: [] });
    expect([...told]).toEqual([0]);
  });

  it('leaves no convergence numbers', async () => {
    expect(convergence(await explore(small({})))).toBeUndefined();
    expect(convergence(await explore(small({}), { faults: [] }))).toBeDefined();
  });
});

describe('a story in which a call fails', () => {
  const again = small({
    run: async ({ fs, acknowledge }) => {
      const file = await fs.open('/a', 'wx');
      await file.writeFile('data');
      await file.sync().catch(async () => await file.sync());
      await file.close();
      await sync(fs, '/');
      acknowledge('/a');
    },
    check,
  });

  it('says which, and that its sync is no remedy', async () => {
    const { lives, cause } = await storyOf(again);
    expect(lives[0]!.ops.map(({ text, sync: made }) => `${text}${made ? ' (sync)' : ''}`)).toEqual([
      'create /a',
      'write /a [0, +4)',
      'fsync /a  FAILED: EIO',
      'fsync /a (sync)',
      'fsync / (sync)',
    ]);
    expect(cause.op).toBe('op 2, write /a [0, +4)');
    expect(cause.sync).toBeUndefined();
    expect(cause.remedy).toMatch(
      /^fsync \/a, op 3, failed, and calling it again does not help: .*written again/,
    );
    expect(cause.failed).toEqual(['op 3, fsync /a  FAILED: EIO']);
  });

  it('suggests to call the sync of a directory again, which does help', async () => {
    const careless = small({
      run: async ({ fs, acknowledge }) => {
        await fs.writeFile('/a', 'data', { flush: true });
        await fs.rename('/a', '/b');
        const directory = await fs.open('/', 'r');
        await directory.sync().catch(() => undefined);
        await directory.close();
        acknowledge('/b');
      },
      check,
    });
    const { cause } = await storyOf(careless, posix);
    expect(cause.sync).toBe('fsync / right after op 5');
    expect(cause.failed).toEqual(['op 5, fsync /  FAILED: EIO']);
    expect(cause.remedy).toBeUndefined();
  });

  it('is played again from its token, which is stale where no such call can fail', async () => {
    const { token, verdict } = await storyOf(again);
    expect(token).toContain(':3eio!5');
    const player = await Player.start(again, ext4);
    const { schedule } = parseToken(token);
    expect((await player.play(schedule)).verdict).toEqual(verdict);
    const [cut] = schedule.cuts;
    const faults = [{ call: 99, kind: 'eio' }] as const;
    await expect(player.play([{ ...cut!, conditions: { faults } }])).rejects.toThrow(StaleSchedule);
    const { conditions: _, ...without } = cut!;
    await expect(player.play([without])).rejects.toThrow(StaleSchedule);
  });

  it('is shrunk to the calls that matter, and to the simplest way in which they fail', async () => {
    const player = await Player.start(again, ext4);
    const [cut] = parseToken((await storyOf(again)).token).schedule.cuts;
    const last = { faults: [{ call: 1, kind: 'eio' }] } as const;
    const quiet = small({
      ...again,
      name: 'quiet',
      recover: async ({ fs }) => void (await fs.readdir('/').catch(() => [])),
    });
    const other = await Player.start(quiet, ext4);
    const found = await other.play({ cuts: [cut!], last });
    expect(found.verdict.outcome).toBe('lost');
    const { schedule } = await shrink(other, found);
    expect(schedule.last).toBeUndefined();
    expect(schedule.cuts).toEqual((await player.play([cut!])).schedule.cuts);
  });
});
