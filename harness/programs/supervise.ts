import type { Core } from '../disk/core/core.ts';
import type { About } from '../disk/facade/turns.ts';
import { alone, leaveGhost, type Living } from './current.ts';
import { EventLoop, type Departure, type Listener } from './event-loop.ts';
import { takeOverTimers } from './globals.ts';
import { beat } from './guard.ts';
import type { Ending } from './program.ts';
import { RealPaths } from './real-paths.ts';
import { outside } from './real-work.ts';
import { real } from './real.ts';
import { Rest } from './rest.ts';
import { takeOverProcess } from './takeover.ts';

/**
 * A life in which nothing is left that is known of, and nothing happens for so many real milliseconds, waits for
 * ever. It only matters for what nobody tells of: threads of native addons, and loaders of modules, which take their
 * time at the first import.
 */
const GRACE_MS = 100;
const FIRST_GRACE_MS = 1000;

/** The same once such work has been seen, and for what is really outside of the simulation: real files, sockets. */
const SILENCE_MAX_MS = 10_000;

/** How long the next life that seems to wait for ever is given. */
let grace = FIRST_GRACE_MS;

/** Thrown into a program that makes too many calls. It may catch it; its next call never returns. */
class Endless extends Error {
  override name = 'Endless';
}

export interface Rules {
  /** Calls to the disk, and timers, after which the life counts as endless. */
  readonly callsMax: number;
  /** When the life begins, in milliseconds since 1970. */
  readonly time: number;
  readonly watchesReal: boolean;
  /** Where calls take effect in another order than that in which they were made. */
  readonly order: readonly Departure[];
}

export interface Supervised {
  readonly ending: Ending;
  /** What the life would still have done, and was not let, in words. */
  readonly cutOff: readonly string[];
  readonly realPaths: readonly string[];
  /** The calls that were under way when the program's function returned. */
  readonly leftUnderWay: readonly About[];
}

/**
 * Runs one life to its end, and on until it has come to rest, and says how it ended. What never ends is found without
 * a clock: a loop by its number of calls, a program that waits for ever by there being nothing left that could wake
 * it. Real time counts for what is really outside of the simulation only, and all that it can do is to give up.
 */
export class Supervisor implements Living, Listener {
  readonly loop: EventLoop;
  readonly #rules: Rules;
  readonly #rest = new Rest();
  #core: Core | undefined;
  #real: RealPaths | undefined;
  #calls = 0;
  #returned = false;
  #leftUnderWay: readonly About[] = [];
  #turning = false;
  #callOff: () => void = () => {};
  #resolve: (result: Supervised) => void = () => {};

  constructor(rules: Rules) {
    takeOverProcess();
    takeOverTimers();
    this.#rules = rules;
    this.loop = new EventLoop(rules.time, this, rules.order, () => ({
      after: this.#core?.journal.length ?? 0,
      chances: this.#core?.faults?.chances.length ?? 0,
    }));
  }

