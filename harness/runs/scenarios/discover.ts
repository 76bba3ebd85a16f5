import { parse } from 'node:path';
import { glob } from 'tinyglobby';

/** How the files are named that a project keeps its scenarios in, as test files are for test runners. */
export const SCENARIO_FILES = '**/*.blackout.{js,ts,mjs,mts,cjs,cts}';

const NOT_THE_PROJECTS = ['**/node_modules/**', '**/dist/**', '**/.*/**'];

/** A project's own scenario files, as paths from its directory, in order. The root of a file system is no project. */
export async function discoverScenarios(cwd: string): Promise<readonly string[]> {
  if (parse(cwd).root === cwd) return [];
  const found = await glob(SCENARIO_FILES, { cwd, ignore: NOT_THE_PROJECTS, expandDirectories: false });
  return found.sort().map((path) => `./${path}`);
}
