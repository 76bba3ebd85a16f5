import { Option, type Command } from 'commander';
import { collect, parseCount, parseDeaths, parseDuration } from './arguments.ts';

/** `--budget`, of every command that explores; `after` says what comes of it. */
export function budgetOption(after = 'after this time the rest is unknown'): Option {
  return new Option('--budget <time>', `${after}: 60s, 2m, or "none"`)
    .argParser(parseDuration)
    .default(parseDuration('10m'), '10m');
}

/** `--jobs`, of `run`: it changes how long that takes, and nothing else. */
export function jobsOption(): Option {
  return new Option(
    '--jobs <n>',
    'explorations at the same time, and recoveries of Linux programs (default: as many as there are cores, 8 at most)',
  ).argParser(parseCount);
}

/** How lives end and what their disks hold, of the commands that explore a scenario again and again. */
export function whatItMeets(command: Command): Command {
  return command
    .option('--deaths <how>', 'cut, kill, or cut,kill', parseDeaths)
    .option('--tree <directory>', 'real data instead of the own, for scenarios that take it', collect)
    .option('--volume <path=model>', 'another file system at this path', collect);
}
