import type { Known } from '../runs/scenarios/project-catalogue.ts';
import { SCHEMA_VERSION, type StartEvent } from '../../reports/events.ts';
import type { ReportModel } from '../../reports/model.ts';
import { EXIT } from './exit-codes.ts';
import { exploreJobs } from './explore-jobs.ts';
import type { Io } from './io.ts';
import { planJobs, type RunOptions } from '../runs/plan.ts';
import { Reporting } from './reporting.ts';
import { runEvent } from '../runs/events/run-events.ts';
import { settingsOf } from '../runs/settings.ts';
import { VERSION } from '../runs/version.ts';

export interface RunCommandOptions extends RunOptions {
  readonly budget: number;
  readonly reporter: readonly string[];
  readonly json?: string;
  readonly output: string;
  readonly quiet?: boolean;
}

/** `blackout run`. Returns the exit code. */
export async function runCommand(
  scenarios: readonly string[],
  options: RunCommandOptions,
  { catalogue, isOwn }: Known,
  io: Io,
): Promise<number> {
  const jobs = await planJobs(scenarios, options, catalogue, io.cwd, isOwn);
  const started = io.now();
  const { reporter: reporters, output, json } = options;
  const reporting = await Reporting.open(io, {
    reporters,
    output,
    events: 'live',
    settings: settingsOf(scenarios, options),
    quiet: options.quiet ?? false,
    ...(json === undefined ? {} : { json }),
  });
  try {
    reporting.add(await startEvent(scenarios, options, io, started));
    for (const [run, job] of jobs.entries()) reporting.add(runEvent(run, job));
    const interrupted = await exploreJobs(
      jobs,
      options.budget,
      catalogue,
      { ...io, quiet: options.quiet ?? false },
      (events) => {
        for (const event of events) reporting.add(event);
      },
    );
    const { verdict } = reporting.model();
    reporting.add({ type: 'end', verdict, interrupted, elapsedMs: Math.max(0, io.now() - started) });
    return exitCode(await reporting.end());
  } finally {
    await reporting.close();
  }
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
