import type { Entry } from '../persistence/frontier.ts';

/** From which to which crash point of the main life a state is possible, both included. */
export interface Span {
  readonly state: number;
  readonly from: number;
  readonly to: number;
}

/** Notes when the survivals of the main life come and go, for the map of its crash points. */
export class Spans {
  readonly all: Span[] = [];
  readonly #open = new Map<Entry, { readonly state: number; readonly from: number }>();

  /** Survivals that were not there before this crash point. */
  add(fresh: readonly Entry[], at: number): void {
    for (const entry of fresh) this.#open.set(entry, { state: entry.state, from: at });
  }

  /** Whether survivals have gone that nobody named: some become equal to others when a sync settles them. */
  misses(entries: readonly Entry[]): boolean {
    return entries.length !== this.#open.size;
  }

  /** Compares with the survivals as they stand: closes those that are gone, or count as other states now. */
  compare(entries: readonly Entry[], at: number, lastOfOld: number): void {
    const present = new Set(entries);
    for (const [entry, { state, from }] of this.#open) {
      if (present.has(entry) && entry.state === state) continue;
      this.all.push({ state, from, to: lastOfOld });
      this.#open.delete(entry);
    }
    for (const entry of entries) if (!this.#open.has(entry)) this.add([entry], at);
  }

  end(at: number): readonly Span[] {
    for (const { state, from } of this.#open.values()) this.all.push({ state, from, to: at });
    this.#open.clear();
    return this.all;
  }
}
