import type { Command } from 'commander';
import type { Catalogue } from '../explore/catalogue.ts';
import { models } from '../persistence/models.ts';
import { foldEvents, type RunModel } from '../../reports/model.ts';
import { SCHEMA_VERSION, type RunEvent } from '../../reports/events.ts';
import { painter } from '../../reports/paint.ts';
import { parseDuration, parseNames } from './arguments.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { isHopeless, needsText } from './needs-text.ts';
import { planJobs } from './plan.ts';
import { ProgressLine } from './progress.ts';
import { runEvent } from './run-events.ts';
import { runJobs } from './run-jobs.ts';
import { settingsOf } from './settings.ts';
import { VERSION } from './version.ts';

interface NeedsOptions {
  readonly model?: readonly string[];
  readonly budget: number;
}

/** All models of disks, then what is around them: torn pages, and a drive that lies. */
const AROUND = ['ext4+tears', 'posix+tears', 'sequential+lying'];

/** Declares `needs`. */
export function defineNeeds(
  program: Command,
  catalogue: Catalogue,
  io: Io,
  end: (code: number) => void,
): void {
  program
    .command('needs')
    .description(
      'the weakest disks that a scenario survives: which promise of the file system does it rely on?',
    )
    .argument('<scenario>', 'a name (see `blackout list`), or a module of yours with one scenario')
    .option('--model <names>', 'these models (default: all, torn pages, and a drive that lies)', parseNames)
    .option(
      '--budget <time>',
      'after this time the rest is unknown: 60s, 2m, or "none"',
      parseDuration,
      600_000,
    )
    .addHelpText('after', HELP)
    .action(async (scenario: string, options: NeedsOptions) => {
      end(await needsCommand(scenario, options, catalogue, io));
    });
}

const HELP = `
Under models with torn pages or a lying drive, where far more can survive, it looks at the states that lose or keep at
most one effect, of at most two cuts in a row; under all others at everything, as far as the scenario allows.

Exit codes:
  0    it holds under every model that a program can hold under
  1    it breaks under one of those
  2    unknown: the budget ran out, or a check threw
  254  bad arguments`;

async function needsCommand(
  scenario: string,
  options: NeedsOptions,
  catalogue: Catalogue,
  io: Io,
): Promise<number> {
  const wanted = options.model ?? [...models.map(({ name }) => name), ...AROUND];
  const runs = await explore([scenario], wanted, options, catalogue, io);
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const columns = io.stdout.columns > 40 ? io.stdout.columns : 120;
  io.stdout.write(needsText(runs, { paint, columns }));
  const sane = runs.filter(({ model }) => !isHopeless(model));
  if (sane.some(({ verdict }) => verdict === 'counterexample')) return EXIT.counterexample;
  return runs.some(({ verdict }) => verdict === 'unknown') ? EXIT.unknown : EXIT.converged;
}

async function explore(
  scenarios: readonly string[],
  wanted: readonly string[],
  options: NeedsOptions,
  catalogue: Catalogue,
  io: Io,
): Promise<readonly RunModel[]> {
  const plain = wanted.filter((name) => !name.includes('+'));
  const around = wanted.filter((name) => name.includes('+'));
  const jobs = [
    ...(plain.length > 0 ? await planJobs(scenarios, { model: plain }, catalogue, io.cwd) : []),
    ...(around.length > 0
      ? await planJobs(scenarios, { model: around, tier: 'bounded', t: 1, depth: 2 }, catalogue, io.cwd)
      : []),
  ];
  const events: RunEvent[] = jobs.map((job, run) => runEvent(run, job));
  const progress = new ProgressLine(io, jobs.length);
  let interrupted = false;
  const listeners: (() => void)[] = [];
  const release = io.onInterrupt(() => {
    interrupted = true;
    for (const listener of listeners) listener();
  });
  try {
    await runJobs(jobs, catalogue, io, {
      deadline: io.now() + options.budget,
      interrupted: () => interrupted,
      onInterrupt: (listener) => void listeners.push(listener),
      progress: (job, state) => progress.update(job, state),
      ended(job, told) {
        events.push(...told);
        progress.end(job);
      },
    });
  } finally {
    release();
    progress.clear();
  }
  return foldEvents([start(scenarios, io), ...events]).runs;
}

function start(scenarios: readonly string[], io: Io): RunEvent {
  return {
    type: 'start',
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'blackout', version: VERSION },
    commit: null,
    startedAt: new Date(io.now()).toISOString(),
    seed: 1,
    shard: null,
    settings: settingsOf(scenarios, {}),
  };
}
