/**
 * The graph of states: from a state to those that a cut in its recovery can leave, each with the last crash point at
 * which it is possible. The main life is the source 0; state n is the source n + 1.
 */
export class Edges {
  readonly #max: number;
  readonly #from = new Map<number, Map<number, number>>();
  #size = 0;
  /** There were more edges than allowed: what is here is not the whole graph. */
  overflow = false;

  constructor(max = 3_000_000) {
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  /** @param from undefined for the main life */
  add(from: number | undefined, to: number, lastCrashPoint: number): void {
    if (this.overflow) return;
    const source = from === undefined ? 0 : from + 1;
    let targets = this.#from.get(source);
    if (!targets) this.#from.set(source, (targets = new Map()));
    const known = targets.get(to);
    if (known === undefined) {
      if (this.#size++ >= this.#max) this.overflow = true;
    } else if (known >= lastCrashPoint) {
      return;
    }
    targets.set(to, lastCrashPoint);
  }

  /** State number to last crash point. */
  of(from: number | undefined): ReadonlyMap<number, number> {
    return this.#from.get(from === undefined ? 0 : from + 1) ?? NONE;
  }
}

const NONE: ReadonlyMap<number, number> = new Map();
