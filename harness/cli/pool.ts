import { Worker } from 'node:worker_threads';
import type { RunEvent } from '../../reports/events.ts';
import { BadArgument } from './exit-codes.ts';
import type { Job, JobProgress } from './job.ts';
import type { RunControl } from './run-jobs.ts';
import { shareOf } from './share.ts';

/** What a worker thread is told, and tells. */
export interface ToWorker {
  readonly index: number;
  readonly job: Job;
  readonly deadline: number;
}

export type FromWorker =
  | { readonly type: 'progress'; readonly index: number; readonly progress: JobProgress }
  | { readonly type: 'ended'; readonly index: number; readonly events: readonly RunEvent[] }
  | { readonly type: 'failed'; readonly badArgument: boolean; readonly error: unknown };

/** Shared with all workers: set to 1 when the run is interrupted, so that a busy thread sees it too. */
export interface WorkerData {
  readonly interrupted: Int32Array;
}

/**
 * Runs jobs in worker threads, each thread one after the other. Jobs depend on nothing but themselves, so their events
 * are those of one thread.
 *
 * @param module calls `serveJobs` when it is started as a worker
 */
export async function runInPool(
  jobs: readonly Job[],
  workers: { readonly module: URL; readonly count: number },
  now: () => number,
  control: RunControl,
): Promise<void> {
  const interrupted = new Int32Array(new SharedArrayBuffer(4));
  control.onInterrupt(() => Atomics.store(interrupted, 0, 1));
  let next = 0;
  const threads = Math.min(workers.count, jobs.length);
  const take = (): ToWorker | undefined => {
    const index = next++;
    const job = jobs[index];
    if (!job) return undefined;
    return { index, job, deadline: shareOf(control.deadline, now(), jobs.length - index, threads) };
  };
  const data: WorkerData = { interrupted };
  const open = new Set<Worker>();
  const one = async (): Promise<void> => {
    const worker = new Worker(workers.module, { workerData: data });
    open.add(worker);
    await drive(worker, take, control);
  };
  try {
    await Promise.all(Array.from({ length: threads }, one));
  } finally {
    await Promise.all([...open].map((worker) => worker.terminate()));
  }
}

/** Feeds one worker until there is no job left. */
async function drive(worker: Worker, take: () => ToWorker | undefined, control: RunControl): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const feed = (): void => {
      const job = take();
      if (job) worker.postMessage(job);
      else resolve();
    };
    worker.on('error', reject);
    worker.on('exit', (code) =>
      reject(new Error(`a worker thread ended with code ${code} before its job was done`)),
    );
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'progress') return control.progress(message.index, message.progress);
      if (message.type === 'failed') return reject(failureOf(message));
      control.ended(message.index, message.events);
      feed();
    });
    feed();
  });
}

function failureOf({ badArgument, error }: Extract<FromWorker, { type: 'failed' }>): Error {
  if (badArgument) return new BadArgument(String(error));
  return error instanceof Error ? error : new Error(String(error));
}
