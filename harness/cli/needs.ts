import type { Command } from 'commander';
import type { Catalogue } from '../explore/catalogue.ts';
import { models } from '../persistence/models.ts';
import { foldEvents } from '../../reports/model.ts';
import { SCHEMA_VERSION, type RunEvent } from '../../reports/events.ts';
import { painter } from '../../reports/paint.ts';
import { escapeText } from '../../reports/text.ts';
import { parseNames } from './arguments.ts';
import { EXIT } from './exit-codes.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { exploreJobs } from './explore-jobs.ts';
import type { Io } from './io.ts';
import { budgetOption, loopLimitOption, patient } from './shared-options.ts';
import type { Job } from '../runs/job.ts';
import { isHopeless, needsText } from './needs-text.ts';
import { planJobs, type RunOptions } from '../runs/plan.ts';
import type { Known } from '../runs/scenarios/project-catalogue.ts';
import { runEvent } from '../runs/events/run-events.ts';
import { settingsOf } from '../runs/settings.ts';
import { VERSION } from '../runs/version.ts';
import { widthOf, wrapText } from './wrap.ts';

interface NeedsOptions {
  readonly model?: readonly string[];
  readonly budget: number;
  readonly loopLimit: number;
}

/** All models of disks, then what is around them: torn pages, and a drive that lies. */
const AROUND = ['ext4+tears', 'posix+tears', 'sequential+lying'];

/** Declares `needs`. */
export function defineNeeds(
  program: Command,
  known: () => Promise<Known>,
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
    .addOption(budgetOption())
    .addOption(loopLimitOption())
    .addHelpText('after', HELP)
    .action(async (scenario: string, options: NeedsOptions) => {
      end(await needsCommand(scenario, options, (await known()).catalogue, io));
    });
}

const HELP = `
Under models with torn pages or a lying drive, where far more can survive, it looks at the states that lose or keep at
most one effect, of at most two cuts in a row; under all others at everything, as far as the scenario allows.

Exit codes:
  0    it holds under every model that a program can hold under
  1    it breaks under one of those
  2    unknown: the budget ran out, or a check threw
  254  bad arguments
  130  interrupted`;

async function needsCommand(
  scenario: string,
  options: NeedsOptions,
  catalogue: Catalogue,
  io: Io,
): Promise<number> {
  const wanted = options.model ?? [...models.map(({ name }) => name), ...AROUND];
  const jobs = await jobsOf(scenario, wanted, catalogue, io);
  const events: RunEvent[] = [start([scenario], io), ...jobs.map((job, run) => runEvent(run, job))];
  const interrupted = await exploreJobs(
    jobs,
    options.budget,
    catalogue,
    patient(io, options.loopLimit),
    (told) => events.push(...told),
  );
  const { runs } = foldEvents(events);
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const columns = widthOf(io.stdout);
  io.stdout.write(wrapText(needsText(runs, { paint, columns }), io.stdout));
  if (interrupted) return EXIT.interrupted;
  const sane = runs.filter(({ model }) => !isHopeless(model));
  if (sane.some(({ verdict }) => verdict === 'counterexample')) return EXIT.counterexample;
  return runs.some(({ verdict }) => verdict === 'unknown') ? EXIT.unknown : EXIT.converged;
}

/**
 * The scenario under each of the models.
 * @throws BadArgument if it is a module with several scenarios: their lattices would be one
 */
async function jobsOf(
  scenario: string,
  wanted: readonly string[],
  catalogue: Catalogue,
  io: Io,
): Promise<readonly Job[]> {
  const plain = wanted.filter((name) => !name.includes('+'));
  const around = wanted.filter((name) => name.includes('+'));
  const plan = async (names: readonly string[], more: RunOptions): Promise<readonly Job[]> =>
    names.length > 0 ? await planJobs([scenario], { ...more, bail: 1, model: names }, catalogue, io.cwd) : [];
  const jobs = [...(await plan(plain, {})), ...(await plan(around, { tier: 'bounded', t: 1, depth: 2 }))];
  const names = [...new Set(jobs.map(({ source }) => source.name))];
  if (names.length === 1) return jobs;
  throw new BadArgument(
    `${escapeText(scenario)} has several scenarios (${escapeText(names.join(', '))}): give it one at a time`,
  );
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
