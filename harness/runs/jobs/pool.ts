import { JobThread } from './job-thread.ts';
import type { NumberedJob, RunControl, RunMachine } from './run-control.ts';
import { shareOf } from './share.ts';

/** How long after the time is up a thread may take to end by itself, in milliseconds. */
const GRACE = 1500;

/**
 * Runs jobs in worker threads, each thread one after the other. Jobs depend on nothing but themselves, so their events
 * are those of one thread.
 *
 * @param workers `module` calls `serveJobs` when it is started as a worker
 */
export async function runInPool(
  jobs: readonly NumberedJob[],
  workers: NonNullable<RunMachine['workers']>,
  now: () => number,
  control: RunControl,
): Promise<void> {
  const count = Math.min(workers.count, jobs.length);
  // Fewer jobs than threads: what is left over goes to the processes that a job runs.
  const atOnce = Math.max(1, Math.floor(workers.count / count));
  const threads = Array.from({ length: count }, () => new JobThread(workers, now, atOnce));
  let latest = control.deadline + GRACE;
  control.onInterrupt(() => {
    for (const thread of threads) thread.interrupt();
    latest = Math.min(latest, now() + GRACE);
  });
  const rest = [...jobs];
  const one = async (thread: JobThread): Promise<void> => {
    try {
      for (let next = rest.shift(); next; next = rest.shift()) {
        const [index] = next;
        const events = await thread.run(next, {
          deadline: shareOf(control.deadline, now(), rest.length + 1, count),
          latest: () => latest,
          interrupted: () => control.interrupted(),
          progress: (progress) => control.progress(index, progress),
        });
        control.ended(index, events);
      }
    } finally {
      await thread.end();
    }
  };
  await Promise.all(threads.map(one));
}
