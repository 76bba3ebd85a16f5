import type { Command } from 'commander';
import type { Catalogue } from '../explore/catalogue.ts';
import { byScenario, foldEvents, type RunModel } from '../../reports/model.ts';
import { SCHEMA_VERSION, type RunEvent } from '../../reports/events.ts';
import { renumbered, type LedgerRun } from '../../reports/ledger.ts';
import { ledgerText, sharedText } from '../../reports/ledger-text.ts';
import { painter } from '../../reports/paint.ts';
import { escapeText } from '../../reports/text.ts';
import { planJobs, type RunOptions } from '../runs/plan.ts';
import type { Known } from '../runs/scenarios/project-catalogue.ts';
import { runEvent } from '../runs/events/run-events.ts';
import { settingsOf } from '../runs/settings.ts';
import { parseNames, parseTier } from './arguments.ts';
import { assertNeeded, readBase } from './assert-needed.ts';
import { EXIT } from './exit-codes.ts';
import { exploreJobs } from './explore-jobs.ts';
import type { Io } from './io.ts';
import { writeJson } from './json-file.ts';
import { budgetOption, loopLimitOption, patient, whatItMeets } from './shared-options.ts';
import { Reporting } from './reporting.ts';
import { ledgerJson } from '../../reports/ledger-json.ts';
import { VERSION } from '../runs/version.ts';
import { widthOf } from './wrap.ts';

interface SyncsOptions extends Pick<RunOptions, 'model' | 'tier' | 'deaths' | 'tree' | 'volume'> {
  readonly budget: number;
  readonly loopLimit: number;
  readonly each?: boolean;
  readonly fewest: boolean;
  readonly json?: string;
  readonly output?: string;
  /** `true` if no file is given. */
  readonly assertNeeded?: string | true;
}

/** Declares `syncs`. */
export function defineSyncs(
  program: Command,
  known: () => Promise<Known>,
  io: Io,
  end: (code: number) => void,
): void {
  const command = program
    .command('syncs')
    .description('the sync ledger: which fsync is needed, which is redundant, and with which fewest it holds')
    .argument('<scenarios...>', 'names (see `blackout list`), or modules of yours')
    .option('--model <names>', 'under these models', parseNames)
    .option('--each', 'leave out each call of a loop alone, too')
    .option('--no-fewest', 'do not look for the fewest syncs, which takes most of the time')
    .option('--tier <tier>', 'closure, or bounded: what is redundant is not known then', parseTier);
  whatItMeets(command)
    .addOption(budgetOption('after this time the rest is not known'))
    .addOption(loopLimitOption())
    .option('--json <file>', 'the ledger as JSON; - for standard output, and nothing else there')
    .option('--output <folder>', 'a report with the ledger in it')
    .option(
      '--assert-needed [file]',
      'end with 1 if a sync is redundant; with a ledger, if that is new, or a needed one is gone',
    )
    .addHelpText('after', HELP)
    .action(async (scenarios: string[], options: SyncsOptions) => {
      end(await syncsCommand(scenarios, options, (await known()).catalogue, io));
    });
}

const HELP = `
Each sync of the run and of its recoveries is left out in turn, at all calls of its place in the source, and all states
that power cuts can lead to are explored again. It is needed if that has a counterexample, redundant if it closes, and
not known if neither was shown.

Exit codes:
  0    the ledger is complete, and what --assert-needed asks holds
  1    the scenario breaks with all its syncs, or --assert-needed does not hold
  2    something is not known
  254  bad arguments
  130  interrupted`;

async function syncsCommand(
  scenarios: readonly string[],
  options: SyncsOptions,
  catalogue: Catalogue,
  io: Io,
): Promise<number> {
  const { each = false, fewest, output, json } = options;
  const base =
    typeof options.assertNeeded === 'string' ? await readBase(options.assertNeeded, io.cwd) : undefined;
  const started = io.now();
  const planned = await planJobs(scenarios, options, catalogue, io.cwd);
  const jobs = planned.map((job) => ({ ...job, ledger: { fewest, stories: true, each } }));
  const reporting =
    output === undefined
      ? undefined
      : await Reporting.open(io, { reporters: ['html', 'json'], output, events: 'whole' });
  const told: RunEvent[] = [];
  const interrupted = await exploreJobs(
    jobs,
    options.budget,
    catalogue,
    patient(io, options.loopLimit),
    (events) => told.push(...events),
  );
  const events: RunEvent[] = renumbered([
    await start(scenarios, options, io, started),
    ...jobs.map((job, run) => runEvent(run, job)),
    ...told.toSorted((one, other) => runOf(one) - runOf(other)),
  ]);
  const { runs, verdict } = foldEvents(events);
  if (reporting) {
    for (const event of events) reporting.add(event);
    reporting.add({ type: 'end', verdict, interrupted, elapsedMs: Math.max(0, io.now() - started) });
  }
  const ledgers = [...byScenario(runs)].map(([scenario, own]) => ({ scenario, runs: withLedgers(own) }));
  const isTaken = await writeJson(io, json, ledgerJson(ledgers));
  const print = isTaken ? () => undefined : (line: string) => io.stdout.write(`${line}\n`);
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const columns = widthOf(io.stdout);
  for (const { scenario, runs: own } of ledgers) {
    if (own.length > 0) for (const line of ledgerText(scenario, own, { paint, columns })) print(line);
    for (const run of runs) if (run.scenario === scenario && !run.ledger) print(untold(run));
  }
  for (const line of sharedText(ledgers, { paint, columns })) print(line);
  if (reporting) await reporting.end();
  if (interrupted) return EXIT.interrupted;
  const wrong = options.assertNeeded === undefined ? [] : assertNeeded(ledgers, base);
  for (const line of wrong) io.stderr.write(`blackout: ${line}\n`);
  if (wrong.length > 0 || runs.some((run) => run.verdict === 'counterexample')) return EXIT.counterexample;
  return isComplete(runs) ? EXIT.converged : EXIT.unknown;
}

function runOf(event: RunEvent): number {
  return 'run' in event ? event.run : -1;
}

function withLedgers(runs: readonly RunModel[]): readonly LedgerRun[] {
  return runs.flatMap(({ model, ledger }) => (ledger ? [{ model, ledger }] : []));
}

/** What is to be said where nothing could be explored. */
function untold({ scenario, model, reason }: RunModel): string {
  return escapeText(`${scenario} under ${model}: not known: ${reason ?? 'nothing is known of its end'}`);
}

function isComplete(runs: readonly RunModel[]): boolean {
  return runs.every(({ ledger }) => ledger?.syncs.every(({ verdict }) => verdict !== 'unknown') ?? false);
}

async function start(
  scenarios: readonly string[],
  options: SyncsOptions,
  io: Io,
  started: number,
): Promise<RunEvent> {
  return {
    type: 'start',
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'blackout', version: VERSION },
    commit: (await io.commit?.()) ?? null,
    startedAt: new Date(started).toISOString(),
    seed: 1,
    shard: null,
    settings: settingsOf(scenarios, options),
  };
}
