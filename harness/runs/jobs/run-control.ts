import type { RunEvent } from '../../../reports/events.ts';
import type { Job, JobProgress } from '../job.ts';
import type { Unit } from '../queue/unit.ts';

/** A run that others do, by way of a queue: the address of its Redis, and what is to be done. */
export interface QueuedRun extends Omit<Unit, 'index'> {
  readonly url: string;
  /** Who waits: another command, another name. */
  readonly asked: string;
  /** Tells the user something that they should know, once. */
  tell(text: string): void;
}

/** A job, and the number of its run. */
export type NumberedJob = readonly [number, Job];

/** What running jobs needs to be told, and tells. Jobs are named by their index. */
export interface RunControl {
  /** Milliseconds since 1970, for all jobs together. */
  readonly deadline: number;
  interrupted(): boolean;
  onInterrupt(listener: () => void): void;
  progress(job: number, progress: JobProgress): void;
  /** @param events all that the run tells but `run` itself */
  ended(job: number, events: readonly RunEvent[]): void;
}

/** The machine that jobs run on. */
export interface RunMachine {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * The module that worker threads start with, and how many to start; none: everything runs in this thread. A life that
   * gives no sign of itself for `hungAfter` milliseconds, ten seconds if nothing is said, is ended.
   */
  readonly workers?: { readonly module: URL; readonly count: number; readonly hungAfter?: number };
  /** Others do the work. */
  readonly queue?: QueuedRun;
}
