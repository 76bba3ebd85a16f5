import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageText } from '../disk/image/testing/describe.ts';
import { alice } from '../persistence/models/alice.ts';
import { posix } from '../persistence/models/posix.ts';
import { sequential } from '../persistence/models/sequential.ts';
import { scheduleTo } from './exploration.ts';
import { Explorer } from './explorer.ts';
import { DEFAULTS } from './options.ts';
import { Player } from './replay.ts';
import { broken, scenario } from '../programs/scenario.ts';
import { StaleSchedule } from './schedule.ts';
import { randomScenario } from './testing/programs.ts';
import { keyOf, recount } from './testing/recount.ts';

const RUNS = process.env['BLACKOUT_LONG'] === '1' ? 2000 : 8;

describe.each([sequential, posix, alice])('a schedule under $name', (model) => {
  it('leads to the same disk, the same promises and the same verdict as in the exploration', async () => {
    await fc.assert(
      fc.asyncProperty(randomScenario, async (each) => {
        const counted = await recount(each, model, 200);
        fc.pre(counted !== undefined);
        const { nodes } = await new Explorer(each, model, { ...DEFAULTS, bail: Infinity }).explore();
        const player = await Player.start(each, model);
        for (const node of nodes) {
          const replay = await player.play(scheduleTo(node, each.name, model.name).cuts);
          const last = replay.lives.at(-1)!;
          expect(last.acknowledged).toEqual(node.acknowledged);
          expect(replay.verdict).toEqual(node.verdict);
          const known = counted.states.get(keyOf(imageText(last.crash), node.acknowledged))!;
          expect(replay.verdict.outcome).toBe(known.outcome);
          expect(replay.recovery.ops).toHaveLength(known.recoveryOps);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a cut at the very op after which something is promised', () => {
  it('is replayed before the promise if it was found before it', async () => {
    const each = scenario({
      name: 'promising',
      run: async (life) => life.acknowledge('all'),
      check: async (_, acknowledged) => broken('never', acknowledged.join()),
    });
    const { nodes } = await new Explorer(each, posix, { ...DEFAULTS, bail: Infinity }).explore();
    const player = await Player.start(each, posix);
    const promised = nodes.map(async (node) => {
      const { lives } = await player.play(scheduleTo(node, each.name, posix.name).cuts);
      return lives.at(-1)!.acknowledged;
    });
    expect(await Promise.all(promised)).toEqual(nodes.map((node) => node.acknowledged));
  });
});

describe('a recovery whose result is not durable', () => {
  it('is found by the exploration, and by the replay of its schedule', async () => {
    const each = scenario({
      name: 'forgetful',
      durableRecovery: true,
      run: async ({ fs }) => await fs.mkdir('/a').then(() => undefined),
      recover: async ({ fs }) =>
        await fs.mkdir('/b').then(
          () => undefined,
          () => undefined,
        ),
      check: async () => undefined,
    });
    const { failures } = await new Explorer(each, posix, { ...DEFAULTS, bail: Infinity }).explore();
    expect(failures.length).toBeGreaterThan(0);
    const player = await Player.start(each, posix);
    const replay = await player.play(scheduleTo(failures[0]!, each.name, posix.name).cuts);
    expect(replay.verdict).toEqual(failures[0]!.verdict);
  });
});

describe('a schedule that does not fit', () => {
  const each = scenario({
    name: 'small',
    run: async ({ fs }) => {
      await fs.mkdir('/a');
    },
    check: async () => broken('never', 'always'),
  });

  it.each([
    { cut: { at: 2, mode: 'lose', effects: [] } as const, says: /there is no op 2/ },
    { cut: { at: 1, mode: 'lose', effects: [{ op: 1, part: 1 }] } as const, says: /1\.1 is not pending/ },
    { cut: { at: 0, mode: 'keep', effects: [{ op: 1, part: 0 }] } as const, says: /1\.0 is not pending/ },
  ])('says so in one line: $says', async ({ cut, says }) => {
    const player = await Player.start(each, posix);
    const refused = player.play([cut]);
    await expect(refused).rejects.toThrow(StaleSchedule);
    await expect(refused).rejects.toThrow(says);
  });
});
