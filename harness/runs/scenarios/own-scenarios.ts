import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Scenario } from '../../programs/scenario.ts';
import { BadArgument } from '../bad-argument.ts';
import { discoverScenarios } from './discover.ts';
import { importScenarios } from './load-scenario.ts';

/** A scenario of the project, and the file that has it, as a path from the project's directory. */
export interface OwnScenario {
  readonly path: string;
  readonly scenario: Scenario;
}

/** What the project's own files have, in order, and what is wrong with those that can't be imported. */
export interface Own {
  readonly scenarios: readonly OwnScenario[];
  readonly problems: readonly BadArgument[];
}

/** The scenarios in the files of a directory that are named as scenarios are. */
export async function ownScenarios(cwd: string): Promise<Own> {
  const scenarios: OwnScenario[] = [];
  const problems: BadArgument[] = [];
  for (const path of await discoverScenarios(cwd)) {
    try {
      for (const scenario of await importScenarios(path, cwd)) scenarios.push({ path, scenario });
    } catch (error) {
      if (!(error instanceof BadArgument)) throw error;
      problems.push(error);
    }
  }
  return { scenarios, problems };
}

/** The scenario files below a directory, as paths from where the command runs. @throws BadArgument if there are none */
export async function scenarioFilesIn(directory: string, cwd: string): Promise<readonly string[]> {
  const below = directory.replace(/[/\\]+$/, '');
  const files = await discoverScenarios(resolve(cwd, below));
  if (files.length > 0) return files.map((path) => `${below}/${path.slice('./'.length)}`);
  throw new BadArgument(
    `there is no scenario in ${directory}: its files are named as in settings.blackout.js`,
  );
}

export async function isDirectory(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
