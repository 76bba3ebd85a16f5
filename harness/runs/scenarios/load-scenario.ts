import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Catalogue, CatalogueEntry } from '../../explore/catalogue.ts';
import { describeError } from '../../explore/outcome.ts';
import { kindOf } from '../../programs/kind-of.ts';
import { scenario, type Scenario } from '../../programs/scenario.ts';
import { escapeText } from '../../../reports/text.ts';
import { BadArgument } from '../bad-argument.ts';
import type { ScenarioSource } from '../job.ts';
import { suggestion } from '../names.ts';
import { readSources } from './read-sources.ts';
import { treesDigest } from './trees-digest.ts';

/**
 * Makes the scenario that a source names.
 * @throws BadArgument if there is none, or if it can't be made
 */
export async function loadScenario(source: ScenarioSource, catalogue: Catalogue): Promise<Scenario> {
  if (source.from === 'catalogue') {
    const entry = entryNamed(source.name, catalogue);
    try {
      const made = await entry.make({ trees: source.trees });
      return source.trees.length === 0 ? made : await fromTrees(made, source.trees);
    } catch (error) {
      if (source.trees.length === 0) throw error;
      throw new BadArgument(`${source.name} can't use the trees: ${escapeText(describeError(error))}`);
    }
  }
  const scenarios = await importScenarios(source.path, '/');
  const found = scenarios.find((each) => each.name === source.name);
  if (found) return found;
  const names = scenarios.map((each) => each.name).join(', ');
  throw new BadArgument(`${escapeText(source.path)} has no scenario "${source.name}": it has ${names}`);
}

/** A scenario whose tokens know the trees that it was made from; its simpler forms are made from the same. */
async function fromTrees(made: Scenario, trees: readonly string[]): Promise<Scenario> {
  const madeFrom = await treesDigest(trees);
  const knowing = (each: Scenario): Scenario => Object.assign(Object.create(each) as Scenario, { madeFrom });
  const simpler = made.smaller?.bind(made);
  return simpler ? Object.assign(knowing(made), { smaller: () => simpler().map(knowing) }) : knowing(made);
}

/** @throws BadArgument with the nearest name if there is no such scenario */
export function entryNamed(name: string, catalogue: Catalogue): CatalogueEntry {
  const entry = catalogue.find((each) => each.name === name);
  if (entry) return entry;
  const names = catalogue.map((each) => each.name);
  throw new BadArgument(`unknown scenario "${escapeText(name)}": ${suggestion(name, names, 'list')}`);
}

/** Whether an argument names a module and not a scenario. */
export function isModulePath(argument: string): boolean {
  return /\.[cm]?[jt]s$/.test(argument) || /^\.{0,2}[/\\]/.test(argument);
}

/** All scenarios that a module exports, by its default or by names, alone or in lists, now or as a promise. */
export async function importScenarios(path: string, cwd: string): Promise<readonly Scenario[]> {
  const shown = escapeText(path);
  const full = resolve(cwd, path);
  const module = await importModule(full, shown);
  const values = (await Promise.all(Object.values(module))).flat();
  const scenarios = new Set<Scenario>();
  for (const value of values) if (isMeantAsScenario(value)) scenarios.add(value);
  if (scenarios.size === 0) {
    const exported = Object.entries(module).map(([name, value]) => `${name}, ${kindOf(value)}`);
    const instead = exported.length === 0 ? 'it exports nothing' : `it exports ${exported.join('; ')}`;
    throw new BadArgument(
      `${shown} exports no scenario: it must say \`export default scenario({ ... })\`; ${escapeText(instead)}`,
    );
  }
  for (const each of scenarios) demandScenario(each, shown);
  const names = [...scenarios].map((each) => each.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new BadArgument(`${shown} exports two scenarios named "${twice}"`);
  return [...scenarios];
}

/** A module may export plain objects that `scenario` has never seen; a name with a colon would break its tokens. */
function demandScenario(found: Scenario, shown: string): void {
  try {
    scenario(found);
  } catch (error) {
    throw new BadArgument(`${shown}: ${escapeText(describeError(error))}`);
  }
}

/** @throws BadArgument if it can't be imported */
export async function importModule(full: string, shown: string): Promise<Record<string, unknown>> {
  if (!(await isFile(full))) throw new BadArgument(`there is no file ${shown}`);
  try {
    await readSources(full);
    return (await import(pathToFileURL(full).href)) as Record<string, unknown>;
  } catch (error) {
    // What reads files of all kinds takes its time to load, and is only wanted here.
    const { importError } = await import('./import-error.ts');
    throw new BadArgument(`${shown} can't be imported: ${escapeText(importError(error, full))}`);
  }
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Two of the three things that a scenario can't be without: what is wrong with the third is then worth telling. */
function isMeantAsScenario(value: unknown): value is Scenario {
  if (typeof value !== 'object' || value === null) return false;
  return ['name', 'run', 'check'].filter((key) => Object.hasOwn(value, key)).length >= 2;
}
