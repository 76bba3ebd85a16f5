import type { RunEvent } from '../../../reports/events.ts';
import { BadArgument } from '../bad-argument.ts';
import { tooLate, unexplored, type Late } from '../events/run-events.ts';
import type { NumberedJob, RunControl, RunMachine } from './run-control.ts';
import { shareOf } from './share.ts';
import { Thread, type Attempt, type Patience } from './thread.ts';
import type { Fatal } from './where.ts';

/** A job that loses a thread again and again is given up after so many. */
const THREADS_PER_JOB = 4;

/** See `Patience.hungAfter`. */
const HUNG_AFTER = 10_000;

/** How long after the time is up a thread may take to end by itself, in milliseconds. */
const GRACE = 1500;

/**
 * Runs jobs in worker threads, each thread one after the other. Jobs depend on nothing but themselves, so their events
 * are those of one thread. A life that takes its thread with it costs that thread, and no other job: its own is done
 * over in a new one, which knows that life.
 *
 * @param workers `module` calls `serveJobs` when it is started as a worker
 */
export async function runInPool(
  jobs: readonly NumberedJob[],
  workers: NonNullable<RunMachine['workers']>,
  now: () => number,
  control: RunControl,
): Promise<void> {
  const interrupted = new Int32Array(new SharedArrayBuffer(4));
  let latest = control.deadline + GRACE;
  control.onInterrupt(() => {
    Atomics.store(interrupted, 0, 1);
    latest = Math.min(latest, now() + GRACE);
  });
  const patience: Patience = { now, latest: () => latest, hungAfter: workers.hungAfter ?? HUNG_AFTER };
  const threads = Math.min(workers.count, jobs.length);
  // Fewer jobs than threads: what is left over goes to the processes that a job runs.
  const atOnce = Math.max(1, Math.floor(workers.count / threads));
  const rest = [...jobs];
  const one = async (): Promise<void> => {
    const thread = new Thread(workers.module, interrupted, atOnce);
    try {
      for (let next = rest.shift(); next; next = rest.shift()) {
        const deadline = shareOf(control.deadline, now(), rest.length + 1, threads);
        control.ended(next[0], await events(thread, next, deadline, patience, control));
      }
    } finally {
      await thread.end();
    }
  };
  await Promise.all(Array.from({ length: threads }, one));
}

/** The events of one job, in as many attempts as it takes. */
async function events(
  thread: Thread,
  [index, job]: NumberedJob,
  deadline: number,
  patience: Patience,
  control: RunControl,
): Promise<readonly RunEvent[]> {
  const started = patience.now();
  const fatal: Fatal[] = [];
  for (;;) {
    if (patience.now() > patience.latest()) return tooLate(index, lateBy(control), 0);
    const attempt = await thread.attempt({ index, job, deadline, fatal }, patience, ({ progress }) =>
      control.progress(index, progress),
    );
    const elapsed = patience.now() - started;
    if (attempt.type === 'ended') return attempt.events;
    if (attempt.type === 'failed') throw failureOf(attempt);
    if (attempt.type === 'late') return tooLate(index, lateBy(control), elapsed);
    const { how, why, where } = attempt;
    if (where === undefined) return unexplored(index, `its thread was lost: ${why}`, elapsed);
    fatal.push({ ...where, how, why });
    if (fatal.length < THREADS_PER_JOB) continue;
    return unexplored(
      index,
      `it took ${fatal.length} threads with it, the last in ${where.part}: ${why}`,
      elapsed,
    );
  }
}

function lateBy(control: RunControl): Late {
  return control.interrupted() ? 'interrupted' : 'time';
}

function failureOf({ badArgument, error }: Extract<Attempt, { type: 'failed' }>): Error {
  if (badArgument) return new BadArgument(String(error));
  return error instanceof Error ? error : new Error(String(error));
}
