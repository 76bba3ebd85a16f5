import type { Reached, ReachedState } from '../../explore/reached.ts';
import type { Branch, ConfigurationRecord, Visit } from '../../explore/state-graph.ts';
import { MAIN_LIFE, type StateGraphModel } from '../../../reports/state-graph.ts';

/**
 * The graphs of several shards as one. A state is known by its key; where several shards recovered one, they came to
 * the same. Configurations are only put side by side: `canonical` finds out which of them are the same.
 */
export function mergeGraphs(graphs: readonly StateGraphModel[]): Reached {
  const merging = new Merging();
  for (const graph of graphs) merging.add(graph);
  return merging;
}

/** A life as one of the graphs tells it. */
interface Way {
  readonly graph: StateGraphModel;
  readonly life: number;
  /** The number of that graph's first configuration among all. */
  readonly first: number;
}

class Merging implements Reached {
  readonly states: ReachedState[] = [];
  readonly configurations: ConfigurationRecord[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #ways = new Map<number, Way>();
  /** By life, then by state: several shards may know of one. */
  readonly #branches = new Map<number, Map<number, Branch>>();

  add(graph: StateGraphModel): void {
    const first = this.configurations.length;
    const numbers: number[] = [];
    for (let state = 0; state < graph.size; state++) numbers.push(this.#take(graph, state, first));
    for (const [life, branches] of graph.branches) {
      const from = life === MAIN_LIFE ? MAIN_LIFE : numbers[life]!;
      const known = this.#branches.get(from) ?? new Map<number, Branch>();
      for (const state of branches)
        known.set(numbers[state]!, { at: graph.cuts[state]!, state: numbers[state]! });
      this.#branches.set(from, known);
    }
    this.#takeWay(MAIN_LIFE, { graph, life: MAIN_LIFE, first });
    for (let configuration = 0; configuration < graph.configurations; configuration++) {
      const base = graph.base(configuration);
      const killed = graph.killedAt(configuration);
      this.configurations.push({
        base: base < 0 ? base : base + first,
        members: graph.members(configuration).map((state) => numbers[state]!),
        ...(killed === undefined ? {} : { killed: numbers[killed]! }),
        coverage: graph.isExhaustive(configuration) ? 'exhaustive' : 'bounded',
      });
    }
  }

  /** @returns the number of a state among all */
  #take(graph: StateGraphModel, state: number, first: number): number {
    const { key, outcome, recovery } = graph.state(state);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.states.length;
      this.#numbers.set(key, number);
      this.states.push({ key, verdict: undefined, recoveryOps: 0, foreign: false });
    }
    if (outcome === undefined) return number;
    const findings = graph.findings.get(state) ?? [];
    if (this.states[number]!.verdict === undefined) {
      this.states[number] = { key, verdict: { outcome, findings }, recoveryOps: recovery, foreign: false };
    }
    if (graph.isExpanded(state)) this.#takeWay(number, { graph, life: state, first });
    return number;
  }

  /** A shard that has seen enough failures ends in the middle of a life: of several ways, the longest is the whole one. */
  #takeWay(number: number, way: Way): void {
    const known = this.#ways.get(number);
    if (!known || stepsOf(known) < stepsOf(way)) this.#ways.set(number, way);
  }

  visits(from: number | undefined): readonly Visit[] {
    const way = this.#ways.get(from ?? MAIN_LIFE);
    if (!way) return [];
    const length = from === undefined ? Infinity : this.states[from]!.recoveryOps;
    return way.graph.steps(way.life).map(({ at, configuration }) => ({
      at,
      configuration: configuration + way.first,
      ...(at === length ? { end: true } : {}),
    }));
  }

  branches(from: number | undefined): readonly Branch[] {
    return [...(this.#branches.get(from ?? MAIN_LIFE)?.values() ?? [])];
  }

  isExpanded(state: number): boolean {
    return this.#ways.has(state);
  }
}

function stepsOf({ graph, life }: Way): number {
  return graph.steps(life).length;
}
