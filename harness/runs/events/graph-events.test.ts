import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../explore/canonical.ts';
import { Explorer } from '../../explore/explorer.ts';
import type { FaultKind } from '../../disk/fault-kinds.ts';
import { DEFAULTS } from '../../explore/options.ts';
import { reachedBy } from '../../explore/reached.ts';
import type { Ways } from '../../explore/state-graph.ts';
import { tameScenario } from '../../explore/testing/programs.ts';
import { models } from '../../persistence/models.ts';
import { eventSchema } from '../../../reports/events.ts';
import { StateGraphModel } from '../../../reports/state-graph.ts';
import { graphEvents } from './graph-events.ts';

function statesOf({ configurations }: Ways, configuration: number): ReadonlySet<number> {
  const states = new Set<number>();
  for (let at = configuration; at >= 0; at = configurations[at]!.base) {
    for (const state of configurations[at]!.members) states.add(state);
  }
  return states;
}

/** Which state a cut after which op of a life leads to, as the explorer itself has it. */
function leads(ways: Ways, life: number, name: (state: number) => string): string[] {
  const visits = ways.visits(life < 0 ? undefined : life);
  return visits
    .flatMap(({ at, configuration }) =>
      [...statesOf(ways, configuration)].map((state) => `${at} ${name(state)}`),
    )
    .concat(ways.branches(life < 0 ? undefined : life).map(({ at, state }) => `${at} ${name(state)}`))
    .sort();
}

const faults = fc.constantFrom<readonly FaultKind[]>([], ['eio'], ['enospc', 'short']);

describe('the graph of states in events', () => {
  it('is the graph that was explored, numbered anew', async () => {
    await fc.assert(
      fc.asyncProperty(tameScenario, fc.constantFrom(...models), faults, async (scenario, model, kinds) => {
        const options = { ...DEFAULTS, bail: Infinity, statesMax: 300, faults: kinds };
        const exploration = await new Explorer(scenario, model, options).explore();
        const graph = canonical(reachedBy(exploration, undefined));
        const read = new StateGraphModel();
        for (const event of graphEvents(0, graph)) {
          expect(eventSchema.parse(event)).toEqual(event);
          if (event.type === 'states') read.addStates(event);
          if (event.type === 'failures') read.addFailures(event);
          if (event.type === 'configurations') read.addConfigurations(event);
          if (event.type === 'lives') read.addLives(event);
        }
        expect(read.size).toBe(exploration.nodes.length);
        const nodes = graph.origins.map((origin) => exploration.nodes[origin]!);
        for (const [number, node] of nodes.entries()) {
          const state = read.state(number);
          expect([state.outcome, state.depth, state.recovery]).toEqual([
            node.verdict?.outcome,
            node.depth,
            node.recoveryOps,
          ]);
          expect(read.find(state.key)).toBe(number);
          expect(state.parent).toBe(node.parent ? graph.origins.indexOf(node.parent.number) : -1);
          expect(state.cut).toBe(node.at);
          expect(state.branch).toBe(node.cut === undefined);
          expect(read.findings.get(number)?.length ?? 0).toBe(node.verdict?.findings.length ?? 0);
        }
        for (let life = -1; life < read.size; life++) {
          const origin = life < 0 ? -1 : graph.origins[life]!;
          const expected = leads(exploration.graph, origin, (state) => String(graph.origins.indexOf(state)));
          expect(leads(graph, life, String)).toEqual(expected);
          const steps = read.steps(life);
          const told = steps.flatMap(({ at, configuration }) =>
            [...read.statesOf(configuration)].map((state) => `${at} ${state}`),
          );
          for (const state of read.branches.get(life) ?? []) told.push(`${read.cuts[state]} ${state}`);
          expect(told.sort()).toEqual(expected);
          const edges = read.edges(life).map(({ to, from, until }) => [to, from, until]);
          const byState = new Map<number, string[]>();
          for (const each of expected) {
            const state = Number(each.split(' ')[1]);
            byState.set(state, [...(byState.get(state) ?? []), each]);
          }
          expect(edges.toSorted((one, other) => one[0]! - other[0]!)).toEqual(
            [...byState]
              .sort((one, other) => one[0] - other[0])
              .map(([state, all]) => {
                const ats = all.map((each) => Number(each.split(' ')[0]));
                return [state, Math.min(...ats), Math.max(...ats)];
              }),
          );
        }
      }),
      { numRuns: 25 },
    );
  });
});
