import { Option, type Command } from 'commander';
import { collect, parseCount, parseDeaths, parseDuration, parseSeconds } from './arguments.ts';
import type { Io } from './io.ts';

/** `--budget`, of every command that explores; `after` says what comes of it. */
export function budgetOption(after = 'after this time the rest is unknown'): Option {
  return new Option('--budget <time>', `${after}: 60s, 2m, or "none"`)
    .argParser(parseDuration)
    .default(parseDuration('20m'), '20m');
}

/** `--loop-limit`, of the commands that explore in threads: see `patient`. */
export function loopLimitOption(): Option {
  return new Option(
    '--loop-limit <seconds>',
    'a life that makes no call for so long, and gives no thread back, is ended as one that never ends',
  )
    .argParser(parseSeconds)
    .default(parseSeconds('10'), '10');
}

/** The machine, with so many milliseconds for a life that makes no call. */
export function patient(io: Io, hungAfter: number): Io {
  return io.workers === undefined ? io : { ...io, workers: { ...io.workers, hungAfter } };
}

/** What the whole command was given, without some of it. */
export function argvOf(command: Command, without: readonly string[] = []): readonly string[] {
  const { rawArgs } = (command.parent ?? command) as unknown as { rawArgs: readonly string[] };
  return rawArgs.filter((each) => !without.includes(each));
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
