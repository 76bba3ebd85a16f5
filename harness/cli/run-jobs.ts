import { shareOf } from './share.ts';
import { setImmediate } from 'node:timers/promises';
import type { Catalogue } from '../explore/catalogue.ts';
import type { RunEvent } from '../../reports/events.ts';
import type { Io } from './io.ts';
import type { Job, JobProgress } from './job.ts';
import { runJob } from './run-job.ts';

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

/** Runs all jobs; which one ends first depends on how many threads there are. */
export async function runJobs(
  jobs: readonly Job[],
  catalogue: Catalogue,
  io: Io,
  control: RunControl,
): Promise<void> {
  const { workers } = io;
  if (workers && workers.count > 1 && jobs.length > 1) {
    const { runInPool } = await import('./pool.ts');
    await runInPool(jobs, workers, () => io.now(), control);
    return;
  }
  for (const [index, job] of jobs.entries()) {
    const events = await runJob(index, job, catalogue, {
      now: () => io.now(),
      deadline: shareOf(control.deadline, io.now(), jobs.length - index, 1),
      interrupted: () => control.interrupted(),
      progress: async (progress) => {
        control.progress(index, progress);
        await setImmediate(); // Lets a Ctrl-C in.
      },
    });
    control.ended(index, events);
  }
}
