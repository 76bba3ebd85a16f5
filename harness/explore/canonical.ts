import { ConfigurationSets } from './configuration-sets.ts';
import { isEnough, type Limits } from './enough.ts';
import type { Reached, ReachedState } from './reached.ts';
import type { Branch, ConfigurationRecord, Visit, Ways } from './state-graph.ts';

/** A state, and the shortest way to it. */
export interface CanonicalState extends ReachedState {
  /** The smallest number of cuts and kills that lead here. */
  readonly depth: number;
  /** It is a machine that goes on after a kill. */
  readonly killed: boolean;
  /** It is its parent's life with one more call that fails. */
  readonly branch: boolean;
  /** The state whose recovery is cut or killed last on the way, or that this is an alternative to; -1 for the main life. */
  readonly parent: number;
  /** After which of its ops. */
  readonly cut: number;
  /** Its recovery was cut, too. */
  readonly expanded: boolean;
}

/**
 * A graph of states numbered in an order that depends on the graph alone, whoever explored it and in how many parts:
 * breadth first, and the states that one life leads to by the first crash point at which it does, then by key: the order in
 * which they are recovered, too. Its
 * configurations are those sets of states that come up, each once, in the same order.
 */
export interface Canonical extends Ways {
  readonly states: readonly CanonicalState[];
  /** The numbers of those that were recovered and did not converge, in order. */
  readonly failures: readonly number[];
  /** The limits ended it. */
  readonly ended: boolean;
  /** For each state, its number in the graph that this was made of. */
  readonly origins: readonly number[];
}

/** @param limits leave out what comes after so many failures, as if the walk had ended there; nothing, if not given */
export function canonical(reached: Reached, limits: Limits = { bail: Infinity }): Canonical {
  return new Numbering(reached, limits).run();
}

class Numbering {
  readonly #reached: Reached;
  readonly #limits: Limits;
  readonly #numbers: Int32Array;
  /** 1 for a configuration whose states all have numbers. */
  readonly #opened: Uint8Array;
  readonly #origins: number[] = [];
  readonly #states: CanonicalState[] = [];
  readonly #failures: number[] = [];
  /** How many were recovered so far; before the first failure; and whether that is all that is wanted. */
  #recovered = 0;
  #firstFailure: number | undefined;
  #ended = false;
  readonly #visits = new Map<number, readonly Visit[]>();
  readonly #branches = new Map<number, readonly Branch[]>();
  readonly #sets: ConfigurationSets;

  constructor(reached: Reached, limits: Limits) {
    this.#reached = reached;
    this.#limits = limits;
    this.#numbers = new Int32Array(reached.states.length).fill(-1);
    this.#opened = new Uint8Array(reached.configurations.length);
    this.#sets = new ConfigurationSets(reached, this.#numbers);
  }

  run(): Canonical {
    this.#live(undefined);
    for (let number = 0; number < this.#states.length && !this.#ended; number++) {
      if (this.#states[number]!.verdict !== undefined) this.#live(number);
    }
    const configurations: readonly ConfigurationRecord[] = this.#sets.records;
    return {
      states: this.#states,
      failures: this.#failures,
      ended: this.#ended,
      origins: this.#origins,
      configurations,
      visits: (from) => this.#visits.get(from ?? -1) ?? NONE,
      branches: (from) => this.#branches.get(from ?? -1) ?? [],
    };
  }

  /** Numbers the states that a life leads to, crash point by crash point, and takes down its way. */
  #live(number: number | undefined): void {
    const from = number === undefined ? undefined : this.#origins[number];
    const visits = this.#reached.visits(from);
    const branches = this.#reached.branches(from);
    if (visits.length + branches.length === 0) return;
    const found = this.#found(visits, branches);
    let last = Infinity;
    for (let first = 0; first < found.length && !this.#ended;) {
      const { at } = found[first]!;
      const begin = this.#states.length;
      for (; found[first]?.at === at; first++) this.#number(found[first]!, number);
      this.#recover(begin);
      if (this.#ended) last = at;
    }
    const reached = branches.filter(({ at }) => at <= last);
    if (reached.length > 0) {
      const renumbered = reached.map(({ at, state }) => ({ at, state: this.#numbers[state]! }));
      this.#branches.set(number ?? -1, renumbered);
    }
    const way = visits.filter(({ at }) => at <= last);
    this.#visits.set(number ?? -1, this.#sets.follow(way));
    if (number !== undefined && way.length > 0) {
      this.#states[number] = { ...this.#states[number]!, expanded: true };
    }
  }

  /** What a life leads to that has no number yet, in the order in which it gets one. */
  #found(visits: readonly Visit[], branches: readonly Branch[]): readonly Found[] {
    const ends = visits.flatMap(({ at, configuration }) =>
      [...this.#open(configuration), ...this.#killed(configuration)].map((origin) => ({
        at,
        origin,
        key: this.#reached.states[origin]!.key,
        killed: this.#reached.configurations[configuration]!.killed === origin,
        branch: false,
      })),
    );
    const alternatives = branches.map(({ at, state }) => ({
      at,
      origin: state,
      key: this.#reached.states[state]!.key,
      killed: false,
      branch: true,
    }));
    return [...ends, ...alternatives].sort(
      (one, other) => one.at - other.at || (one.key < other.key ? -1 : 1),
    );
  }

  #number({ at, origin, killed, branch }: Found, number: number | undefined): void {
    this.#numbers[origin] = this.#origins.length;
    this.#origins.push(origin);
    const before = number === undefined ? 0 : this.#states[number]!.depth;
    const depth = branch ? before : before + 1;
    const state = this.#reached.states[origin]!;
    this.#states.push({ ...state, depth, killed, branch, parent: number ?? -1, cut: at, expanded: false });
  }

  /** Looks at the verdicts of the states from a number on; what comes after enough failures was never recovered. */
  #recover(begin: number): void {
    for (let number = begin; number < this.#states.length; number++) {
      const state = this.#states[number]!;
      if (state.verdict === undefined) continue;
      if (this.#ended) {
        this.#states[number] = { ...state, verdict: undefined, recoveryOps: 0 };
        continue;
      }
      if (state.verdict.outcome !== 'converged') {
        this.#firstFailure ??= this.#recovered;
        this.#failures.push(number);
      }
      this.#recovered++;
      this.#ended = isEnough(this.#limits, this.#failures.length, this.#firstFailure, this.#recovered);
    }
  }

  /** The state that a kill leaves here, if it has no number yet; what inherits from here does not lead there. */
  #killed(configuration: number): readonly number[] {
    const { killed } = this.#reached.configurations[configuration]!;
    if (killed === undefined || this.#numbers[killed] !== -1) return [];
    this.#numbers[killed] = FOUND;
    return [killed];
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

/** A state that a life leads to, before it has a number. */
interface Found {
  readonly at: number;
  readonly origin: number;
  readonly key: string;
  readonly killed: boolean;
  readonly branch: boolean;
}

/** In place of a number, until it has one. */
const FOUND = -2;
