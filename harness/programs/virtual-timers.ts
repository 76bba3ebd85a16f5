import type { EventLoop } from './event-loop.ts';
import type { Timer } from './timers.ts';

type Callback = (...args: unknown[]) => void;
interface Options {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

let numbers = 0;
/** By the number that a program may keep instead of the object. */
const numbered = new WeakMap<EventLoop, Map<number, Timeout>>();

/** What `setTimeout` and `setInterval` return, in the shape of Node's. */
class Timeout {
  readonly #loop: EventLoop;
  readonly #timer: Timer;
  #number: number | undefined;

  constructor(loop: EventLoop, callback: Callback, delay: unknown, repeats: boolean, args: unknown[]) {
    if (typeof callback !== 'function') throw wrongCallback(callback);
    this.#loop = loop;
    this.#timer = loop.timers.set(loop.time, delay, repeats, () => callback.apply(this, args));
  }

  ref(): this {
    this.#timer.keeps = true;
    return this;
  }

  unref(): this {
    this.#timer.keeps = false;
    return this;
  }

  hasRef(): boolean {
    return this.#timer.keeps;
  }

  refresh(): this {
    this.#loop.timers.restart(this.#timer, this.#loop.time);
    return this;
  }

  close(): this {
    this.#loop.timers.clear(this.#timer);
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  [Symbol.toPrimitive](): number {
    this.#number ??= ++numbers;
    let known = numbered.get(this.#loop);
    if (!known) numbered.set(this.#loop, (known = new Map()));
    known.set(this.#number, this);
    return this.#number;
  }
}

/** What `setImmediate` returns. */
class Immediate {
  readonly close: () => void;
  #keeps = true;

  constructor(loop: EventLoop, callback: Callback, args: unknown[]) {
    if (typeof callback !== 'function') throw wrongCallback(callback);
    this.close = loop.defer(() => callback(...args));
  }

  ref(): this {
    this.#keeps = true;
    return this;
  }

  unref(): this {
    this.#keeps = false;
    return this;
  }

  hasRef(): boolean {
    return this.#keeps;
  }
}

function wrongCallback(given: unknown): TypeError {
  const message = `The "callback" argument must be of type function. Received ${String(given)}`;
  return Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' });
}

function clear(loop: EventLoop, timer: unknown): void {
  const known = typeof timer === 'number' || typeof timer === 'string' ? Number(timer) : undefined;
  const found = known === undefined ? timer : numbered.get(loop)?.get(known);
  if (found instanceof Timeout || found instanceof Immediate) found.close();
}

/** `node:timers`, and the globals of the same names, for one life. */
export const plain = {
  setTimeout: (loop: EventLoop, callback: Callback, delay?: unknown, ...args: unknown[]): Timeout =>
    new Timeout(loop, callback, delay, false, args),
  setInterval: (loop: EventLoop, callback: Callback, delay?: unknown, ...args: unknown[]): Timeout =>
    new Timeout(loop, callback, delay, true, args),
  setImmediate: (loop: EventLoop, callback: Callback, ...args: unknown[]): Immediate =>
    new Immediate(loop, callback, args),
  clearTimeout: clear,
  clearInterval: clear,
  clearImmediate: clear,
};

/** Settles when `start` calls back, or rejects when the signal aborts. */
async function settled<T>(
  options: Options | undefined,
  value: T,
  start: (resolve: () => void) => { close(): unknown; unref(): unknown },
): Promise<T> {
  const { signal, ref = true } = options ?? {};
  if (signal?.aborted === true) throw abortError(signal);
  return await new Promise<T>((resolve, reject) => {
    const timer = start(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    const abort = (): void => {
      timer.close();
      reject(abortError(signal!));
    };
    if (!ref) timer.unref();
    signal?.addEventListener('abort', abort, { once: true });
  });
}

function abortError(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

async function sleep<T>(loop: EventLoop, delay?: unknown, value?: T, options?: Options): Promise<T> {
  return await settled(options, value as T, (done) => new Timeout(loop, done, delay, false, []));
}

/** `scheduler.wait` of `node:timers/promises`. */
export async function wait(loop: EventLoop, delay?: unknown, options?: Options): Promise<void> {
  await sleep(loop, delay, undefined, options);
}

/** `node:timers/promises` for one life. */
export const promised = {
  setTimeout: sleep,
  setImmediate: async <T>(loop: EventLoop, value?: T, options?: Options): Promise<T> =>
    await settled(options, value as T, (done) => new Immediate(loop, done, [])),
  async *setInterval<T>(loop: EventLoop, delay?: unknown, value?: T, options?: Options): AsyncGenerator<T> {
    for (;;) yield await sleep(loop, delay, value as T, options);
  },
};
