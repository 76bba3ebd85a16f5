import type { Lanes } from '../disk/image/mix.ts';
import { Seen } from '../persistence/seen.ts';
import type { Verdict } from './outcome.ts';

/** Verdicts by the hash of what they are on: a map of texts would take several times as much for each state. */
export class Verdicts {
  readonly #seen = new Seen();
  readonly #list: (Verdict | undefined)[] = [];

  get(key: Lanes): Verdict | undefined {
    return this.#list[this.#number(key)];
  }

  set(key: Lanes, verdict: Verdict): void {
    this.#list[this.#number(key)] = verdict;
  }

  #number(key: Lanes): number {
    const number = this.#seen.number(key);
    if (number === this.#list.length) this.#list.push(undefined);
    return number;
  }
}
