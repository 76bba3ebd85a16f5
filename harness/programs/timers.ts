/** A timer of a life, on its own time. */
export interface Timer {
  /** When it goes off, in milliseconds since 1970. */
  due: number;
  /** In milliseconds, as Node takes it: at least one. */
  readonly delay: number;
  readonly repeats: boolean;
  /** Whether it keeps the program up: see `unref`. */
  keeps: boolean;
  readonly fire: () => void;
}

/** Node's longest delay, in milliseconds; a longer one counts as the shortest. */
const DELAY_MAX = 2 ** 31 - 1;

/** The timers of a life, in the order in which they go off: by time, then as they were set. */
export class Timers {
  readonly #timers: Timer[] = [];

  get isEmpty(): boolean {
    return this.#timers.length === 0;
  }

  /** Whether one of them keeps the program up. */
  get keeps(): boolean {
    return this.#timers.some((timer) => timer.keeps);
  }

  set(now: number, delay: unknown, repeats: boolean, fire: () => void): Timer {
    const given = Number(delay);
    const whole = given >= 1 && given <= DELAY_MAX ? Math.trunc(given) : 1;
    const timer = { due: now + whole, delay: whole, repeats, keeps: true, fire };
    this.#insert(timer);
    return timer;
  }

  /** Sets one going again, as if it had been set now. */
  restart(timer: Timer, now: number): void {
    this.clear(timer);
    timer.due = now + timer.delay;
    this.#insert(timer);
  }

  clear(timer: Timer): void {
    const at = this.#timers.indexOf(timer);
    if (at !== -1) this.#timers.splice(at, 1);
  }

  has(timer: Timer): boolean {
    return this.#timers.includes(timer);
  }

  /** Takes the next one out. */
  shift(): Timer | undefined {
    return this.#timers.shift();
  }

  get all(): readonly Timer[] {
    return this.#timers;
  }

  #insert(timer: Timer): void {
    let at = this.#timers.length;
    while (at > 0 && this.#timers[at - 1]!.due > timer.due) at--;
    this.#timers.splice(at, 0, timer);
  }
}
