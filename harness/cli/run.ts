import type { Catalogue } from '../explore/catalogue.ts';
import { SCHEMA_VERSION, type StartEvent } from '../../reports/events.ts';
import type { ReportModel } from '../../reports/model.ts';
import { EXIT } from './exit-codes.ts';
import { exploreJobs } from './explore-jobs.ts';
import type { Io } from './io.ts';
import { planJobs, type RunOptions } from './plan.ts';
import { Reporting } from './reporting.ts';
import { runEvent } from './run-events.ts';
import { settingsOf } from './settings.ts';
import { VERSION } from './version.ts';

export interface RunCommandOptions extends RunOptions {
  readonly budget: number;
  readonly reporter: readonly string[];
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
  const started = io.now();
  const { reporter: reporters, output, json } = options;
  const reporting = await Reporting.open(io, {
    reporters,
    output,
    events: 'live',
    ...(json === undefined ? {} : { json }),
  });
  reporting.add(await startEvent(scenarios, options, io, started));
  for (const [run, job] of jobs.entries()) reporting.add(runEvent(run, job));
  const interrupted = await exploreJobs(jobs, options.budget, catalogue, io, (events) => {
    for (const event of events) reporting.add(event);
  });
  const { verdict } = reporting.model();
  reporting.add({ type: 'end', verdict, interrupted, elapsedMs: Math.max(0, io.now() - started) });
  return exitCode(await reporting.end());
}

async function startEvent(
  scenarios: readonly string[],
  options: RunCommandOptions,
  io: Io,
  started: number,
): Promise<StartEvent> {
  return {
    type: 'start',
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'blackout', version: VERSION },
    commit: (await io.commit?.()) ?? null,
    startedAt: new Date(started).toISOString(),
    seed: options.seed ?? 1,
    shard: options.shard ?? null,
    settings: settingsOf(scenarios, options),
  };
}

/** What a report's verdict ends a command with. */
export function exitCode({ verdict, interrupted }: ReportModel): number {
  return interrupted ? EXIT.interrupted : EXIT[verdict];
}
