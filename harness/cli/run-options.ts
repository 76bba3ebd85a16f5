import { Option, type Command } from 'commander';
import type { Catalogue } from '../explore/catalogue.ts';
import {
  collect,
  parseCount,
  parseDepth,
  parseDuration,
  parseNames,
  parseRange,
  parseSeed,
  parseShard,
  parseTier,
} from './arguments.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import type { Io } from './io.ts';
import { reporterOption } from './reporter-option.ts';
import { DEFAULT_MODELS } from './plan.ts';
import { runCommand, type RunCommandOptions } from './run.ts';

/** Declares `run` and its options. */
export function defineRun(program: Command, catalogue: Catalogue, io: Io, end: (code: number) => void): void {
  program
    .command('run')
    .description('explores scenarios under power cuts')
    .argument(
      '[scenario...]',
      'names (see `blackout list`), or modules of your own such as ./my-scenarios.js',
    )
    .option('--model <names>', `models, with commas (default: ${DEFAULT_MODELS.join(',')})`, parseNames)
    .option(
      '--tier <tier>',
      'closure: everything, until no state is new; bounded: at most t effects',
      parseTier,
    )
    .option('--t <n>', 'bounded: effects that a cut loses, or keeps, at most (default: 1)', parseCount)
    .option('--at <points>', 'crash points of the main life: 137, 100..200 or 100..', parseRange)
    .option('--depth <n>', 'cuts in a row at most, or "any" (default: any; bounded: 2)', parseDepth)
    .addOption(
      new Option('--budget <time>', 'after this time the rest is unknown: 60s, 2m, or "none"')
        .argParser(parseDuration)
        .default(parseDuration('10m'), '10m'),
    )
    .option('--seed <n>', 'for what is sampled where there is too much (default: 1)', parseSeed)
    .option('--bail <n>', 'failures of a scenario under a model after which it ends (default: 1)', parseCount)
    .option('--exact', 'without the regions that a scenario declares not to matter')
    .option(
      '--shard <i/n>',
      'only the i-th of n parts of the work, to be merged by `blackout report`',
      parseShard,
    )
    .addOption(reporterOption())
    .option('--json <file>', 'write report.json here, whatever is reported otherwise')
    .option('--output <dir>', 'the report folder', 'blackout-report')
    .option(
      '--tree <dir>',
      'a real directory in place of the own data; again for each later state of the client',
      collect,
    )
    .addHelpText('after', `\n${EXIT_CODES_HELP}`)
    .action(async (scenarios: string[], options: RunCommandOptions) => {
      end(await runCommand(scenarios, options, catalogue, io));
    });
}
