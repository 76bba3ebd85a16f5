import type { EventLoop } from './event-loop.ts';
import type { Timer } from './timers.ts';

/** Timers that may go off after a program has returned: one that sets itself again would go on for ever. */
const TIMERS_MAX = 100;

/**
 * How a life comes to rest once its program has returned: the timers that it has set still go off, as they would if
 * the machine stayed up. One that comes again and again goes off once; the rest of it is cut off, and told.
 */
export class Rest {
  /** What was cut off, in words. */
  readonly cutOff: string[] = [];
  #fired = 0;

  /** Lets the next timer go off; false if none is left that keeps the program up. */
  next(loop: EventLoop): boolean {
    if (!loop.timers.keeps) return false;
    if (this.#fired === TIMERS_MAX) {
      const { delay } = loop.timers.all.find((timer) => timer.keeps)!;
      this.cutOff.push(`a timer of ${delay} ms that is set again and again after the program has returned`);
      return false;
    }
    this.#fired++;
    return loop.fire((timer) => this.#repeats(timer));
  }

  #repeats({ delay, keeps }: Timer): boolean {
    if (keeps) this.cutOff.push(`an interval of ${delay} ms that goes on after the program has returned`);
    return false;
  }
}
