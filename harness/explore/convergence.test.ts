import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { models } from '../persistence/models.ts';
import { posix } from '../persistence/models/posix.ts';
import { imageText } from '../disk/image/testing/describe.ts';
import { scheduleTo } from './exploration.ts';
import { Player } from './replay.ts';
import { convergence } from './convergence.ts';
import { Explorer } from './explorer.ts';
import { DEFAULTS } from './options.ts';
import { broken, scenario, type Scenario } from '../programs/scenario.ts';
import { tameScenario } from './testing/programs.ts';
import { keyOf, recount, type Recount } from './testing/recount.ts';
import { tellStories } from './testing/stories.ts';

const LONG = process.env['BLACKOUT_LONG'] === '1';

/** The numbers as the stories give them, by trying every uptime. */
function naive(counted: Recount): Record<string, unknown> {
  const longestRecovery = Math.max(0, ...[...counted.states.values()].map((state) => state.recoveryOps));
  let minimumUptime = 0;
  while (tellStories(counted, minimumUptime).endless) minimumUptime++;
  const at = tellStories(counted, minimumUptime);
  const curve: { uptime: number; restarts: number }[] = [];
  for (let uptime = minimumUptime; uptime <= longestRecovery; uptime++) {
    const { restarts } = tellStories(counted, uptime);
    if (restarts !== curve.at(-1)?.restarts) curve.push({ uptime, restarts });
  }
  const workAmplification = at.ops / Math.max(1, counted.mainOps);
  return { longestRecovery, minimumUptime, mostRestarts: at.restarts, workAmplification, curve };
}

describe.each(models)('the convergence numbers under $name', (model) => {
  it('are those of all stories, told one by one', async () => {
    await fc.assert(
      fc.asyncProperty(tameScenario, async (each) => {
        const counted = await recount(each, model, 150);
        fc.pre(counted !== undefined);
        const exploration = await new Explorer(each, model, { ...DEFAULTS, bail: Infinity }).explore();
        fc.pre(exploration.failures.length === 0);
        const { circle, ...numbers } = convergence(exploration)!;
        expect(numbers).toEqual(naive(counted));
        expect(circle.length > 0).toBe(numbers.minimumUptime > 0);
      }),
      { numRuns: LONG ? 2000 : 12 },
    );
  });
});

describe('a recovery that begins again from the start', () => {
  /** Removes files one by one, and syncs only at the end, or after each. */
  function sweeper(files: number, syncEach: boolean): Scenario {
    return scenario({
      name: 'sweeper',
      async setup({ fs }) {
        await fs.mkdir('/d');
        for (let i = 0; i < files; i++) await fs.writeFile(`/d/${i}`, '');
      },
      run: async () => {},
      async recover({ fs }) {
        const directory = await fs.open('/d', 'r');
        for (const name of await fs.readdir('/d')) {
          await fs.unlink(`/d/${name}`);
          if (syncEach) await directory.sync();
        }
        if (!syncEach) await directory.sync();
      },
      check: async ({ fs }) =>
        (await fs.readdir('/d')).length > 0 ? broken('it is empty', 'it is not') : undefined,
    });
  }

  it.each([1, 2, 4])(
    'needs the uptime of all of it with %i files and one sync, of one with a sync each',
    async (files) => {
      const numbers = async (syncEach: boolean): Promise<number> => {
        const exploration = await new Explorer(sweeper(files, syncEach), posix, DEFAULTS).explore();
        return convergence(exploration)!.minimumUptime;
      };
      // An unlink is undone until its sync, which is the op after it: a life of both ops gets on.
      expect(await numbers(true)).toBe(2);
      expect(await numbers(false)).toBe(files + 1);
    },
  );

  it('shows a circle whose every life is long enough, and leads back to where it began', async () => {
    const each = sweeper(3, false);
    const exploration = await new Explorer(each, posix, DEFAULTS).explore();
    const { circle, minimumUptime } = convergence(exploration)!;
    const counted = (await recount(each, posix, 100))!;
    expect(exploration.nodes).toHaveLength(counted.states.size);
    expect(circle.length).toBeGreaterThan(0);
    for (const step of circle) expect(step.cutAfter).toBeGreaterThanOrEqual(minimumUptime - 1);
    const player = await Player.start(each, posix);
    const keys = await Promise.all(
      circle.map(async ({ state }) => {
        const { lives } = await player.play(
          scheduleTo(exploration.nodes[state]!, each.name, posix.name).cuts,
        );
        return keyOf(imageText(lives.at(-1)!.crash), []);
      }),
    );
    for (const [i, key] of keys.entries()) {
      const next = counted.states.get(key)!.next.get(keys[(i + 1) % keys.length]!);
      expect(next).toBeGreaterThanOrEqual(circle[i]!.cutAfter);
    }
  });

  it('has no numbers when a state fails, or was left out', async () => {
    const failing = { ...sweeper(2, true), check: async () => broken('nothing is right', 'all is wrong') };
    const all = { ...DEFAULTS, bail: Infinity };
    expect(convergence(await new Explorer(failing, posix, all).explore())).toBeUndefined();
    const shallow = await new Explorer(sweeper(2, true), posix, { ...all, depth: 1 }).explore();
    expect(convergence(shallow)).toBeUndefined();
  });
});
