import type { Reached, ReachedState } from '../explore/reached.ts';
import type { ConfigurationRecord, Visit } from '../explore/state-graph.ts';
import { MAIN_LIFE, type StateGraphModel } from '../../reports/state-graph.ts';

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

  add(graph: StateGraphModel): void {
    const first = this.configurations.length;
    const numbers: number[] = [];
    for (let state = 0; state < graph.size; state++) numbers.push(this.#take(graph, state, first));
    if (!this.#ways.has(MAIN_LIFE)) this.#ways.set(MAIN_LIFE, { graph, life: MAIN_LIFE, first });
    for (let configuration = 0; configuration < graph.configurations; configuration++) {
      const base = graph.base(configuration);
      this.configurations.push({
        base: base < 0 ? base : base + first,
        members: graph.members(configuration).map((state) => numbers[state]!),
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
    if (graph.isExpanded(state) && !this.#ways.has(number))
      this.#ways.set(number, { graph, life: state, first });
    return number;
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

  isExpanded(state: number): boolean {
    return this.#ways.has(state);
  }
}
