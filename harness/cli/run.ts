import { dirname, join, resolve } from 'node:path';
import type { Catalogue } from '../explore/catalogue.ts';
import { jsonReport, writeAtomically } from '../../reports/json.ts';
import { painter } from '../../reports/paint.ts';
import { SCHEMA_VERSION, type Report, type RunReport } from '../../reports/schema.ts';
import { terminalReport } from '../../reports/terminal.ts';
import { escapeText } from '../../reports/text.ts';
import { ensureDirectory } from './ensure-directory.ts';
import { BadArgument, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import type { Job } from './job.ts';
import { planJobs, type RunOptions } from './plan.ts';
import { ProgressLine } from './progress.ts';
import { runJobs } from './run-jobs.ts';
import { VERSION } from './version.ts';

export interface RunCommandOptions extends RunOptions {
  readonly budget: number;
  readonly json?: string;
  readonly output: string;
}

/** `blackout run`. Returns the exit code. */
export async function runCommand(
  scenarios: readonly string[],
  options: RunCommandOptions,
  catalogue: Catalogue,
  io: Io,
): Promise<number> {
  const jobs = await planJobs(scenarios, options, catalogue, io.cwd);
  const files = await outputFiles(options, io);
  const started = io.now();
  const { runs, interrupted } = await explore(jobs, options.budget, catalogue, io);
  const report: Report = {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'blackout', version: VERSION },
    startedAt: new Date(started).toISOString(),
    elapsedMs: Math.max(0, io.now() - started),
    seed: options.seed ?? 1,
    verdict: totalVerdict(runs),
    interrupted,
    runs: [...runs],
  };
  const text = jsonReport(report);
  for (const file of files) await writeAtomically(file, text);
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const shown = join(options.output, REPORT_FILE);
  const columns = io.stdout.columns > 40 ? io.stdout.columns : 120;
  io.stdout.write(terminalReport(report, { columns, paint, reportPath: shown }));
  return exitCode(report);
}

const REPORT_FILE = 'report.json';

async function explore(
  jobs: readonly Job[],
  budget: number,
  catalogue: Catalogue,
  io: Io,
): Promise<{ runs: readonly RunReport[]; interrupted: boolean }> {
  let interrupted = false;
  const progress = new ProgressLine(io, jobs.length);
  const listeners: (() => void)[] = [];
  const release = io.onInterrupt(() => {
    interrupted = true;
    progress.clear();
    io.stderr.write('interrupted: ending with what is known (again to stop at once)\n');
    for (const listener of listeners) listener();
  });
  try {
    const runs = await runJobs(jobs, catalogue, io, {
      deadline: io.now() + budget,
      interrupted: () => interrupted,
      onInterrupt: (listener) => void listeners.push(listener),
      progress: (job, state) => progress.update(job, state),
      ended: (job) => progress.end(job),
    });
    return { runs, interrupted };
  } finally {
    release();
    progress.clear();
  }
}

/** Made before anything is explored: a folder that can't be written must not cost a run of minutes. */
async function outputFiles(options: RunCommandOptions, io: Io): Promise<readonly string[]> {
  const files = [resolve(io.cwd, options.output, REPORT_FILE)];
  if (options.json !== undefined) files.push(resolve(io.cwd, options.json));
  for (const [i, file] of files.entries()) {
    try {
      await ensureDirectory(dirname(file));
    } catch (error) {
      const option = i === 0 ? `--output ${options.output}` : `--json ${options.json ?? ''}`;
      const { code = 'error' } = error as NodeJS.ErrnoException;
      throw new BadArgument(`${escapeText(option)}: the folder can't be made (${code})`);
    }
  }
  return files;
}

function totalVerdict(runs: readonly RunReport[]): Report['verdict'] {
  if (runs.some((run) => run.verdict === 'counterexample')) return 'counterexample';
  return runs.some((run) => run.verdict === 'unknown') ? 'unknown' : 'converged';
}

function exitCode({ verdict, interrupted }: Report): number {
  return interrupted ? EXIT.interrupted : EXIT[verdict];
}