  async run(core: Core, body: () => Promise<void>): Promise<Supervised> {
    this.#core = core;
    core.onCall = () => {
      if (!this.#count())
        throw new Endless(`more than ${this.#rules.callsMax} calls to the disk in one life`);
    };
    return await alone(this, async () => {
      const { exitCode } = process;
      if (this.#rules.watchesReal) this.#real = new RealPaths();
      try {
        return await new Promise<Supervised>((resolve) => {
          this.#resolve = resolve;
          start(body).then(
            () => this.#return(),
            (error: unknown) => this.blewUp(error),
          );
          this.loop.wake(); // A program that does nothing must be found out as well.
        });
      } finally {
        this.#real?.stop();
        process.exitCode = exitCode;
      }
    });
  }

  blewUp(error: unknown): void {
    this.#end({ type: 'threw', error });
  }

  idle(): void {
    if (this.#turning) return;
    this.#turning = true;
    const nothing = this.#watchForEvents();
    real.turn(() => {
      this.#turning = false;
      // Callbacks that don't come through the loop, those of `node:fs` over the disk among them, may have done more.
      if (nothing()) this.#still();
      else this.loop.wake();
    });
  }

  /** Nothing has happened for a whole turn of Node's own loop. */
  #still(): void {
    const { loop } = this;
    this.#callOff();
    if (this.#returned && loop.errands === 0 && !loop.timers.keeps) return this.#end({ type: 'ended' });
    const sources = loop.errands > 0 ? ['another thread'] : outside();
    // What is real comes before a timer, however long it takes.
    if (sources.some((name) => !LASTING.test(name))) this.#afterSilence(SILENCE_MAX_MS, waitsFor(sources));
    else if (this.#returned) this.#goOn(this.#rest.next(loop));
    else if (loop.timers.keeps && sources.length > 0) this.#fireAfterSilence();
    else if (loop.timers.keeps) this.#goOn(loop.fire(() => true));
    else if (sources.length > 0) this.#afterSilence(SILENCE_MAX_MS, waitsFor(sources));
    else this.#afterSilence(grace, WAITS_FOR_EVER);
  }

  #goOn(fired: boolean): void {
    if (fired) this.#count();
    else this.#end({ type: 'ended' });
  }

  /** A peer or a process that is real needs real time to answer: a timer that watches over it must not win by a leap. */
  #fireAfterSilence(): void {
    const nothing = this.#watchForEvents();
    this.#callOff = real.after(OUTSIDE_MS, () => {
      if (nothing()) this.#goOn(this.loop.fire(() => true));
    });
  }

  /** Ends the life after so many milliseconds in which nothing has happened. */
  #afterSilence(milliseconds: number, why: string): void {
    const nothing = this.#watchForEvents();
    const callOff = real.after(milliseconds, () => {
      if (!nothing()) return;
      if (why === WAITS_FOR_EVER && grace === FIRST_GRACE_MS) grace = GRACE_MS;
      this.#end({ type: 'never ended', why });
    });
    this.#callOff = () => {
      callOff();
      // Something has called back that nobody knew of: there may be more of it, and it may take longer.
      if (why === WAITS_FOR_EVER && !nothing()) grace = SILENCE_MAX_MS;
    };
  }

  /** Returns whether nothing will have happened by then. */
  #watchForEvents(): () => boolean {
    const { events } = this.loop;
    const calls = this.#calls;
    return () => events === this.loop.events && calls === this.#calls;
  }

  #return(): void {
    this.#returned = true;
    this.#leftUnderWay = this.loop.underWay;
    this.loop.wake();
  }

  /** False, and the end, if it has been too much. */
  #count(): boolean {
    const { callsMax } = this.#rules;
    beat();
    if (++this.#calls <= callsMax) return true;
    // A program that catches everything and tries again would go on for ever, and nobody else would get a turn: its
    // next call finds the power off, and never comes back.
    this.#end({ type: 'never ended', why: `it makes more than ${callsMax} calls to the disk` });
    return false;
  }

  /** Whatever the program has left running changes nothing from here on. */
  #end(ending: Ending): void {
    if (this.loop.over) return;
    this.#callOff();
    if (ending.type !== 'ended') leaveGhost();
    this.loop.over = true;
    this.#core!.cutAfter = 0;
    this.#resolve({
      ending,
      cutOff: this.#rest.cutOff,
      realPaths: this.#real?.paths ?? [],
      leftUnderWay: this.#leftUnderWay,
    });
  }
}

/** How long, in real milliseconds, sockets and processes may be silent before simulated time goes on. */
const OUTSIDE_MS = 2000;

const WAITS_FOR_EVER = 'it waits, and nothing is left that could ever wake it';

/** What may never call back again: sockets, watchers, processes. */
const LASTING = /^(?:TCP|TLS|UDP|Process|FSEvent|StatWatcher|Worker|Http)/;

function waitsFor(sources: readonly string[]): string {
  return `it waits for something outside of the simulation: ${sources.join(', ')}`;
}

/** Turns what a body throws before its first await into a rejection. */
async function start(body: () => Promise<void>): Promise<void> {
  await body();
}
