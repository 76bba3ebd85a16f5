import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageText } from '../disk/image/testing/describe.ts';
import { models } from '../persistence/models.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { withMounts } from '../persistence/volumes.ts';
import type { Scenario } from '../programs/scenario.ts';
import { scheduleTo, type Exploration } from './exploration.ts';
import { Explorer } from './explorer.ts';
import { failedIn } from './conditions.ts';
import { DEFAULTS } from './options.ts';
import { Player } from './replay.ts';
import { overlappingOnTwo, overlappingScenario } from './testing/overlapping.ts';
import { failingScenario } from './testing/programs.ts';
import { lifeName, recountLives, type Space } from './testing/recount-lives.ts';

/**
 * The same as `recount.test.ts`, for all that may go wrong besides cuts, and for all of it together: failing calls,
 * other orders, kills, several disks. Each life is lived with each set of what it can meet.
 */
const LONG = process.env['BLACKOUT_LONG'] === '1';
/** Kills lead to the same lives again and again, which the recount never notices. */
const LIVES_MAX = { withKills: 100, without: 250 };

/** All lives of an exploration, by what they begin on and what they meet, each with its verdict. */
async function livesOf({ scenario, model, nodes }: Exploration): Promise<Map<string, string>> {
  const player = await Player.start(scenario, model);
  const lines = new Map<string, string>();
  for (const node of nodes) {
    const replay = await player.play(scheduleTo(node, scenario.name, model.name));
    expect(replay.verdict).toEqual(node.verdict);
    const crash = replay.lives.at(-1)?.crash;
    const { outcome, findings } = node.verdict!;
    const { conditions = {}, failed, acknowledged } = node;
    const begin = crash ? imageText(crash) : 'main';
    const name = lifeName(begin, acknowledged, failed - failedIn(conditions), conditions);
    lines.set(name, [outcome, ...findings.map((each) => each.invariant)].join(', '));
  }
  return lines;
}

/** Holds the explorer's lives against those of the recount, on so many programs. */
async function compare(
  programs: fc.Arbitrary<Scenario>,
  model: PersistenceModel,
  space: Space,
  runs: number,
): Promise<void> {
  const { kinds, kills, ...rest } = space;
  const options = {
    ...DEFAULTS,
    ...rest,
    ...(kinds ? { faults: kinds } : {}),
    ...(kills ? { deaths: ['cut', 'kill'] as const, kills } : {}),
    bail: Infinity,
  };
  await fc.assert(
    fc.asyncProperty(programs, async (scenario) => {
      const counted = await recountLives(
        scenario,
        model,
        space,
        kills ? LIVES_MAX.withKills : LIVES_MAX.without,
      );
      fc.pre(counted !== undefined);
      const exploration = await new Explorer(scenario, model, options).explore();
      fc.pre(exploration.counts.alternatives > 0);
      expect(exploration.closed).toBe(true);
      expect(await livesOf(exploration)).toEqual(counted);
    }),
    { numRuns: LONG ? 60 : runs },
  );
}

const FAILING: readonly (readonly [string, Space, number])[] = [
  ['one call fails with EIO', { kinds: ['eio'] }, 3],
  ['one call fails with ENOSPC', { kinds: ['enospc'] }, 3],
  ['one write is short', { kinds: ['short'] }, 3],
];

/** On programs that look at nothing before they do something, so that few of their calls can fail. */
const SEVERAL: readonly (readonly [string, Space, number])[] = [
  ['two calls fail', { kinds: ['enospc'], faultCount: 2 }, 1],
  ['one call fails, and a kill comes', { kinds: ['eio'], kills: 1 }, 1],
  ['each departs once', { orders: 1 }, 3],
  ['each departs twice', { orders: 2 }, 1],
  ['each departs once, and a kill comes', { orders: 1, kills: 1 }, 1],
  ['each departs once, and one call fails', { orders: 1, kinds: ['eio'] }, 1],
];

describe.each(models)('exploration under $name', (model) => {
  it.each(FAILING)(
    'finds the same lives as a recount of each where %s',
    async (_what, space, runs) => await compare(failingScenario, model, space, runs),
  );

  it.each(SEVERAL)(
    'finds the same lives as a recount of each where %s',
    async (_what, space, runs) => await compare(overlappingScenario, model, space, runs),
  );
});

/** Each model on either side of another one. */
const pairs = models.map((root, i) => ({ root, other: models[(i + 3) % models.length]! }));

describe.each(pairs)(
  'exploration under $root.name, with $other.name on a disk of its own',
  ({ root, other }) => {
    const model = withMounts(root, new Map([['/d', other]]))!;

    it.each([
      ['one call fails, and a kill comes', { kinds: ['enospc'], kills: 1 }],
      ['each departs once, and a kill comes', { orders: 1, kills: 1 }],
    ] as const)(
      'finds the same lives as a recount of each where %s',
      async (_what, space) => await compare(overlappingOnTwo, model, space, 1),
    );
  },
);
