import { compileJiggle, temporaryDirectory } from '../kills/program.ts';

let main: Promise<string> | undefined;

/** The command, compiled from the sources under test, once per test file. */
export function compiled(): Promise<string> {
  main ??= temporaryDirectory().then(compileJiggle);
  return main;
}
