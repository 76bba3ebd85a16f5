import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EVENT_FILE } from '../../reports/event-file.ts';
import type { RunEvent } from '../../reports/events.ts';
import { compareReports } from '../../reports/compare.ts';
import { comparisonText } from '../../reports/compare-text.ts';
import { foldEvents } from '../../reports/model.ts';
import { painter } from '../../reports/paint.ts';
import { findEvents, type FoundEvents } from '../runs/shards/event-files.ts';
import { EXIT, EXIT_CODES_HELP } from './exit-codes.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import type { Io } from './io.ts';
import { mergeShards } from '../runs/shards/merge-shards.ts';
import { openOption, reporterOption } from './reporter-option.ts';
import { Reporting } from './reporting.ts';
import { exitCode } from './run.ts';
import { shardSet } from '../runs/shards/shard-set.ts';

interface ReportOptions {
  readonly reporter: readonly string[];
  readonly output: string;
  readonly compare?: string;
  readonly partial?: boolean;
  readonly open?: boolean;
}

/** Declares `report`. */
export function defineReport(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('report')
    .description('makes reports of earlier runs: of one again, of shards together, or of what changed')
    .argument('<dir...>', 'report folders, folders of them, or files of events')
    .addOption(reporterOption())
    .option('--output <dir>', 'the report folder', 'blackout-report')
    .option('--compare <base>', 'say what changed since that report; ends with 1 if there is a new cause')
    .option('--partial', 'merge shards although some are missing: the verdict is unknown then')
    .addOption(openOption())
    .addHelpText('after', `\n${EXIT_CODES_HELP}`)
    .action(async (places: string[], options: ReportOptions) => {
      end(await reportCommand(places, options, io));
    });
}

async function reportCommand(places: readonly string[], options: ReportOptions, io: Io): Promise<number> {
  const found = (await Promise.all(places.map((place) => findEvents(place, io.cwd)))).flat();
  const base = options.compare === undefined ? undefined : await baseOf(options.compare, options, io);
  const events = joined(found, options);
  const own = resolve(io.cwd, options.output, EVENT_FILE);
  const reporting = await Reporting.open(io, {
    reporters: options.reporter,
    output: options.output,
    // A damaged file is not to be replaced by what was whole in it.
    events: found.some(({ path }) => path === own) ? 'none' : 'whole',
    open: options.open ?? false,
    ...(base ? { base } : {}),
  });
  for (const event of events) reporting.add(event);
  const model = await reporting.end();
  await reporting.close();
  if (!base) return exitCode(model);
  const comparison = compareReports(base, model);
  const paint = painter(io.stdout.isTTY && !io.noColour);
  io.stdout.write(`\n${comparisonText(comparison, paint).join('\n')}\n`);
  if (comparison.newCauses.length > 0) return EXIT.counterexample;
  return model.verdict === 'unknown' ? EXIT.unknown : EXIT.converged;
}

/** One file as it is; several as the shards that they must be. */
function joined(found: readonly FoundEvents[], { partial = false }: ReportOptions): readonly RunEvent[] {
  const only = found.length === 1 ? found[0]! : undefined;
  if (only && !only.model.start.shard) return only.events;
  return mergeShards(shardSet(found, partial));
}

async function baseOf(place: string, options: ReportOptions, io: Io): Promise<FoundEvents['model']> {
  const found = await findEvents(place, io.cwd);
  try {
    return foldEvents(joined(found, options));
  } catch (error) {
    if (error instanceof BadArgument) throw new BadArgument(`--compare: ${error.message}`);
    throw error;
  }
}
