import type { Reached } from './reached.ts';
import type { ConfigurationRecord, Visit } from './state-graph.ts';

/**
 * The configurations of a graph as the sets of states that they are, each set once. The graph that they come from may
 * hold one several times, or as an addition to this one or that, depending on who came through first; here it is the
 * addition to the one before it on the way of the first life that comes through, if it holds all of that.
 *
 * A set is known by its size and the sums of its states' keys, 96 bits that resist accidents.
 */
export class ConfigurationSets {
  readonly records: ConfigurationRecord[] = [];
  readonly #reached: Reached;
  readonly #numbers: Int32Array;
  readonly #words: (readonly number[])[] = [];
  readonly #bySum = new Map<string, number>();
  /** By the number of a configuration in the graph that it comes from. */
  readonly #known = new Map<number, number>();

  /** @param numbers the number of each state, by the one that it has in `reached`; complete for all that is followed */
  constructor(reached: Reached, numbers: Int32Array) {
    this.#reached = reached;
    this.#numbers = numbers;
  }

  /** The way of a life in terms of these. */
  follow(visits: readonly Visit[]): readonly Visit[] {
    let before: { readonly raw: number; readonly number: number; readonly states: Set<number> } | undefined;
    let last = -1;
    let lastRaw = -1;
    return visits.map((visit) => {
      const raw = visit.configuration;
      let number = this.#known.get(raw);
      if (number === undefined) {
        const previous =
          before?.raw === lastRaw ? before.states : lastRaw < 0 ? undefined : this.#statesOf(lastRaw);
        const states = this.#extended(raw, lastRaw, previous);
        number = this.#number(raw, states, previous, last);
        this.#known.set(raw, number);
        before = { raw, number, states };
      }
      last = number;
      lastRaw = raw;
      return { ...visit, configuration: number };
    });
  }

  /** All states of a configuration; made from those of the one before where it adds to it. */
  #extended(raw: number, lastRaw: number, previous: Set<number> | undefined): Set<number> {
    const { base, members } = this.#reached.configurations[raw]!;
    if (previous === undefined || base !== lastRaw) return this.#statesOf(raw);
    const states = new Set(previous);
    for (const state of members) states.add(state);
    return states;
  }

  #statesOf(raw: number): Set<number> {
    const states = new Set<number>();
    for (let at = raw; at >= 0; at = this.#reached.configurations[at]!.base) {
      for (const state of this.#reached.configurations[at]!.members) states.add(state);
    }
    return states;
  }

  #number(raw: number, states: Set<number>, previous: Set<number> | undefined, last: number): number {
    const { coverage, killed } = this.#reached.configurations[raw]!;
    const kill = killed === undefined ? '' : this.#reached.states[killed]!.key;
    const sum = `${coverage} ${this.#sum(states)} ${kill}`;
    const known = this.#bySum.get(sum);
    if (known !== undefined) return known;
    const adds = previous !== undefined && previous.size <= states.size && isPart(previous, states);
    const own = adds ? [...states].filter((state) => !previous.has(state)) : [...states];
    const members = own.map((state) => this.#numbers[state]!).sort((a, b) => a - b);
    this.#bySum.set(sum, this.records.length);
    this.records.push({
      base: adds ? last : -1,
      members,
      ...(killed === undefined ? {} : { killed: this.#numbers[killed]! }),
      coverage,
    });
    return this.records.length - 1;
  }

  #sum(states: Set<number>): string {
    let [a, b, c] = [0, 0, 0];
    for (const state of states) {
      const words = (this.#words[state] ??= wordsOf(this.#reached.states[state]!.key));
      a = (a + words[0]!) | 0;
      b = (b + words[1]!) | 0;
      c = (c + words[2]!) | 0;
    }
    return `${states.size} ${a} ${b} ${c}`;
  }
}

function wordsOf(key: string): readonly number[] {
  const bytes = Buffer.from(key, 'base64url');
  return [0, 4, 8].map((at) => bytes.readInt32LE(at));
}

function isPart(part: Set<number>, whole: Set<number>): boolean {
  for (const each of part) if (!whole.has(each)) return false;
  return true;
}
