import { availableParallelism } from 'node:os';
import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { EXIT } from '../harness/cli/exit-codes.ts';
import type { Input, Io, Output } from '../harness/cli/io.ts';
import { main } from '../harness/cli/main.ts';
import type { CommandData } from '../harness/cli/thread/messages.ts';
import { serveCommand, type Here } from '../harness/cli/thread/serve-command.ts';
import { openFile } from '../harness/cli/open-file.ts';
import { knownScenarios } from '../harness/runs/scenarios/project-catalogue.ts';
import type { WorkerData } from '../harness/runs/jobs/messages.ts';
import { serveJobs } from '../harness/runs/jobs/serve-jobs.ts';
import { builtIn } from './built-in.ts';

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
    get rows() {
      return stream.rows;
    },
  };
}

const stdin: Input = {
  isTTY: process.stdin.isTTY,
  raw(listener) {
    const input = process.stdin;
    const typed = (text: string): void => listener(text);
    const ended = (): void => listener(undefined);
    input.setEncoding('utf8').setRawMode(true).on('data', typed).once('end', ended).resume();
    return () => void input.off('data', typed).off('end', ended).setRawMode(false).pause();
  },
};

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

/** What the system counts memory in, in bytes. */
const KIB = 1024;

const here: Here = {
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  now: () => Date.now(),
  peakMemory: () => process.resourceUsage().maxRSS * KIB,
  cwd: process.cwd(),
  noColour: (process.env['NO_COLOR'] ?? '') !== '',
  onInterrupt(listener) {
    process.once('SIGINT', listener);
    return () => process.off('SIGINT', listener);
  },
  commit,
  async attachDebugger({ host, port }) {
    const inspector = await import('node:inspector');
    // Whoever has started this with --inspect-brk, or in an editor's terminal, is there already.
    if (inspector.url() !== undefined) return undefined;
    inspector.open(port, host);
    if (inspector.url() === undefined) return 'is the port in use?';
    const { host: at } = new URL(inspector.url()!);
    process.stderr.write(`blackout: waiting for a debugger: "attach" in an editor, or node inspect ${at}\n`);
    inspector.waitForDebugger();
    return undefined;
  },
  openFile: async (path) => await openFile(path, process.platform, process.env),
  ...(process.env['GITHUB_STEP_SUMMARY'] ? { stepSummary: process.env['GITHUB_STEP_SUMMARY'] } : {}),
};

const io: Io = {
  ...here,
  stdin,
  workers: { module: new URL(import.meta.url), count: Math.min(THREADS_MAX, availableParallelism()) },
};

/** What a program ends with whose reader has gone: 128 and the number of SIGPIPE. Less would be a verdict. */
const READER_GONE = 141;

// Whoever reads may have closed the pipe, as `head` does, and a disk may be full: the verdict reaches nobody then.
process.stdout.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(READER_GONE);
  process.stderr.write(`blackout: standard output can't be written to (${code})\n`);
  process.exit(EXIT.fault);
});
// There is no place left to tell of this one; the reports and the exit code say all that matters.
process.stderr.on('error', () => {});

if (isMainThread) process.exitCode = await main(process.argv.slice(2), builtIn, io);
else {
  const data = workerData as WorkerData | CommandData;
  if ('argv' in data) await serveCommand(builtIn, parentPort!, data, here);
  else {
    const { catalogue } = await knownScenarios(process.cwd(), builtIn);
    serveJobs(catalogue, parentPort!, data, () => Date.now());
  }
}
