import { shareOf } from './share.ts';
import { setImmediate } from 'node:timers/promises';
import type { Catalogue } from '../../explore/catalogue.ts';
import type { NumberedJob, RunControl, RunMachine } from './run-control.ts';
import { runJob } from './run-job.ts';

/** Runs all jobs; which one ends first depends on how many threads there are. */
export async function runJobs(
  jobs: readonly NumberedJob[],
  catalogue: Catalogue,
  machine: RunMachine,
  control: RunControl,
): Promise<void> {
  const { workers, queue } = machine;
  if (queue) {
    const { runQueued } = await import('../queue/run-queued.ts');
    await runQueued(jobs, queue, () => machine.now(), control);
    return;
  }
  // In a thread of its own even if there is one only: a program that does not give it back can be ended from here.
  if (workers) {
    const { runInPool } = await import('./pool.ts');
    await runInPool(jobs, workers, () => machine.now(), control);
    return;
  }
  for (const [place, [index, job]] of jobs.entries()) {
    const events = await runJob(index, job, catalogue, {
      now: () => machine.now(),
      deadline: shareOf(control.deadline, machine.now(), jobs.length - place, 1),
      interrupted: () => control.interrupted(),
      progress: async (progress) => {
        control.progress(index, progress);
        await setImmediate(); // Lets a Ctrl-C in.
      },
    });
    control.ended(index, events);
  }
}
