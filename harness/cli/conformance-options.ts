import { Option, type Command } from 'commander';
import { collect, parseCount, parseNames, parseSeed } from './arguments.ts';
import { conformanceCommand, type ConformanceOptions } from './conformance.ts';
import type { Io } from './io.ts';

/** Declares `conformance`. */
export function defineConformance(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('conformance')
    .description('holds the models against what real file systems left on the disk after a crash')
    .option(
      '--model <names>',
      'these models, against every file system; else each against its own',
      parseNames,
    )
    .option('--file-system <name>', 'only this file system of the file; may be given again', collect)
    .option('--observed <file>', 'an observation file of your own (default: the one that comes with it)')
    .option(
      '--random [n]',
      'the 357 random workloads that come with it, instead of the 25 chosen ones; or n new ones on the kernel here, as root',
      parseCount,
    )
    .option(
      '--fs <name>',
      'with --random n: ext4, xfs or btrfs; and --mount, --mkfs, --seed, --lives, --states as in `observe`',
    )
    .addOption(new Option('--mount <options>').hideHelp())
    .addOption(new Option('--mkfs <options>').hideHelp())
    .addOption(new Option('--seed <n>').argParser(parseSeed).hideHelp())
    .addOption(new Option('--lives <n>').argParser(parseCount).hideHelp())
    .addOption(new Option('--states <n>').argParser(parseCount).hideHelp())
    .option('--surplus', 'list the states that a model allows and no kernel showed, one by one')
    .option('--json', 'as JSON')
    .addHelpText('after', HELP)
    .action(async (options: ConformanceOptions) => end(await conformanceCommand(options, io)));
}

const HELP = `
Each state that was observed must be one of the model's. How many more states the model has is printed as a ratio, and
each kind of surplus with its reason. With --random n, what a model forbids is shrunk to a small workload.

Exit codes:
  0    no observed state is forbidden
  1    a model forbids a state that was observed
  2    unknown: a workload has too many states to make them all
  254  bad arguments, or an observation file with a mistake in it`;
