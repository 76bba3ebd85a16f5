import { availableParallelism } from 'node:os';
import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Io, Output } from '../harness/cli/io.ts';
import { main } from '../harness/cli/main.ts';
import type { WorkerData } from '../harness/cli/pool.ts';
import { serveJobs } from '../harness/cli/serve-jobs.ts';
import { catalogue } from './index.ts';

/** The command `blackout` on this process: the one place that joins it with the scenarios that come with it. */
function output(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns ?? 0;
    },
  };
}

/** Each thread has a heap of its own; more than this would cost more memory than it saves time. */
const THREADS_MAX = 8;

/** Asks git, which may not be there. Files that git does not know don't count as changes. */
async function commit(): Promise<{ hash: string; dirty: boolean } | undefined> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', args)).stdout.trim();
  try {
    const hash = await git('rev-parse', 'HEAD');
    return { hash, dirty: (await git('status', '--porcelain', '--untracked-files=no')) !== '' };
  } catch {
    return undefined;
  }
}

const io: Io = {
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  now: () => Date.now(),
  cwd: process.cwd(),
  noColour: (process.env['NO_COLOR'] ?? '') !== '',
  onInterrupt(listener) {
    process.once('SIGINT', listener);
    return () => process.off('SIGINT', listener);
  },
  commit,
  ...(process.env['GITHUB_STEP_SUMMARY'] ? { stepSummary: process.env['GITHUB_STEP_SUMMARY'] } : {}),
  workers: { module: new URL(import.meta.url), count: Math.min(THREADS_MAX, availableParallelism()) },
};

// Whoever reads has closed the pipe, as `head` does: nobody is left to tell anything.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

if (isMainThread) process.exitCode = await main(process.argv.slice(2), catalogue, io);
else serveJobs(catalogue, parentPort!, workerData as WorkerData, () => Date.now());
