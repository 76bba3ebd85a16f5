import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageText } from '../disk/image/testing/describe.ts';
import { models } from '../persistence/models.ts';
import { posix } from '../persistence/models/posix.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { textsOf } from '../persistence/testing/walk.ts';
import { bruteForce } from '../persistence/testing/brute-force.ts';
import { scheduleTo, type Exploration } from './exploration.ts';
import { Explorer } from './explorer.ts';
import { prepare, ScenarioError } from './main-life.ts';
import { DEFAULTS, type ExploreOptions } from './options.ts';
import { Player } from './replay.ts';
import { broken, scenario, type Life, type Scenario } from '../programs/scenario.ts';
import { tameScenario } from './testing/programs.ts';
import { recount } from './testing/recount.ts';

async function explore(
  each: Scenario,
  options: Partial<ExploreOptions> = {},
  model = posix,
): Promise<Exploration> {
  return await new Explorer(each, model, { ...DEFAULTS, bail: Infinity, ...options }).explore();
}

/** Makes /a, /b and /c, in one directory and without a sync. */
function small(rest: Partial<Scenario> = {}): Scenario {
  const run = async ({ fs }: Life): Promise<void> => {
    for (const path of ['/a', '/b', '/c']) await fs.mkdir(path);
  };
  return scenario({ name: 'small', run, check: async () => undefined, ...rest });
}

async function textsAt(exploration: Exploration, model: PersistenceModel): Promise<readonly string[]> {
  const player = await Player.start(exploration.scenario, model);
  const replays = exploration.nodes
    .filter((node) => node.depth === 1)
    .map(async (node) => await player.play(scheduleTo(node, 'x', model.name).cuts));
  return (await Promise.all(replays)).map(({ lives }) => imageText(lives[0]!.crash)).sort();
}

