import { rmSync } from 'node:fs';
import { compileJiggle, temporaryDirectory } from '../kills/program.ts';

let main: Promise<string> | undefined;

/** The command, compiled from the sources under test, once per test file, and gone with its process. */
export function compiled(): Promise<string> {
  main ??= temporaryDirectory().then((place) => {
    process.once('exit', () => rmSync(place, { recursive: true, force: true }));
    return compileJiggle(place);
  });
  return main;
}
