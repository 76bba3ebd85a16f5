import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alice } from '../persistence/models/alice.ts';
import { posix } from '../persistence/models/posix.ts';
import { sequential } from '../persistence/models/sequential.ts';
import { runSchedule, schedules } from './arbitraries.ts';
import { Player } from './replay.ts';
import { broken, scenario, type Scenario } from '../programs/scenario.ts';
import { randomScenario } from './testing/programs.ts';

/** Makes three files and syncs nothing, so that each of them may be there after a cut, or not. */
const files = scenario({
  name: 'files',
  run: async ({ fs }) => {
    for (const name of ['a', 'b', 'c']) await (await fs.open(`/${name}`, 'wx')).close();
  },
  check: async () => undefined,
});

/** The number of its ops. */
const END = 3;

async function left(each: Scenario, model: typeof posix, survival: number[], others = 0): Promise<string[]> {
  const { lives } = await runSchedule(await Player.start(each, model), [{ place: END, survival, others }]);
  return lives[0]!.pending.filter((effect) => lives[0]!.kept.has(effect)).map(({ op }) => op.path);
}

describe('a schedule as decisions', () => {
  it('shrinks to one cut before the first op, at which everything is lost', () => {
    const { counterexample } = fc.check(
      fc.property(schedules(), () => false),
      { seed: 1 },
    );
    expect(counterexample).toEqual([[{ place: 0, survival: [], others: 0 }]]);
  });

  it('decides on the pending effects one by one, and on all others together', async () => {
    expect(await left(files, posix, [])).toEqual([]);
    expect(await left(files, posix, [0, 1])).toEqual(['/b']);
    expect(await left(files, posix, [0, 1], 1)).toEqual(['/b', '/c']);
    expect(await left(files, posix, [], 1)).toEqual(['/a', '/b', '/c']);
  });

  it('keeps no effect whose needs are lost', async () => {
    expect(await left(files, sequential, [1, 0, 1], 1)).toEqual(['/a']);
  });

  it('cuts after the op that it says, counted round where a life is shorter', async () => {
    const player = await Player.start(files, posix);
    const at = async (place: number): Promise<number> =>
      (await runSchedule(player, [{ place, survival: [], others: 0 }])).lives[0]!.cut.at;
    expect([await at(0), await at(2), await at(END), await at(END + 3)]).toEqual([0, 2, 3, 2]);
  });

  it('needs a cut', async () => {
    await expect(runSchedule(await Player.start(files, posix), [])).rejects.toThrow(/at least one cut/);
  });

  it('ends at the first recovery that does not converge', async () => {
    const bad = scenario({ ...files, name: 'bad', check: async () => broken('never', 'always') });
    const cut = { place: 0, survival: [], others: 0 };
    expect((await runSchedule(await Player.start(bad, posix), [cut, cut])).lives).toHaveLength(1);
  });
});

describe('random schedules', () => {
  it('reach every crash state of a small life', async () => {
    const player = await Player.start(files, posix);
    const found = new Set<string>();
    for (const choices of fc.sample(schedules({ cutsMax: 1 }), { numRuns: 400, seed: 1 })) {
      const [life] = (await runSchedule(player, choices)).lives;
      found.add(`${life!.cut.at} ${[...life!.kept].map(({ op }) => op.path).join()}`);
    }
    // At the crash points 0 to 3, every subset of the files made so far.
    expect(found.size).toBe(1 + 2 + 4 + 8);
  });

  it('cut recoveries too, up to so many in a row', async () => {
    const lengths = fc
      .sample(schedules({ cutsMax: 3 }), { numRuns: 100, seed: 1 })
      .map((each) => each.length);
    expect(new Set(lengths)).toEqual(new Set([1, 2, 3]));
  });

  it.each([posix, sequential, alice])('are stories of their own, under $name', async (model) => {
    await fc.assert(
      fc.asyncProperty(randomScenario, schedules(), async (each, choices) => {
        const player = await Player.start(each, model);
        const story = await runSchedule(player, choices);
        const again = await player.play(story.schedule.cuts);
        expect(again.verdict).toEqual(story.verdict);
        expect(again.lives.map(({ crash }) => crash.hash)).toEqual(
          story.lives.map(({ crash }) => crash.hash),
        );
      }),
      { numRuns: 60 },
    );
  });
});
