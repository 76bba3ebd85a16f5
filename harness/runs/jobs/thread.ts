import { Worker } from 'node:worker_threads';
import type { RunEvent } from '../../../reports/events.ts';
import type { FromWorker, ToWorker, WorkerData } from './messages.ts';
import { signsOf, whereabouts, whereIs, type Fatal, type Where } from './where.ts';

/** How an attempt at a job ended. */
export type Attempt =
  | { readonly type: 'ended'; readonly events: readonly RunEvent[] }
  | { readonly type: 'failed'; readonly badArgument: boolean; readonly error: unknown }
  /** The thread is gone, and this is why; `where` says which life took it along, if it was in one. */
  | {
      readonly type: 'lost';
      readonly how: Fatal['how'];
      readonly why: string;
      readonly where: Where | undefined;
    }
  /** The time was up, or somebody pressed Ctrl-C, and it did not end by itself. */
  | { readonly type: 'late' };

export interface Patience {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** When a thread that has not ended by itself is ended; asked again and again. */
  readonly latest: () => number;
  /** A life that neither ends nor makes a call for so many milliseconds does not give its thread back. */
  readonly hungAfter: number;
}

/** How often a thread is looked at, in milliseconds. */
const LOOK_EVERY = 250;

function hung(ms: number): string {
  return `it does not give the thread back, as a loop without end does; it was ended after ${ms / 1000} s without a call`;
}

/** A worker thread that does one job after another, until it is lost. */
export class Thread {
  readonly #module: URL;
  readonly #interrupted: Int32Array;
  readonly #atOnce: number;
  #worker: Worker | undefined;
  #where: Int32Array = whereabouts();

  constructor(module: URL, interrupted: Int32Array, atOnce: number) {
    this.#module = module;
    this.#atOnce = atOnce;
    this.#interrupted = interrupted;
  }

  async attempt(
    work: ToWorker,
    patience: Patience,
    progress: (message: Extract<FromWorker, { type: 'progress' }>) => void,
  ): Promise<Attempt> {
    const worker = (this.#worker ??= this.#start());
    const where = this.#where;
    let leave = (): void => {};
    const attempt = await new Promise<Attempt>((resolve) => {
      const lost = (how: Fatal['how'], why: string): void =>
        resolve({ type: 'lost', how, why, where: whereIs(where) });
      const listeners = {
        error: (error: unknown) =>
          isOutOfMemory(error) ? resolve(TOO_LARGE) : lost('died', endsBy(textOf(error))),
        exit: (code: number) => lost('died', endsBy(`code ${code}`)),
        message: (message: FromWorker) =>
          message.type === 'progress' ? progress(message) : resolve(message),
      };
      const stop = watch(where, patience, (how) =>
        how === 'late' ? resolve({ type: 'late' }) : lost('hung', hung(patience.hungAfter)),
      );
      for (const [name, listener] of Object.entries(listeners)) worker.on(name, listener);
      leave = () => {
        stop();
        for (const [name, listener] of Object.entries(listeners)) worker.off(name, listener);
      };
      worker.postMessage(work);
    });
    leave();
    if (attempt.type === 'lost' || attempt.type === 'late') await this.end();
    return attempt;
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    this.#where = whereabouts();
    const data: WorkerData = { interrupted: this.#interrupted, where: this.#where, atOnce: this.#atOnce };
    const worker = new Worker(this.#module, { workerData: data });
    // It may be lost while it has nothing to do, too, and what it says then is of no interest.
    worker.on('error', () => {});
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }
}

/** Tells when a thread hangs in a life, or is late; once. Returns how to call it off. */
function watch(
  words: Int32Array,
  { now, latest, hungAfter }: Patience,
  tell: (how: 'hung' | 'late') => void,
): () => void {
  let [signs, since] = [signsOf(words), now()];
  const timer = setInterval(() => {
    if (now() > latest()) return end('late');
    const signsNow = signsOf(words);
    if (signsNow !== signs) [signs, since] = [signsNow, now()];
    else if (whereIs(words) && now() - since > hungAfter) end('hung');
  }, LOOK_EVERY);
  const end = (how: 'hung' | 'late'): void => {
    clearInterval(timer);
    tell(how);
  };
  return () => clearInterval(timer);
}

function endsBy(what: string): string {
  return `it ends the process: ${what}`;
}

/** The exploration may have filled the memory as well as the life, so nobody is accused. */
const TOO_LARGE: Attempt = {
  type: 'lost',
  how: 'died',
  why: 'there was not enough memory for it',
  where: undefined,
};

function isOutOfMemory(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