describe('an exploration', () => {
  it('of some crash points sees every state of each of them, also those that were possible before', async () => {
    await fc.assert(
      fc.asyncProperty(tameScenario, fc.nat({ max: 8 }), fc.nat({ max: 2 }), async (each, from, more) => {
        const { boot, life } = await prepare(each);
        const points = bruteForce(posix, boot, life.ops);
        fc.pre(points !== undefined && from < points.length);
        const quiet: Scenario = { ...each, recover: async () => undefined };
        const exploration = await explore(quiet, { at: { from, to: from + more }, depth: 1 });
        const expected = points.slice(from, from + more + 1).flatMap(({ survivals }) => survivals);
        expect([...new Set(await textsAt(exploration, posix))]).toEqual(textsOf(expected));
        expect(exploration.closed).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it('to a depth has the states of so many cuts and is not closed if there could be more', async () => {
    await fc.assert(
      fc.asyncProperty(tameScenario, async (each) => {
        const counted = await recount(each, posix, 150);
        fc.pre(counted !== undefined);
        for (const depth of [1, 2]) {
          const { nodes, closed } = await explore(each, { depth });
          const expected = [...counted.states.values()].filter((state) => state.depth <= depth);
          expect(nodes).toHaveLength(expected.length);
          const deep = (of: readonly { depth: number }[]): number =>
            of.filter((each) => each.depth === 2).length;
          expect(deep(nodes)).toBe(deep(expected));
          if (closed) expect(counted.states.size).toBe(expected.length);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('bounded to one effect lost or kept sees those states only, and says that it is bounded', async () => {
    const { nodes, counts, closed } = await explore(small(), { tier: 'bounded', t: 1, depth: 1 });
    // Of three mkdirs: nothing, one, or all but one, or all.
    expect(nodes).toHaveLength(8);
    expect({ exhaustive: counts.exhaustive, closed }).toEqual({ exhaustive: 0, closed: false });
    expect((await explore(small(), { tier: 'bounded', t: 0, depth: 1 })).nodes).toHaveLength(4);
  });

  it('with too small a cap is not closed and counts what was bounded', async () => {
    const { closed, counts } = await explore(small(), { cap: 2 });
    expect(closed).toBe(false);
    expect(counts.bounded).toBeGreaterThan(0);
    expect((await explore(small(), { cap: 8 })).closed).toBe(true);
  });

  it.each(['states', 'time', 'interrupted'] as const)(
    'that runs out of its budget says so (%s), is not closed, and has spent it on recoveries',
    async (stopped) => {
      let asked = 0;
      const options =
        stopped === 'states' ? { statesMax: 2 } : { expired: () => (++asked > 8 ? stopped : undefined) };
      const exploration = await explore(small(), options);
      expect(exploration).toMatchObject({ stopped, closed: false });
      const { verified, states } = exploration.counts;
      expect(verified).toBeGreaterThan(0);
      expect(verified).toBeLessThan(states);
    },
  );

  it('stops at the first failure unless told to go on', async () => {
    const failing = small({ check: async () => broken('nothing is right', 'all is wrong') });
    const { failures, stopped, closed } = await explore(failing, { bail: 1 });
    expect({ failures: failures.length, stopped, closed }).toEqual({
      failures: 1,
      stopped: 'bail',
      closed: false,
    });
    expect((await explore(failing)).failures).toHaveLength(8);
  });

  it('counts disks apart from states', async () => {
    const { counts } = await explore(small({ run: async (life) => life.acknowledge('done') }));
    expect(counts).toMatchObject({ states: 2, disks: 1, mainOps: 0 });
  });

  it.each(models)('sees nothing but the boot disk before the first op ($name)', async (model) => {
    const exploration = await explore(small(), { at: { from: 0, to: 0 }, depth: 1 }, model);
    expect(await textsAt(exploration, model)).toEqual(['/ dir 755']);
  });
});

describe('a verdict', () => {
  const outcomes = async (each: Scenario): Promise<readonly string[]> =>
    [...new Set((await explore(each)).nodes.map((node) => node.verdict!.outcome))].sort();

  it('is stuck where recovery throws', async () => {
    const each = small({ recover: async ({ fs }) => void (await fs.readdir('/b')) });
    expect(await outcomes(each)).toEqual(['converged', 'stuck']);
  });

  it('is stuck where recovery calls the disk without end, and then nothing is called closed', async () => {
    const each = small({
      callsMax: 100,
      recover: async ({ fs }) => {
        for (;;) await fs.readdir('/');
      },
    });
    const { nodes, closed } = await explore(each);
    expect(nodes.every((node) => node.verdict!.outcome === 'stuck')).toBe(true);
    expect(nodes[0]!.verdict!.findings[0]!.message).toContain('never ends');
    expect(closed).toBe(false);
  });

  it('is stuck where recovery catches every error and tries again for ever', async () => {
    const each = small({
      callsMax: 100,
      recover: async ({ fs }) => {
        for (;;) await fs.readdir('/').catch(() => undefined);
      },
    });
    expect(await outcomes(each)).toEqual(['stuck']);
  });

  it('is unknown where the check throws, and never a pass', async () => {
    const each = small({ check: async ({ fs }) => void (await fs.readdir('/b')) });
    const { failures } = await explore(each);
    expect(await outcomes(each)).toEqual(['converged', 'unknown']);
    expect(failures.length).toBeGreaterThan(0);
  });

  it('is livelock where a further recovery changes the disk again', async () => {
    const each = small({
      recover: async ({ fs }) => {
        await fs.mkdir('/x').catch(async () => await fs.rmdir('/x'));
      },
    });
    expect(await outcomes(each)).toEqual(['livelock']);
  });

  it('is the worst of several findings', async () => {
    const findings = [broken('one', 'is corrupt'), broken('other', 'is lost', 'lost')];
    expect(await outcomes(small({ check: async () => findings }))).toEqual(['lost']);
  });
});

describe('a program that is not deterministic', () => {
  /** A number that is another one each time. */
  function counter(): () => number {
    let count = 0;
    return () => count++;
  }

  it('is refused if its main life differs from run to run', async () => {
    const next = counter();
    const each = small({
      run: async ({ fs }) => {
        await fs.mkdir(`/${next()}`);
      },
    });
    await expect(explore(each)).rejects.toThrow(ScenarioError);
    await expect(explore(each)).rejects.toThrow(/op 1 is mkdir .* in one run and mkdir/);
  });

  it('is refused if it writes other data in a file that it removes again', async () => {
    const next = counter();
    const run = async ({ fs }: Life): Promise<void> => {
      await fs.writeFile('/tmp', String(next()));
      await fs.unlink('/tmp');
    };
    await expect(explore(small({ run }))).rejects.toThrow(ScenarioError);
  });

  it('is found out if only one of two recoveries throws', async () => {
    const next = counter();
    const each = small({
      recover: async () => {
        if (next() % 3 === 2) throw new Error('not this time');
      },
    });
    const { nodes } = await explore(each, { recheck: 1, depth: 1 });
    const findings = nodes.flatMap((node) => node.verdict!.findings.map((finding) => finding.message));
    expect(findings.some((message) => /one run (ends|throws) and the next (ends|throws)/.test(message))).toBe(
      true,
    );
  });

  it('is found out in its recovery, where that is run twice', async () => {
    const next = counter();
    const each = small({
      recover: async ({ fs }) => {
        if ((await fs.readdir('/')).length < 3) await fs.mkdir(`/x${next()}`);
      },
      callsMax: 1000,
    });
    const { nodes } = await explore(each, { recheck: 1, depth: 1 });
    expect(
      nodes.some((node) => node.verdict!.findings[0]?.invariant === 'the program is deterministic'),
    ).toBe(true);
  });

  it('is not suspected if it takes time and chance from its life', async () => {
    const run = async (life: Life): Promise<void> =>
      await life.fs.writeFile('/a', `${life.clock.now()} ${life.random()}`);
    expect((await explore(small({ run }), { recheck: 1 })).failures).toEqual([]);
  });
});
