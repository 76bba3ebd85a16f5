import { Option, type Command } from 'commander';
import type { Known } from '../runs/scenarios/project-catalogue.ts';
import {
  collect,
  parseCount,
  parseDeaths,
  parseDepartures,
  parseDepth,
  parseDuration,
  parseFaults,
  parseNames,
  parseRange,
  parseSeed,
  parseShard,
  parseTier,
} from './arguments.ts';
import { FAULT_KINDS } from '../disk/fault-kinds.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import type { Io } from './io.ts';
import { reporterOption } from './reporter-option.ts';
import { DEFAULT_MODELS } from '../runs/plan.ts';
import { watchCommand } from './watch.ts';
import { runCommand, type RunCommandOptions } from './run.ts';

const EXPLORED_HELP = `What is explored:
  by default   any number of power cuts, after any op of runs and recoveries; and one kill between any two of them, if
               cuts alone leave few states, and both together no more than 1,000. No call fails, calls take effect in
               the order in which they were made, and all is on one disk but what a scenario puts elsewhere.
  on demand    any number of kills (--deaths cut,kill), failing calls (--faults), other orders (--orders), other disks
               (--volume). The last line of a run says what it looked at, and what it left out.
`;

/** Declares `run` and its options. */
export function defineRun(
  program: Command,
  known: () => Promise<Known>,
  io: Io,
  end: (code: number) => void,
): void {
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
    .option(
      '--accept <tier>',
      'bounded: be content with a sample where a crash point has more survivals than --cap',
      parseTier,
    )
    .option(
      '--cap <n>',
      'survivals of a crash point that are all looked at, at most (default: 65536)',
      parseCount,
    )
    .option('--t <n>', 'bounded: effects that a cut loses, or keeps, at most (default: 1)', parseCount)
    .option(
      '--deaths <ways>',
      'how lives end: cut, a power cut; kill, where the machine goes on; or cut,kill (default: cut, and kill too where that closes with few states)',
      parseDeaths,
    )
    .option(
      '--kills <n>',
      'kills between two cuts, at most (default: any number; 1 where --deaths is not given)',
      parseCount,
    )
    .option(
      '--faults <kinds>',
      `how any call of any life may fail: ${FAULT_KINDS.join(', ')} (default: none does)`,
      parseFaults,
    )
    .option(
      '--fault-count <n>',
      'with --faults: calls of one story that fail, at most (default: 1)',
      parseCount,
    )
    .option(
      '--orders <n>',
      'where calls overlap: departures from the order in which a life made them, at most (default: 0)',
      parseDepartures,
    )
    .option('--at <points>', 'crash points of the main life: 137, 100..200 or 100..', parseRange)
    .option('--depth <n>', 'cuts in a row at most, or "any" (default: any; bounded: 2)', parseDepth)
    .option(
      '--states <n>',
      'states to recover where closure is out of reach, at most (default: 20,000)',
      parseCount,
    )
    .addOption(
      new Option('--budget <time>', 'after this time the rest is unknown: 60s, 2m, or "none"')
        .argParser(parseDuration)
        .default(parseDuration('10m'), '10m'),
    )
    .option('--seed <n>', 'for what is sampled where there is too much (default: 1)', parseSeed)
    .option(
      '--bail <n>',
      'failures of a scenario under a model after which it ends (default: 100, or 1,000 states after the first)',
      parseCount,
    )
    .option('--exact', 'without the regions that a scenario declares not to matter')
    .option(
      '--shard <i/n>',
      'only the i-th of n parts of the work, to be merged by `blackout report`',
      parseShard,
    )
    .addOption(reporterOption())
    .option(
      '--json <file>',
      'write report.json here, whatever is reported otherwise; - is standard output, and all text goes to stderr',
    )
    .option('--output <dir>', 'the report folder', 'blackout-report')
    .option(
      '--quiet',
      'say nothing of what converges, nor how far it is: only what goes wrong, and the verdict',
    )
    .option('--watch', 'run again after each change of a file here, until Ctrl-C')
    .option(
      '--tree <dir>',
      'a real directory in place of the own data; again for each later state of the client',
      collect,
    )
    .option(
      '--volume <where>',
      'another file system: a directory and its model, as in /wal=xfs; again for each',
      collect,
    )
    .addHelpText('after', `\n${EXPLORED_HELP}\n${EXIT_CODES_HELP}`)
    .action(
      async (scenarios: string[], options: RunCommandOptions & { watch?: boolean }, command: Command) => {
        if (options.watch) return end(await watchCommand(argvOf(command), options.output, io));
        end(await runCommand(scenarios, options, await known(), io));
      },
    );
}

/** What the command was given, without what would have it watch again. */
function argvOf(command: Command): readonly string[] {
  const { rawArgs } = command.parent as unknown as { readonly rawArgs: readonly string[] };
  return rawArgs.filter((each) => each !== '--watch');
}
