import { describe, expect, it } from 'vitest';
import { ext4 } from '../persistence/models/ext4.ts';
import { sequential } from '../persistence/models/sequential.ts';
import { broken, scenario, type Life, type Scenario } from '../programs/scenario.ts';
import { convergence } from './convergence.ts';
import { scheduleTo, type Exploration } from './exploration.ts';
import { Explorer } from './explorer.ts';
import { DEFAULTS, type ExploreOptions } from './options.ts';
import { Player, type Replay } from './replay.ts';
import { StaleSchedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import { tellStory } from './story.ts';
import { parseToken } from './token.ts';

async function explore(each: Scenario, options: Partial<ExploreOptions> = {}): Promise<Exploration> {
  return await new Explorer(each, ext4, { ...DEFAULTS, bail: Infinity, orders: 1, ...options }).explore();
}

/** The first failure, shrunk, and who played it. */
async function foundIn(each: Scenario): Promise<{ player: Player; replay: Replay }> {
  const { failures } = await explore(each);
  const player = await Player.start(each, ext4);
  const found = await player.play(scheduleTo(failures[0]!, each.name, ext4.name));
  return { player, replay: await shrink(player, found) };
}

function small(rest: Partial<Scenario>): Scenario {
  const run = async ({ fs }: Life): Promise<void> => {
    await fs.mkdir('/a');
  };
  return scenario({ name: 'small', run, check: async () => undefined, ...rest });
}

/** Makes directories, all at once. */
async function makeAll({ fs }: Life, paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map(async (path) => await fs.mkdir(path)));
}

/** Appends and syncs at once, and promises what it appended. */
const early = small({
  run: async ({ fs, acknowledge }) => {
    const file = await fs.open('/a', 'w');
    await Promise.all([file.write('data'), file.sync()]);
    const directory = await fs.open('/', 'r');
    await directory.sync();
    acknowledge('/a');
  },
  check: async ({ fs }, acknowledged) => {
    if (acknowledged.length === 0) return undefined;
    const text = await fs.readFile('/a', 'utf8');
    return text === 'data' ? undefined : broken('/a is whole', JSON.stringify(text), 'lost');
  },
});

/** Some order in which directories must not come. */
const never = (names: string): Scenario['check'] => {
  return async ({ fs }) =>
    (await fs.readdir('/')).join('') === names ? broken(`not ${names} alone`, 'they are') : undefined;
};

