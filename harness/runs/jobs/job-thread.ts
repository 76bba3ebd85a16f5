import type { RunEvent } from '../../../reports/events.ts';
import { BadArgument } from '../bad-argument.ts';
import { tooLate, unexplored } from '../events/run-events.ts';
import type { JobProgress } from '../job.ts';
import type { NumberedJob, RunMachine } from './run-control.ts';
import { Thread, type Attempt } from './thread.ts';
import { HUNG_AFTER, type Patience } from './watched.ts';
import type { Fatal } from './where.ts';

/** A job that loses a thread again and again is given up after so many. */
const THREADS_PER_JOB = 4;

/** What one job in a thread needs to be told, and tells. Times are milliseconds since 1970. */
export interface JobControl {
  /** When it is to end by itself. */
  readonly deadline: number;
  /** When it is ended, if it has not; asked again and again. */
  latest(): number;
  interrupted(): boolean;
  progress(progress: JobProgress): void;
}

/**
 * Does one job after another in a thread of its own. A life that takes its thread with it costs that thread only: its job
 * is done over in a new one, which knows that life.
 */
export class JobThread {
  readonly #interrupted = new Int32Array(new SharedArrayBuffer(4));
  readonly #thread: Thread;
  readonly #now: () => number;
  readonly #hungAfter: number;

  /**
   * @param workers `module` calls `serveJobs` when it is started as a worker
   * @param atOnce processes that a job may run at the same time
   */
  constructor(
    { module, hungAfter = HUNG_AFTER }: NonNullable<RunMachine['workers']>,
    now: () => number,
    atOnce = 1,
  ) {
    this.#thread = new Thread(module, this.#interrupted, atOnce);
    this.#now = now;
    this.#hungAfter = hungAfter;
  }

  /** Tells the job that is being done to end with what is known. */
  interrupt(): void {
    Atomics.store(this.#interrupted, 0, 1);
  }

  /** Lets jobs be done again after `interrupt`. */
  resume(): void {
    Atomics.store(this.#interrupted, 0, 0);
  }

  /** The events of one job, in as many attempts as it takes. @throws what the job threw: a fault of the harness */
  async run([index, job]: NumberedJob, control: JobControl): Promise<readonly RunEvent[]> {
    const started = this.#now();
    const patience: Patience = {
      now: this.#now,
      latest: () => control.latest(),
      hungAfter: this.#hungAfter,
    };
    const fatal: Fatal[] = [];
    for (;;) {
      if (this.#now() > control.latest()) return tooLate(index, lateBy(control), 0);
      const work = { index, job, deadline: control.deadline, fatal };
      const attempt = await this.#thread.attempt(work, patience, ({ progress }) =>
        control.progress(progress),
      );
      const elapsed = this.#now() - started;
      if (attempt.type === 'ended') return attempt.events;
      if (attempt.type === 'failed') throw failureOf(attempt);
      if (attempt.type === 'late') return tooLate(index, lateBy(control), elapsed);
      const { how, why, where } = attempt;
      if (where === undefined) return unexplored(index, `its thread was lost: ${why}`, elapsed);
      fatal.push({ ...where, how, why });
      if (fatal.length < THREADS_PER_JOB) continue;
      const last = `the last in ${where.part}: ${why}`;
      return unexplored(index, `it took ${fatal.length} threads with it, ${last}`, elapsed);
    }
  }

  async end(): Promise<void> {
    await this.#thread.end();
  }
}

function lateBy(control: JobControl): 'interrupted' | 'time' {
  return control.interrupted() ? 'interrupted' : 'time';
}

function failureOf({ badArgument, error }: Extract<Attempt, { type: 'failed' }>): Error {
  if (badArgument) return new BadArgument(String(error));
  return error instanceof Error ? error : new Error(String(error));
}
