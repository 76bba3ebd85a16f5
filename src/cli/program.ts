import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { addCa } from './ca.ts';
import { addReaders } from './readers.ts';
import { addServer } from './server.ts';
import { addStatus } from './status.ts';
import { addWriters } from './writers.ts';
import { BAD_ARGUMENTS, EXIT_CODES, FAILED } from './exit-codes.ts';
import { codeOf } from '../storage/errors.ts';
import { explain } from './explain.ts';

/** The whole command line; the actions set the exit code. */
export function program(): Command {
  const jiggle = new Command('jiggle')
    .description('Backs up directories so that no power cut, at any moment, costs a backup')
    .showHelpAfterError(false)
    .helpCommand(false)
    .exitOverride()
    .addHelpText('after', `\nExit codes:\n${EXIT_CODES}`);
  addWriters(jiggle);
  addReaders(jiggle);
  addServer(jiggle);
  addStatus(jiggle);
  addCa(jiggle);
  for (const command of allOf(jiggle)) command.exitOverride();
  return jiggle;
}

function allOf(command: Command): readonly Command[] {
  return command.commands.flatMap((one) => [one, ...allOf(one)]);
}

/** Runs the command line and returns the exit code. Prints one clear line for what went wrong, never a stack trace. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    process.exitCode = 0;
    await program().parseAsync([...args], { from: 'user' });
    return process.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_ARGUMENTS;
    const lines = error instanceof ConfigError ? error.problems : [explain(error)];
    for (const line of lines) console.error(`jiggle: ${line}`);
    return error instanceof RangeError || codeOf(error) === 'EINVAL' ? BAD_ARGUMENTS : FAILED;
  }
}
