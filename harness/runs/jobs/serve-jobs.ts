import { setImmediate } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import type { Catalogue } from '../../explore/catalogue.ts';
import { BadArgument } from '../bad-argument.ts';
import { guardThread } from '../../programs/guard.ts';
import type { FromWorker, ToWorker, WorkerData } from './messages.ts';
import { SharedGuard } from './where.ts';
import { runJob } from './run-job.ts';

/** Progress is told at most this often, in milliseconds: the other side draws a line no faster. */
const PROGRESS_EVERY = 50;

/** The worker's side of `runInPool`. */
export function serveJobs(
  catalogue: Catalogue,
  port: MessagePort,
  data: WorkerData,
  now: () => number,
): void {
  const send = (message: FromWorker): void => port.postMessage(message);
  const guard = new SharedGuard(data.where);
  guardThread(guard);
  port.on('message', (work: ToWorker) => {
    guard.begin(work.fatal);
    serve(work, catalogue, { ...data, guard }, now, send).then(send, (error: unknown) => {
      // The class of an error is lost on the way to the other thread.
      const badArgument = error instanceof BadArgument;
      send({ type: 'failed', badArgument, error: badArgument ? error.message : error });
    });
  });
}

async function serve(
  { index, job, deadline }: ToWorker,
  catalogue: Catalogue,
  { interrupted, guard, atOnce = 1 }: WorkerData & { readonly guard: SharedGuard },
  now: () => number,
  send: (message: FromWorker) => void,
): Promise<FromWorker> {
  let told = 0;
  const events = await runJob(index, job, catalogue, {
    now,
    deadline,
    interrupted: () => Atomics.load(interrupted, 0) !== 0,
    hasFatal: () => guard.met,
    atOnce,
    progress: async (progress) => {
      if (now() - told < PROGRESS_EVERY) return;
      told = now();
      send({ type: 'progress', index, progress });
      await setImmediate();
    },
  });
  return { type: 'ended', index, events };
}
