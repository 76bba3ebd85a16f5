import type { Lanes } from '../disk/image/mix.ts';
import { Seen } from '../persistence/seen.ts';
import type { Coverage } from '../persistence/survivals.ts';

/** The states that a cut can leave at one crash point: its own, and those of another crash point that it inherits. */
export interface ConfigurationRecord {
  /** The number of the configuration that this one adds to; -1 if it stands alone. */
  readonly base: number;
  readonly members: readonly number[];
  /** The state that a kill leaves here, and nowhere else; none if kills are not explored, or are no different. */
  readonly killed?: number;
  readonly coverage: Coverage;
}

/** A crash point of a life, and the configuration that holds there. */
export interface Visit {
  readonly at: number;
  readonly configuration: number;
  /** The end of a recovery: a cut there does not make the story longer. */
  readonly end?: boolean;
}

/** A life lived again under other conditions: the state that this is, and the op after which it becomes different. */
export interface Branch {
  readonly at: number;
  readonly state: number;
}

/** What of a graph of states tells which lives lead to which states. */
export interface Ways {
  readonly configurations: readonly ConfigurationRecord[];
  /** @param from the state whose recovery it is; undefined for the main life */
  visits(from: number | undefined): readonly Visit[];
  /** The alternatives to a life in which one more call fails. */
  branches(from: number | undefined): readonly Branch[];
}

/**
 * The graph of states, by way of configurations: a life comes through one configuration at each crash point, and each
 * of these leads to the states that it may leave. Lives share configurations, so this is far smaller than the edges
 * from state to state.
 */
export class StateGraph implements Ways {
  readonly #numbers = new Seen();
  /** By the number of the key; several keys never share a record. */
  readonly #byKey: number[] = [];
  readonly #records: ConfigurationRecord[] = [];
  /** By state number plus one; the main life is 0. */
  readonly #visits: Visit[][] = [];
  readonly #branches: Branch[][] = [];

  get configurations(): readonly ConfigurationRecord[] {
    return this.#records;
  }

  /** The number of a configuration that has been expanded already. */
  find(key: Lanes): number | undefined {
    const known = this.#numbers.size;
    const number = this.#numbers.number(key);
    if (number === known) this.#byKey.push(-1);
    return this.#byKey[number]! < 0 ? undefined : this.#byKey[number];
  }

  /** @param key undefined if the configuration has no exact key: then it is nobody else's */
  add(key: Lanes | undefined, record: ConfigurationRecord): number {
    this.#records.push(record);
    if (key) {
      this.find(key);
      this.#byKey[this.#numbers.number(key)] = this.#records.length - 1;
    }
    return this.#records.length - 1;
  }

  /** @param from the state whose recovery it is; undefined for the main life */
  visit(from: number | undefined, visit: Visit): void {
    const source = from === undefined ? 0 : from + 1;
    const known = this.#visits[source];
    // A list that begins with what is in it takes no room for more: most lives of most explorations are short.
    if (known) known.push(visit);
    else this.#visits[source] = [visit];
  }

  visits(from: number | undefined): readonly Visit[] {
    return this.#visits[from === undefined ? 0 : from + 1] ?? [];
  }

  /** @param from the state whose life it is lived instead of; undefined for the main life */
  branch(from: number | undefined, branch: Branch): void {
    const source = from === undefined ? 0 : from + 1;
    (this.#branches[source] ??= []).push(branch);
  }

  branches(from: number | undefined): readonly Branch[] {
    return this.#branches[from === undefined ? 0 : from + 1] ?? [];
  }
}
