import { Command } from 'commander';
import {
  collect,
  parseCount,
  parseDeaths,
  parseDepartures,
  parseDepth,
  parseFaults,
  parseNames,
  parseRange,
  parseSeed,
  parseShard,
  parseTier,
} from './arguments.ts';
import { FAULT_KINDS } from '../disk/fault-kinds.ts';
import { DEFAULT_MODELS, type RunOptions } from '../runs/plan.ts';

/** Gives a command the arguments and options that decide what is explored: those of `settingsOf`. */
export function whatIsExplored(command: Command): Command {
  return command
    .argument(
      '[scenario...]',
      'names (see `blackout list`), modules of your own such as ./my-scenarios.js, or directories of them',
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
    .option(
      '--tree <dir>',
      'a real directory in place of the own data; again for each later state of the client',
      collect,
    )
    .option(
      '--volume <where>',
      'another file system: a directory and its model, as in /wal=xfs; again for each',
      collect,
    );
}

/** What is to be explored, as `settingsOf` wrote it down. @throws CommanderError if this version does not know it */
export function parseSettings(settings: readonly string[]): {
  readonly scenarios: readonly string[];
  readonly options: RunOptions;
} {
  const command = whatIsExplored(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse([...settings], { from: 'user' });
  return { scenarios: command.args, options: command.opts() };
}
