import type { Catalogue } from '../explore/catalogue.ts';
import type { RunEvent } from '../../reports/events.ts';
import type { Io } from './io.ts';
import type { Job } from '../runs/job.ts';
import { ProgressLine } from './progress.ts';
import { runJobs } from '../runs/jobs/run-jobs.ts';

const NONE: ReadonlySet<number> = new Set();

/**
 * Runs all jobs, with a line of progress, until the budget or a Ctrl-C ends them.
 *
 * @param budget in milliseconds, for all jobs together
 * @param ended told all that a run tells but `run` itself
 * @param done numbers of jobs that need not be done
 * @returns whether it was interrupted
 */
export async function exploreJobs(
  jobs: readonly Job[],
  budget: number,
  catalogue: Catalogue,
  io: Io,
  ended: (events: readonly RunEvent[]) => void,
  done: { has(job: number): boolean } = NONE,
): Promise<boolean> {
  let interrupted = false;
  const left = [...jobs.entries()].filter(([number]) => !done.has(number));
  const progress = new ProgressLine(io, left.length);
  const listeners: (() => void)[] = [];
  const release = io.onInterrupt(() => {
    interrupted = true;
    progress.clear();
    io.stderr.write('interrupted: ending with what is known (again to stop at once)\n');
    for (const listener of listeners) listener();
  });
  try {
    await runJobs(left, catalogue, io, {
      deadline: io.now() + budget,
      interrupted: () => interrupted,
      onInterrupt: (listener) => void listeners.push(listener),
      progress: (job, state) => progress.update(job, state),
      ended(job, events) {
        progress.clear();
        ended(events);
        progress.end(job);
      },
    });
    return interrupted;
  } finally {
    release();
    progress.clear();
  }
}
