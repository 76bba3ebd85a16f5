import { Command, CommanderError } from 'commander';
import type { Catalogue } from '../explore/catalogue.ts';
import { ScenarioError } from '../explore/main-life.ts';
import { describeError } from '../explore/outcome.ts';
import { StaleSchedule } from '../explore/schedule.ts';
import { DamagedToken } from '../explore/token.ts';
import { escapeText } from '../../reports/text.ts';
import { BadArgument, EXIT, EXIT_CODES_HELP } from './exit-codes.ts';
import type { Io } from './io.ts';
import { defineConformance } from './conformance-options.ts';
import { listCommand, modelsCommand } from './list.ts';
import { defineNeeds } from './needs.ts';
import { defineReport } from './report.ts';
import { defineRepro } from './repro.ts';
import { defineRun } from './run-options.ts';
import { defineStates } from './states.ts';
import { VERSION } from './version.ts';

/**
 * The command `blackout`. Writes to `io` and returns the exit code; never throws.
 *
 * @param argv the arguments after the command's own name
 * @param builtIn the scenarios that can be named
 */
export async function main(argv: readonly string[], builtIn: Catalogue, io: Io): Promise<number> {
  let code: number = EXIT.converged;
  const program = blackout(builtIn, io, (ended) => (code = ended));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, io);
  }
}

function blackout(builtIn: Catalogue, io: Io, end: (code: number) => void): Command {
  const program = new Command('blackout');
  program
    .description('Cuts the power after every file-system operation and proves that a program comes back.')
    .version(VERSION)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: () => {}, // `explain` writes the one line.
      getOutHelpWidth: () => io.stdout.columns || 100,
      getErrHelpWidth: () => io.stderr.columns || 100,
    })
    .helpCommand(false)
    .addHelpText('after', HELP);
  defineRun(program, builtIn, io, end);
  defineReport(program, io, end);
  defineRepro(program, builtIn, io, end);
  defineStates(program, io, end);
  defineConformance(program, io, end);
  defineNeeds(program, builtIn, io, end);
  program
    .command('list')
    .description('the scenarios that can be run')
    .action(() => listCommand(builtIn, io));
  program
    .command('models')
    .description('the persistence models: what each says may survive a power cut')
    .action(() => modelsCommand(io));
  // Options of subcommands fail through their own command, so each of them gets the same treatment.
  for (const command of [program, ...program.commands]) command.exitOverride().allowExcessArguments(false);
  return program;
}

const HELP = `
Examples:
  blackout run                          the default scenarios under the default models
  blackout run ./my-scenarios.js        scenarios of your own
  blackout run atomic-replace --model posix --tier bounded --t 2
  blackout repro 'TOKEN' --materialize ./crash
  blackout run --shard 2/4 --output shard-2
  blackout report shard-1 shard-2 shard-3 shard-4

${EXIT_CODES_HELP}`;

/** Our own errors are one line: what is wrong, and what would be right. All others are faults of ours. */
function explain(error: unknown, io: Io): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.converged;
    if (error.code === 'commander.help') {
      return complain(
        'which command? It must be run, repro, report, states, conformance, needs, list or models; see --help',
        io,
      );
    }
    return complain(error.message.replace(/^error: /, ''), io);
  }
  if (error instanceof StaleSchedule) return complain(`the token is stale: ${error.message}`, io);
  if (error instanceof BadArgument || error instanceof DamagedToken || error instanceof ScenarioError) {
    return complain(error.message, io);
  }
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  io.stderr.write(`blackout: a fault in the harness: ${escapeText(describeError(error))}\n${stack}\n`);
  return EXIT.fault;
}

function complain(message: string, io: Io): number {
  io.stderr.write(`blackout: ${escapeText(message.replaceAll('\n', ' '))}\n`);
  return EXIT.badArguments;
}
