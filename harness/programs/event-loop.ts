import { PowerCut } from '../disk/errors.ts';
import { never } from '../disk/facade/cut.ts';
import type { About, Turns } from '../disk/facade/turns.ts';
import { madeHere, type Made } from './made-here.ts';
import { real } from './real.ts';
import { Timers, type Timer } from './timers.ts';

/** Something that waits for its turn: a call to the disk, or a callback. */
interface Waiting {
  readonly about: About | undefined;
  readonly effect: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly made: Made | undefined;
}

/** A departure from the order of the calls: before step `step`, call number `pick` of those under way takes effect. */
export interface Departure {
  /** How many calls have taken effect before. */
  readonly step: number;
  /** From 1: call 0 is the one that was made first. */
  readonly pick: number;
}

/** A moment at which several calls were under way, and which of them took effect. */
export interface Step {
  readonly step: number;
  /** How many ops there were before. */
  readonly after: number;
  /** How many calls that could have gone wrong there were before; 0 where those are not counted. */
  readonly chances: number;
  /** The calls, in the order in which they were made. */
  readonly waiting: readonly About[];
  readonly pick: number;
}

/** What an event loop tells whoever runs the life. */
export interface Listener {
  /** The program has given the thread back, and no call and no callback is waiting. */
  idle(): void;
  /** A callback threw, and nobody is there to catch it. */
  blewUp(error: unknown): void;
}

const SETTLED = Promise.resolve();

/**
 * The event loop of one life: one thing at a time, in the order in which the program asked for it, each once the
 * program has given the thread back. Its time is its own: it stands still while there is something to do, and jumps to
 * the next timer when there isn't.
 */
export class EventLoop implements Turns {
  /** Milliseconds since 1970. */
  time: number;
  readonly timers = new Timers();
  /** How much has happened: calls, callbacks, timers. Who sees the same number twice has seen nothing happen. */
  events = 0;
  /** Calls that were made while another was under way. */
  overlaps = 0;
  /** Whether an error of a call says where the call was made. */
  traces = false;
  /** Whether `made` is kept. */
  notes = false;
  /** Told of each call while it is made, with its number from 1 on; nobody, as a rule. */
  onAsk: ((asked: number) => void) | undefined;
  /** Where the call was made that took effect last. */
  made: Made | undefined;
  /** What is under way on other threads. */
  errands = 0;
  /** The life is over: whatever the program still asks for never happens. */
  over = false;
  /** The moments at which another order was possible. */
  readonly steps: Step[] = [];
  /** How many calls have taken effect. */
  step = 0;
  readonly #queue: Waiting[] = [];
  #asked = 0;
  readonly #order: ReadonlyMap<number, number>;
  readonly #before: () => Pick<Step, 'after' | 'chances'>;
  readonly #listener: Listener;
  #awake = false;
  #rejected = false;

  /** @param before what there has been by now */
  constructor(
    time: number,
    listener: Listener,
    order: readonly Departure[],
    before: () => Pick<Step, 'after' | 'chances'>,
  ) {
    this.time = time;
    this.#order = new Map(order.map(({ step, pick }) => [step, pick]));
    this.#before = before;
    this.#listener = listener;
  }

  get alone(): boolean {
    return this.#queue.length === 0;
  }

  /** The calls that were made and have not taken effect. */
  get underWay(): readonly About[] {
    return this.#queue.flatMap(({ about }) => about ?? []);
  }

  take<T>(about: About, effect: () => T): Promise<T> {
    if (this.over) return never();
    if (this.#queue.some((each) => each.about !== undefined)) this.overlaps++;
    const traced = this.traces ? new Error('made here') : undefined;
    const made = this.#ask();
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        about,
        effect,
        resolve,
        reject: traced ? tracing(traced, reject) : reject,
        made,
      });
      this.wake();
    });
  }

  /** A callback after what is under way, or a call that calls back by itself. Returns how to call it off. */
  defer(callback: () => void, about?: About): () => void {
    if (about !== undefined && this.#queue.some((each) => each.about !== undefined)) this.overlaps++;
    const made = this.#ask();
    const waiting: Waiting = { about, effect: callback, resolve: () => {}, reject: this.#blewUp, made };
    this.#queue.push(waiting);
    this.wake();
    return () => {
      const at = this.#queue.indexOf(waiting);
      if (at !== -1) this.#queue.splice(at, 1);
    };
  }

  /** Goes on once the program has given the thread back: all microtasks, and what they ask for, come first. */
  wake(): void {
    if (this.#awake || this.over) return;
    this.#awake = true;
    void SETTLED.then(this.#later);
  }

  /** Lets the next timer go off; false if there is none. */
  fire(again: (timer: Timer) => boolean): boolean {
    const timer = this.timers.shift();
    if (timer === undefined) return false;
    this.events++;
    this.time = Math.max(this.time, timer.due);
    if (timer.repeats && again(timer)) this.timers.restart(timer, this.time);
    try {
      timer.fire();
    } catch (error) {
      this.#blewUp(error);
    }
    this.wake();
    return true;
  }

  #ask(): Made | undefined {
    const asked = ++this.#asked;
    if (this.onAsk !== undefined) this.onAsk(asked);
    return this.notes ? madeHere(this.made, asked) : undefined;
  }

  /** Takes out the first, or the call that the order names if the first is a call. */
  #choose(): Waiting | undefined {
    if (this.#queue[0]!.about === undefined) return this.#queue.shift();
    const calls = this.#queue.filter((each) => each.about !== undefined);
    const pick = Math.min(this.#order.get(this.step) ?? 0, calls.length - 1);
    if (calls.length > 1) {
      const waiting = calls.map((each) => each.about!);
      this.steps.push({ step: this.step, ...this.#before(), waiting, pick });
    }
    return this.#queue.splice(this.#queue.indexOf(calls[pick]!), 1)[0];
  }

  readonly #blewUp = (error: unknown): void => {
    if (!(error instanceof PowerCut)) this.#listener.blewUp(error);
  };

  readonly #later = (): void => {
    // Node looks for rejections that nobody handles between two calls, which is when a real program dies of one.
    if (this.#rejected && this.#queue.length > 0) real.turn(this.#step);
    else real.tick(this.#step);
    this.#rejected = false;
  };

  readonly #step = (): void => {
    this.#awake = false;
    if (this.over) return;
    const next = this.#queue.length > 1 ? this.#choose() : this.#queue.shift();
    if (next === undefined) return this.#listener.idle();
    if (next.about !== undefined) this.step++;
    this.events++;
    this.made = next.made;
    try {
      next.resolve(next.effect() as never);
    } catch (error) {
      if (!(error instanceof PowerCut)) {
        this.#rejected = true;
        next.reject(error);
      }
    }
    this.wake();
  };
}

/** Gives an error the stack of the call that it comes from. */
function tracing(made: Error, reject: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    const where = made.stack?.split('\n').slice(1) ?? [];
    if (error instanceof Error) error.stack = [`${error.name}: ${error.message}`, ...where].join('\n');
    reject(error);
  };
}
