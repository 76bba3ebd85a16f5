import { Command, CommanderError } from 'commander';
import type { Catalogue } from '../explore/catalogue.ts';
import { ScenarioError } from '../explore/main-life.ts';
import { describeError } from '../explore/outcome.ts';
import { StaleSchedule } from '../explore/schedule.ts';
import { DamagedToken } from '../explore/token.ts';
import { escapeText } from '../../reports/text.ts';
import { EXIT, EXIT_CODES_HELP } from './exit-codes.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { defineFix } from './fix.ts';
import { initCommand } from './init.ts';
import type { Io } from './io.ts';
import { defineConformance } from './conformance-options.ts';
import { listCommand, modelsCommand } from './list.ts';
import { defineNeeds } from './needs.ts';
import { defineObserve } from './observe.ts';
import { defineReport } from './report.ts';
import { defineRepro } from './repro.ts';
import { defineRun } from './run-options.ts';
import { defineStates } from './states.ts';
import { defineSyncs } from './syncs.ts';
import { defineWork } from './work.ts';
import { defineTrace } from './trace.ts';
import { VERSION } from '../runs/version.ts';
import { ownScenarios } from '../runs/scenarios/own-scenarios.ts';
import { knownScenarios, type Known } from '../runs/scenarios/project-catalogue.ts';

/**
 * The command `blackout`. Writes to `io` and returns the exit code; never throws.
 *
 * @param argv the arguments after the command's own name
 * @param builtIn the scenarios that can be named where a project has no catalogue of its own
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
  // Only for those that need it: a catalogue that can't be loaded is not to get in the way of the others.
  const known = async (): Promise<Known> => await knownScenarios(io.cwd, builtIn);
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
  defineRun(program, known, io, end);
  defineReport(program, io, end);
  defineRepro(program, known, io, end);
  defineStates(program, io, end);
  defineConformance(program, io, end);
  defineObserve(program, io, end);
  defineNeeds(program, known, io, end);
  defineSyncs(program, known, io, end);
  defineFix(program, known, io, end);
  defineTrace(program, io, end);
  defineWork(program, known, io, end);
  program
    .command('init')
    .description('writes an example scenario, a script and a CI step into the package here')
    .action(async () => await initCommand(io));
  program
    .command('list')
    .description('the scenarios that can be run')
    .option('--json', 'for programs: a list of objects')
    .action(async (options: { json?: boolean }) =>
      listCommand(await known(), await ownScenarios(io.cwd), io, options),
    );
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
  blackout run                          the scenarios of the project, *.blackout.{js,ts,mjs,mts}
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
        'which command? It must be init, run, repro, report, states, conformance, observe, needs, syncs, fix, trace, work, list or models; see --help',
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
