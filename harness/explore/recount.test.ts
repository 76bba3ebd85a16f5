import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageText } from '../disk/image/testing/describe.ts';
import { models } from '../persistence/models.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { scheduleTo, type Exploration } from './exploration.ts';
import { Explorer } from './explorer.ts';
import { DEFAULTS, type ExploreOptions } from './options.ts';
import { Player } from './replay.ts';
import type { Scenario } from '../programs/scenario.ts';
import { livelyScenario, randomScenario } from './testing/programs.ts';
import { keyOf, recount, type Recount } from './testing/recount.ts';

/**
 * Why this test? Closure is a claim about all disks that any number of cuts can reach, made by code that leaves out
 * most of the work. So the work is done in full on small programs, and the two must agree on every state.
 */
const LONG = process.env['BLACKOUT_LONG'] === '1';
const STATES_MAX = 200;
/** With the states that kills leave, which the recount never merges. */
const KILLED_MAX = 3000;

async function explore(
  scenario: Scenario,
  model: PersistenceModel,
  options: Partial<ExploreOptions> = {},
): Promise<Exploration> {
  return await new Explorer(scenario, model, { ...DEFAULTS, bail: Infinity, ...options }).explore();
}

/** The explorer's states after cuts by exact tree and promises, each with its verdict. */
async function statesOf(
  exploration: Exploration,
  options: Partial<ExploreOptions> = {},
): Promise<Map<string, string>> {
  const { scenario, model } = exploration;
  const player = await Player.start(scenario, model, options);
  const states = new Map<string, string>();
  for (const node of exploration.nodes.filter(({ cut }) => cut && !cut.kill)) {
    const { lives } = await player.play(scheduleTo(node, scenario.name, model.name));
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

/** What lives begin on, after cuts and kills: trees and promises, each with its verdict. Others' in a shard have none. */
async function seen({ scenario, model, nodes }: Exploration): Promise<Map<string, string>> {
  const player = await Player.start(scenario, model);
  const lines = new Map<string, string>();
  for (const node of nodes.filter((each) => each.verdict)) {
    const { lives } = await player.play(scheduleTo(node, scenario.name, model.name));
    const { outcome, findings } = node.verdict!;
    const invariants = findings.map((each) => each.invariant);
    lines.set(keyOf(imageText(lives.at(-1)!.crash), node.acknowledged), verdict(outcome, invariants));
  }
  return lines;
}

function expectedSeen({ states, killed }: Recount): Map<string, string> {
  return new Map(
    [...states.values(), ...killed].map(({ text, acknowledged, outcome, invariants }) => [
      keyOf(text, acknowledged),
      verdict(outcome, invariants),
    ]),
  );
}

function expected({ states }: Recount): Map<string, string> {
  return new Map([...states].map(([key, state]) => [key, verdict(state.outcome, state.invariants)]));
}

async function forScenarios(
  model: PersistenceModel,
  runs: number,
  claim: (scenario: Scenario, counted: Recount) => Promise<void>,
  kills = 0,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(kills > 0 ? livelyScenario : randomScenario, async (scenario) => {
      const counted = await recount(scenario, model, kills > 0 ? KILLED_MAX : STATES_MAX, kills);
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
    // Every life is lived again, and every disk made again, before its crash states are derived.
    { share: true, purge: true, merge: true, room: 0 },
  ])('finds them with share $share, purge $purge, merge $merge, room $room', async (options) => {
    await forScenarios(model, 4, async (scenario, counted) => {
      expect(await statesOf(await explore(scenario, model, options), options)).toEqual(expected(counted));
    });
  });

  const deaths = ['cut', 'kill'] as const;

  it.each([1, 2])('finds the same states where up to %i kills come between two cuts', async (kills) => {
    await forScenarios(
      model,
      kills === 1 ? 6 : 2,
      async (scenario, counted) => {
        const exploration = await explore(scenario, model, { deaths, kills });
        expect(exploration.closed).toBe(true);
        expect(await statesOf(exploration)).toEqual(expected(counted));
        expect(await seen(exploration)).toEqual(expectedSeen(counted));
      },
      kills,
    );
  });

  it('finds them in shards, each its part, and nothing that is in none', async () => {
    await forScenarios(
      model,
      2,
      async (scenario, counted) => {
        const all = new Map<string, string>();
        for (const index of [1, 2, 3]) {
          const shard = await explore(scenario, model, { deaths, kills: 1, shard: { index, count: 3 } });
          for (const [key, told] of await seen(shard)) all.set(key, told);
        }
        expect(all).toEqual(expectedSeen(counted));
      },
      1,
    );
  });
});