describe('calls that overlap', () => {
  it('take effect in the order in which they were made, if nothing is said', async () => {
    const { failures, counts, closed } = await explore(early, { orders: 0 });
    expect([failures.length, counts.alternatives, closed]).toEqual([0, 0, true]);
  });

  it('take effect in others where they are asked for', async () => {
    const { failures, counts, closed } = await explore(early);
    expect(failures.map(({ verdict }) => verdict!.outcome)).toContain('lost');
    expect(failures.every(({ parent }) => parent!.conditions!.order!.length === 1)).toBe(true);
    expect([counts.alternatives, closed]).toEqual([1, true]);
  });

  it('do not come in other orders where each is awaited', async () => {
    const run = async (life: Life): Promise<void> => {
      for (const path of ['/a', '/b']) await makeAll(life, [path]);
    };
    const { counts } = await explore(small({ run, recover: run, check: never('b') }));
    expect(counts.alternatives).toBe(0);
  });

  it('depart from their order as often as is asked for, in each life, and no oftener', async () => {
    const run = async (life: Life): Promise<void> => await makeAll(life, ['/a', '/b', '/c']);
    // Only where a comes last are these two alone, and that departs twice.
    const each = small({ run, check: never('bc') });
    const plan = { ...DEFAULTS, bail: Infinity };
    const once = await new Explorer(each, sequential, { ...plan, orders: 1 }).explore();
    expect(once.nodes.some((node) => (node.conditions?.order?.length ?? 0) > 1)).toBe(false);
    const twice = await new Explorer(each, sequential, { ...plan, orders: 2 }).explore();
    const orders = twice.nodes.flatMap((node) => (node.conditions?.order ? [node.conditions.order] : []));
    // 1 and 2 of three, 1 of the two that are left, and both.
    expect(orders.map((order) => order.map(({ step, pick }) => `${step}^${pick}`).join()).sort()).toEqual(
      ['0^1', '0^2', '1^1', '0^1,1^1', '0^2,1^1'].sort(),
    );
    expect([once.failures.length, twice.failures.length]).toEqual([0, 1]);
  });

  it('do so in recoveries as well', async () => {
    const recover = async (life: Life): Promise<void> => {
      if ((await life.fs.readdir('/')).includes('b')) return;
      await Promise.all([
        life.fs.mkdir('/b'),
        life.fs.readdir('/').then(async (names) => {
          if (!names.includes('b')) await life.fs.mkdir('/early');
        }),
      ]);
    };
    const check: Scenario['check'] = async ({ fs }) =>
      (await fs.readdir('/')).includes('early') ? broken('nobody is early', 'somebody is') : undefined;
    const { failures } = await explore(small({ recover, check }));
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.some(({ conditions }) => conditions?.order)).toBe(true);
    expect((await explore(small({ recover, check }), { orders: 0 })).failures).toEqual([]);
  });

  it('are stuck where a run throws in another order, though no call fails', async () => {
    const run = async ({ fs }: Life): Promise<void> =>
      void (await Promise.all([fs.mkdir('/a'), fs.mkdir('/a/b')]));
    const { failures } = await explore(small({ run }));
    expect(failures.map(({ part, verdict }) => [part, verdict!.outcome])).toEqual([['run', 'stuck']]);
  });

  it('are looked at after a promise that follows a mere read at once', async () => {
    const run = async ({ fs, acknowledge }: Life): Promise<void> => {
      await Promise.all([fs.mkdir('/a'), fs.readdir('/').then((names) => acknowledge(names.join()))]);
    };
    const check: Scenario['check'] = async (_disk, acknowledged) =>
      acknowledged.includes('') ? broken('somebody was there', 'nobody was') : undefined;
    const { failures } = await explore(small({ run, check }));
    expect(failures.some(({ at }) => at === 0)).toBe(true);
  });

  it('come with failing calls, each pair once', async () => {
    const run = async (life: Life): Promise<void> =>
      void (await Promise.allSettled(['/a', '/b', '/c'].map(async (path) => await life.fs.mkdir(path))));
    const { nodes, main } = await explore(small({ run }), { faults: ['eio'], orders: 2 });
    const lived = nodes.filter(({ part }) => part === 'run').map(({ conditions }) => conditions!);
    const texts = lived.map(({ order = [], faults = [] }) =>
      [...order.map(({ step, pick }) => `${step}^${pick}`), ...faults.map(({ call }) => `${call}eio`)].join(),
    );
    const orders = ['', '0^1', '0^2', '1^1', '0^1,1^1', '0^2,1^1'];
    const all = orders.flatMap((order) =>
      ['', '1eio', '2eio', '3eio'].map((fault) => [order, fault].filter((each) => each !== '').join()),
    );
    expect(main.life.chances).toHaveLength(3);
    expect([...texts].sort()).toEqual(all.filter((each) => each !== '').sort());
  });

  it('leave no convergence numbers', async () => {
    const run = async (life: Life): Promise<void> => await makeAll(life, ['/a', '/b']);
    expect(convergence(await explore(small({ run })))).toBeUndefined();
    expect(convergence(await explore(small({ run }), { orders: 0 }))).toBeDefined();
  });
});

describe('a story in which a call comes early', () => {
  it('says which, and before which', async () => {
    const { player, replay } = await foundIn(early);
    const { lives, cause } = await tellStory(player, replay);
    expect(lives[0]!.ops.map(({ text }) => text)).toEqual([
      'create /a',
      'fsync /a  EARLY: sync /a takes effect before write /a, called earlier',
      'write /a [0, +4)',
      'fsync /',
    ]);
    expect(cause.early).toEqual(['after op 1, sync /a takes effect before write /a, called earlier']);
    expect(cause.sync).toMatch(/^fsync \/a right after op 3/);
  });

  it('is played again from its token, which is stale where no such call is under way', async () => {
    const { player, replay } = await foundIn(early);
    const token = player.token(replay);
    expect(token).toContain(':1^1!4');
    const { schedule } = parseToken(token);
    expect((await player.play(schedule)).verdict).toEqual(replay.verdict);
    const [cut] = schedule.cuts;
    for (const departure of [
      { step: 1, pick: 2 },
      { step: 9, pick: 1 },
    ]) {
      const stale = { ...cut!, conditions: { order: [departure] } };
      await expect(player.play([stale])).rejects.toThrow(StaleSchedule);
      await expect(player.play({ cuts: [], last: stale.conditions })).rejects.toThrow(/under way/);
    }
  });

  it('is shrunk to the departures that matter', async () => {
    const run = async (life: Life): Promise<void> => {
      await makeAll(life, ['/x', '/y']);
      await early.run(life);
    };
    const each = small({ run, check: (...given) => early.check(...given) });
    const { player, replay } = await foundIn(each);
    const [cut] = replay.schedule.cuts;
    const order = [
      { step: 0, pick: 1 },
      { step: 3, pick: 1 },
    ];
    const found = await player.play([{ ...cut!, conditions: { order } }]);
    expect(found.verdict.outcome).toBe('lost');
    const { schedule } = await shrink(player, found);
    expect(schedule.cuts[0]!.conditions).toEqual({ order: [{ step: 3, pick: 1 }] });
  });
});
