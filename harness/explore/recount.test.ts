import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageText } from '../disk/image/testing/describe.ts';
import { models } from '../persistence/models.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { scheduleTo, type Exploration } from './exploration.ts';
import { Explorer } from './explorer.ts';
import { DEFAULTS, type ExploreOptions } from './options.ts';
import { Player } from './replay.ts';
import type { Scenario } from './scenario.ts';
import { randomScenario } from './testing/programs.ts';
import { keyOf, recount, type Recount } from './testing/recount.ts';

/**
 * Why this test? Closure is a claim about all disks that any number of cuts can reach, made by code that leaves out
 * most of the work. So the work is done in full on small programs, and the two must agree on every state.
 */
const LONG = process.env['BLACKOUT_LONG'] === '1';
const STATES_MAX = 200;

async function explore(
  scenario: Scenario,
  model: PersistenceModel,
  options: Partial<ExploreOptions> = {},
): Promise<Exploration> {
  return await new Explorer(scenario, model, { ...DEFAULTS, bail: Infinity, ...options }).explore();
}

/** The explorer's states by exact tree and promises, each with its verdict. */
async function statesOf(
  exploration: Exploration,
  options: Partial<ExploreOptions> = {},
): Promise<Map<string, string>> {
  const { scenario, model } = exploration;
  const player = await Player.start(scenario, model, options);
  const states = new Map<string, string>();
  for (const node of exploration.nodes) {
    const { lives } = await player.play(scheduleTo(node, scenario.name, model.name).cuts);
    const key = keyOf(imageText(lives.at(-1)!.crash), node.acknowledged);
    expect(states.has(key), `two nodes for\n${key}`).toBe(false);
    states.set(
      key,
      verdict(
        node.verdict!.outcome,
        node.verdict!.findings.map((each) => each.invariant),
      ),
    );
  }
  return states;
}

function verdict(outcome: string, invariants: readonly string[]): string {
  return [outcome, ...invariants].join(', ');
}

function expected({ states }: Recount): Map<string, string> {
  return new Map([...states].map(([key, state]) => [key, verdict(state.outcome, state.invariants)]));
}

async function forScenarios(
  model: PersistenceModel,
  runs: number,
  claim: (scenario: Scenario, counted: Recount) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(randomScenario, async (scenario) => {
      const counted = await recount(scenario, model, STATES_MAX);
      fc.pre(counted !== undefined);
      await claim(scenario, counted);
    }),
    { numRuns: LONG ? 100 * runs : runs },
  );
}

describe.each(models)('exploration under $name', (model) => {
  it('finds the same states, with the same verdicts, as a recount without reductions', async () => {
    await forScenarios(model, 12, async (scenario, counted) => {
      const exploration = await explore(scenario, model);
      expect(exploration.closed).toBe(true);
      expect(await statesOf(exploration)).toEqual(expected(counted));
    });
  });

  it.each([
    { share: false, purge: true, merge: true },
    { share: true, purge: false, merge: true },
    { share: true, purge: true, merge: false },
    { share: false, purge: false, merge: false },
  ])('finds them with share $share, purge $purge, merge $merge', async (options) => {
    await forScenarios(model, 4, async (scenario, counted) => {
      expect(await statesOf(await explore(scenario, model, options), options)).toEqual(expected(counted));
    });
  });
});
