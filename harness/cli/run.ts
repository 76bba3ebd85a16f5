import type { Known } from '../runs/scenarios/project-catalogue.ts';
import { SCHEMA_VERSION, type EventOf, type RunEvent, type StartEvent } from '../../reports/events.ts';
import type { Progress } from '../../reports/read-log.ts';
import type { ReportModel } from '../../reports/model.ts';
import { escapeText } from '../../reports/text.ts';
import { EXIT } from './exit-codes.ts';
import { exploreJobs } from './explore-jobs.ts';
import type { Io } from './io.ts';
import type { Job } from '../runs/job.ts';
import type { QueuedRun } from '../runs/jobs/run-control.ts';
import { originOf, wholeOf } from '../runs/queue/unit.ts';
import { planJobs, type RunOptions } from '../runs/plan.ts';
import { Reporting } from './reporting.ts';
import { askedAgain, demandBegun, demandUnchanged, progressIn, type Asked } from './resume.ts';
import { runEvent } from '../runs/events/run-events.ts';
import { quoted } from '../runs/quoted.ts';
import { sourcesDigest } from '../runs/scenarios/sources-digest.ts';
import { settingsOf } from '../runs/settings.ts';
import { VERSION } from '../runs/version.ts';

export interface RunCommandOptions extends RunOptions {
  readonly budget: number;
  /** Milliseconds that a life may go on without a call. */
  readonly loopLimit: number;
  readonly reporter: readonly string[];
  readonly json?: string;
  readonly output: string;
  readonly quiet?: boolean;
  readonly open?: boolean;
  /** Explorations, and processes of one, at the same time; as many as the machine has for it, if nothing is said. */
  readonly jobs?: number;
  /** The folder of the run to go on with, which `output` is then. */
  readonly resume?: string;
  /** The address of a Redis: what is explored is done by `blackout work`. */
  readonly queue?: string;
}

/** `blackout run`. Returns the exit code. */
export async function runCommand(
  scenarios: readonly string[],
  options: RunCommandOptions,
  known: Known,
  io: Io,
): Promise<number> {
  const { reporter: reporters, output, json, quiet = false, open = false, resume, queue } = options;
  const asked: Asked = { scenarios, options };
  const started = io.now();
  // Before anything is made there: what is no report folder is not to become one.
  if (resume !== undefined) await demandBegun(resume, io.cwd);
  const jobs = resume === undefined ? await jobsOf(asked, known, io) : undefined;
  const reporting = await Reporting.open(io, {
    reporters,
    output,
    events: 'live',
    ...(resume === undefined ? { settings: settingsOf(scenarios, options) } : { option: '--resume' }),
    quiet,
    open,
    ...(json === undefined ? {} : { json }),
  });
  try {
    const work = jobs
      ? { jobs, events: await firstEvents(asked, jobs, known, io, started), done: NONE, end: undefined }
      : await resumed(asked, await progressIn(output, io.cwd), options, known, io);
    for (const event of work.events) reporting.add(event);
    await reporting.commit();
    const interrupted = await exploreJobs(
      work.jobs,
      options.budget,
      known.catalogue,
      {
        ...withJobs(io, options.jobs),
        quiet,
        ...(queue === undefined ? {} : { queue: queued(queue, work, io) }),
      },
      (events) => {
        for (const event of events) reporting.add(event);
        void reporting.commit();
      },
      work.done,
    );
    const { verdict } = reporting.model();
    const elapsedMs = before(work.done) + Math.max(0, io.now() - started);
    reporting.add(work.end ?? { type: 'end', verdict, interrupted, elapsedMs, ...peakOf(io) });
    const model = await reporting.end();
    if (interrupted) io.stderr.write(`to go on with it: npx blackout run --resume ${quoted(output)}\n`);
    return exitCode(model);
  } finally {
    await reporting.close();
  }
}

/** What is to be done by others: as the log has it, so that who goes on with a run asks for the same. */
function queued(
  url: string,
  { jobs, events }: { readonly jobs: readonly Job[]; readonly events: readonly RunEvent[] },
  io: Io,
): QueuedRun {
  const first = events.slice(0, 1 + jobs.length);
  const { settings, shard } = first[0] as StartEvent;
  return {
    url,
    whole: wholeOf(first),
    settings,
    shard,
    origin: originOf(first),
    asked: String(io.now()),
    tell: (text) => io.stderr.write(`blackout: ${escapeText(text)}\n`),
  };
}

/** What an end says of memory, where that can be known. */
function peakOf(io: Pick<Io, 'peakMemory'>): { readonly peakMemory?: number } {
  return io.peakMemory ? { peakMemory: io.peakMemory() } : {};
}

/** The same machine, of which so much is used. */
function withJobs(io: Io, count: number | undefined): Io {
  return io.workers && count !== undefined ? { ...io, workers: { ...io.workers, count } } : io;
}

type Done = Progress['done'];

const NONE: Done = new Map();

/** Milliseconds that runs took in earlier lives of this command. */
function before(done: Done): number {
  const ends = [...done.values()].map((events) => events.at(-1) as EventOf<'run-end'>);
  return ends.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
}

async function jobsOf(
  { scenarios, options }: Asked,
  { catalogue, isOwn }: Known,
  io: Io,
): Promise<readonly Job[]> {
  return await planJobs(scenarios, options, catalogue, io.cwd, isOwn);
}

/** What a run tells before its first job, and what must be the same if it is to be resumed. */
export async function firstEvents(
  { scenarios, options }: Asked,
  jobs: readonly Job[],
  known: Known,
  io: Io,
  started: number,
): Promise<readonly RunEvent[]> {
  const start: StartEvent = {
    type: 'start',
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'blackout', version: VERSION },
    commit: (await io.commit?.()) ?? null,
    startedAt: new Date(started).toISOString(),
    seed: options.seed ?? 1,
    shard: options.shard ?? null,
    settings: settingsOf(scenarios, options),
    sources: await sourcesDigest(jobs, known.path),
  };
  return [start, ...jobs.map((job, run) => runEvent(run, job))];
}

/**
 * A run that is gone on with begins with what it had told, in the order in which that was.
 * @throws BadArgument if something else is asked for, or would be explored
 */
async function resumed(
  now: Asked,
  progress: Progress,
  { output }: RunCommandOptions,
  known: Known,
  io: Io,
): Promise<{ jobs: readonly Job[]; events: readonly RunEvent[]; done: Done; end: Progress['end'] }> {
  const asked = askedAgain(output, progress, now);
  const jobs = await jobsOf(asked, known, io);
  demandUnchanged(output, progress, await firstEvents(asked, jobs, known, io, io.now()));
  const { start, runs, done, end } = progress;
  const left = jobs.length - done.size;
  const what = end
    ? 'it had come to its end, and nothing is left to explore: its reports are made again'
    : `${done.size} of its ${jobs.length} runs had ended, ${left} to go`;
  io.stderr.write(`blackout: ${escapeText(`--resume ${output}: ${what}`)}\n`);
  return { jobs, events: [start, ...runs, ...[...done.values()].flat()], done, end };
}

/** What a report's verdict ends a command with. */
export function exitCode({ verdict, interrupted }: ReportModel): number {
  return interrupted ? EXIT.interrupted : EXIT[verdict];
}
