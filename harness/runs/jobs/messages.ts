import type { RunEvent } from '../../../reports/events.ts';
import type { Job, JobProgress } from '../job.ts';
import type { Fatal } from './where.ts';

/** What a worker thread is told, and tells. */
export interface ToWorker {
  readonly index: number;
  readonly job: Job;
  readonly deadline: number;
  /** Lives that have taken a thread with them when this job was done before. */
  readonly fatal: readonly Fatal[];
}

export type FromWorker =
  | { readonly type: 'progress'; readonly index: number; readonly progress: JobProgress }
  | { readonly type: 'ended'; readonly index: number; readonly events: readonly RunEvent[] }
  | { readonly type: 'failed'; readonly badArgument: boolean; readonly error: unknown };

export interface WorkerData {
  /** Shared with all workers: set to 1 when the run is interrupted, so that a busy thread sees it too. */
  readonly interrupted: Int32Array;
  /** Shared with the thread that watches this one: see `where.ts`. */
  readonly where: Int32Array;
  /** See `JobHooks.atOnce`. */
  readonly atOnce?: number;
}
