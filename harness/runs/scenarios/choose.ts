import { resolve } from 'node:path';
import type { Catalogue, CatalogueEntry } from '../../explore/catalogue.ts';
import type { Scenario } from '../../programs/scenario.ts';
import type { VolumeNames } from '../volumes.ts';
import { importScenarios, isModulePath } from './load-scenario.ts';
import { isDirectory, ownScenarios, scenarioFilesIn } from './own-scenarios.ts';
import { namedTwice, unknownScenario } from './unknown-scenario.ts';

/** What an argument names: an entry of the catalogue, or a scenario of a module. */
export interface Chosen {
  readonly entry?: CatalogueEntry;
  readonly module?: {
    readonly name: string;
    readonly summary: string;
    readonly path: string;
    readonly shown: string;
    readonly volumes: VolumeNames;
  };
}

/**
 * What an argument names: a module, a directory of modules, a scenario of the project's own files, or one of the
 * catalogue. A name that both have is the project's: whoever gave it to a scenario of theirs must not be shown the
 * verdict of another.
 * @throws BadArgument if it names nothing
 */
export async function choose(
  argument: string,
  catalogue: Catalogue,
  cwd: string,
): Promise<readonly Chosen[]> {
  const entry = catalogue.find((each) => each.name === argument);
  if (!entry && (await isDirectory(resolve(cwd, argument)))) {
    const files = await scenarioFilesIn(argument, cwd);
    return (await Promise.all(files.map(async (file) => await chosenFrom(file, cwd)))).flat();
  }
  if (isModulePath(argument)) return await chosenFrom(argument, cwd);
  const own = await ownScenarios(cwd);
  const found = own.scenarios.filter(({ scenario }) => scenario.name === argument);
  if (found.length > 1) throw namedTwice(argument, found);
  if (found.length > 0) return found.map(({ path, scenario }) => chosen(scenario, path, cwd));
  if (entry) return [{ entry }];
  throw unknownScenario(argument, own, catalogue);
}

async function chosenFrom(path: string, cwd: string): Promise<readonly Chosen[]> {
  return (await importScenarios(path, cwd)).map((scenario) => chosen(scenario, path, cwd));
}

function chosen({ name, summary = '', volumes = {} }: Scenario, shown: string, cwd: string): Chosen {
  return { module: { name, summary, path: resolve(cwd, shown), shown, volumes } };
}
