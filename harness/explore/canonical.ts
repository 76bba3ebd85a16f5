import { ConfigurationSets } from './configuration-sets.ts';
import type { Reached, ReachedState } from './reached.ts';
import type { ConfigurationRecord, Visit, Ways } from './state-graph.ts';

/** A state, and the shortest way to it. */
export interface CanonicalState extends ReachedState {
  /** The smallest number of cuts that lead here. */
  readonly depth: number;
  /** The state whose recovery is cut last on the way; -1 for the main life. */
  readonly parent: number;
  /** After which of its ops. */
  readonly cut: number;
  /** Its recovery was cut, too. */
  readonly expanded: boolean;
}

/**
 * A graph of states numbered in an order that depends on the graph alone, whoever explored it and in how many parts:
 * breadth first, and the states that one life leads to by the first crash point at which it does, then by key. Its
 * configurations are those sets of states that come up, each once, in the same order.
 */
export interface Canonical extends Ways {
  readonly states: readonly CanonicalState[];
  /** The numbers of those that were recovered and did not converge, in order. */
  readonly failures: readonly number[];
  /** For each state, its number in the graph that this was made of. */
  readonly origins: readonly number[];
}

/** @param bail leave out what comes after so many failures, as if the walk had ended there; nothing, if not given */
export function canonical(reached: Reached, bail = Infinity): Canonical {
  return new Numbering(reached, bail).run();
}

class Numbering {
  readonly #reached: Reached;
  readonly #bail: number;
  readonly #numbers: Int32Array;
  /** 1 for a configuration whose states all have numbers. */
  readonly #opened: Uint8Array;
  readonly #origins: number[] = [];
  readonly #states: CanonicalState[] = [];
  readonly #failures: number[] = [];
  readonly #visits = new Map<number, readonly Visit[]>();
  readonly #sets: ConfigurationSets;

  constructor(reached: Reached, bail: number) {
    this.#reached = reached;
    this.#bail = bail;
    this.#numbers = new Int32Array(reached.states.length).fill(-1);
    this.#opened = new Uint8Array(reached.configurations.length);
    this.#sets = new ConfigurationSets(reached, this.#numbers);
  }

  run(): Canonical {
    this.#live(undefined);
    for (let number = 0; number < this.#states.length; number++) this.#recover(number);
    const configurations: readonly ConfigurationRecord[] = this.#sets.records;
    return {
      states: this.#states,
      failures: this.#failures,
      origins: this.#origins,
      configurations,
      visits: (from) => this.#visits.get(from ?? -1) ?? NONE,
    };
  }

  #recover(number: number): void {
    const state = this.#states[number]!;
    if (state.verdict === undefined) return;
    if (this.#failures.length >= this.#bail) {
      this.#states[number] = { ...state, verdict: undefined, recoveryOps: 0, expanded: false };
      return;
    }
    this.#live(number);
    if (state.verdict.outcome !== 'converged') this.#failures.push(number);
  }

  /** Numbers the states that a life leads to, and takes down its way. */
  #live(number: number | undefined): void {
    const visits = this.#reached.visits(number === undefined ? undefined : this.#origins[number]);
    if (visits.length === 0) return;
    const found = visits.flatMap(({ at, configuration }) =>
      this.#open(configuration).map((origin) => ({ at, origin, key: this.#reached.states[origin]!.key })),
    );
    found.sort((one, other) => one.at - other.at || (one.key < other.key ? -1 : 1));
    const depth = number === undefined ? 1 : this.#states[number]!.depth + 1;
    for (const { at, origin } of found) {
      this.#numbers[origin] = this.#origins.length;
      this.#origins.push(origin);
      const state = this.#reached.states[origin]!;
      const expanded = this.#reached.isExpanded(origin);
      this.#states.push({ ...state, depth, parent: number ?? -1, cut: at, expanded });
    }
    this.#visits.set(number ?? -1, this.#sets.follow(visits));
  }

  /** The states of a configuration that have no number yet; marked, so that they come up once. */
  #open(configuration: number): readonly number[] {
    const found: number[] = [];
    for (
      let at = configuration;
      at >= 0 && this.#opened[at] === 0;
      at = this.#reached.configurations[at]!.base
    ) {
      this.#opened[at] = 1;
      for (const state of this.#reached.configurations[at]!.members) {
        if (this.#numbers[state] !== -1) continue;
        this.#numbers[state] = FOUND;
        found.push(state);
      }
    }
    return found;
  }
}

const NONE: readonly Visit[] = [];

/** In place of a number, until it has one. */
const FOUND = -2;
