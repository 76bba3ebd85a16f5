import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { findModel } from '../persistence/models.ts';
import { canonical } from './canonical.ts';
import type { Exploration } from './exploration.ts';
import { Explorer } from './explorer.ts';
import { DEFAULTS, type ExploreOptions } from './options.ts';
import { reachedBy } from './reached.ts';
import { Remembered } from './remembered.ts';
import { tameScenario } from './testing/programs.ts';

/** All that a report is made of: states with their verdicts, and what leads to which. */
function told(exploration: Exploration): unknown {
  const graph = canonical(reachedBy(exploration, undefined));
  const lives = [undefined, ...graph.states.keys()];
  return [
    graph.states,
    graph.failures,
    graph.configurations,
    lives.map((life) => graph.visits(life)),
    exploration.closed,
  ];
}

it.each(['posix', 'ext4', 'btrfs'])(
  'an exploration that is told of an earlier one finds what it would have found, and recovers less (%s)',
  async (name) => {
    const model = findModel(name)!;
    let spared = 0;
    await fc.assert(
      fc.asyncProperty(tameScenario, fc.constantFrom(5, 1000), async (scenario, max) => {
        const cuts: ExploreOptions = { ...DEFAULTS, bail: Infinity, recheck: 3, statesMax: 300 };
        const kills: ExploreOptions = { ...cuts, deaths: ['cut', 'kill'], kills: 1 };
        const remembered = new Remembered(max);
        const first = await new Explorer(scenario, model, cuts, remembered).explore();
        const second = await new Explorer(scenario, model, kills, remembered).explore();
        const alone = await new Explorer(scenario, model, kills).explore();
        fc.pre(first.closed && alone.closed);
        expect(told(second)).toEqual(told(alone));
        spared += first.counts.recoveries + alone.counts.recoveries - second.counts.recoveries;
      }),
      { numRuns: 8 },
    );
    expect(spared).toBeGreaterThan(0);
  },
);
