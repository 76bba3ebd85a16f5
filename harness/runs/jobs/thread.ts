import { Worker } from 'node:worker_threads';
import type { RunEvent } from '../../../reports/events.ts';
import type { FromWorker, ToWorker, WorkerData } from './messages.ts';
import { answerOf, type NoAnswer, type Patience } from './watched.ts';
import { whereabouts } from './where.ts';

/** How an attempt at a job ended. */
export type Attempt =
  | { readonly type: 'ended'; readonly events: readonly RunEvent[] }
  | { readonly type: 'failed'; readonly badArgument: boolean; readonly error: unknown }
  | NoAnswer;

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
    const answered = answerOf<Attempt>(worker, this.#where, patience, (told) => {
      const message = told as FromWorker;
      if (message.type !== 'progress') return message;
      progress(message);
      return undefined;
    });
    worker.postMessage(work);
    const attempt = await answered;
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
