import type { Command } from 'commander';
import type { Known } from '../runs/scenarios/project-catalogue.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import type { Io } from './io.ts';
import { openOption, reporterOption } from './reporter-option.ts';
import { whatIsExplored } from './run-arguments.ts';
import { argvOf, budgetOption, jobsOption, loopLimitOption, patient } from './shared-options.ts';
import { watchCommand } from './watch.ts';
import { runCommand, type RunCommandOptions } from './run.ts';

const EXPLORED_HELP = `What is explored:
  by default   any number of power cuts, after any op of runs and recoveries; and one kill between any two of them, if
               cuts alone leave few states, and both together no more than 2,000. No call fails, calls take effect in
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
  whatIsExplored(program.command('run').description('explores scenarios under power cuts'))
    .addOption(budgetOption())
    .addOption(loopLimitOption())
    .addOption(reporterOption())
    .option(
      '--json <file>',
      'write report.json here, whatever is reported otherwise; - is standard output, and all text goes to stderr',
    )
    .option('--output <dir>', 'the report folder', 'blackout-report')
    .option(
      '--resume <dir>',
      'go on with the run whose report folder this is, and which was interrupted, killed or out of time; nothing else need be said of what is explored',
    )
    .option(
      '--queue <redis>',
      'let `blackout work` do it, here and on other machines, by way of a Redis: redis://127.0.0.1:6379',
    )
    .option(
      '--quiet',
      'say nothing of what converges, nor how far it is: only what goes wrong, and the verdict',
    )
    .addOption(openOption())
    .addOption(jobsOption())
    .option('--watch', 'run again after each change of a file here, until Ctrl-C')
    .addHelpText('after', `\n${EXPLORED_HELP}\n${EXIT_CODES_HELP}`)
    .action(
      async (scenarios: string[], options: RunCommandOptions & { watch?: boolean }, command: Command) => {
        const { watch, resume } = options;
        if (resume !== undefined) demandAlone(command);
        if (watch) return end(await watchCommand(argvOf(command, ['--watch']), options.output, io));
        const output = resume ?? options.output;
        end(
          await runCommand(scenarios, { ...options, output }, await known(), patient(io, options.loopLimit)),
        );
      },
    );
}

/** @throws BadArgument for what can't be said of a run that goes on */
function demandAlone(command: Command): void {
  const given = ['--output', '--watch'].filter(
    (option) => command.getOptionValueSource(option.slice(2)) === 'cli',
  );
  if (given.length > 0) {
    throw new BadArgument(
      `${given.join(' and ')} can't go with --resume: it goes on in the folder that it names, once`,
    );
  }
}
