import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Catalogue, CatalogueEntry } from '../explore/catalogue.ts';
import { describeError } from '../explore/outcome.ts';
import { scenario, type Scenario } from '../explore/scenario.ts';
import { escapeText } from '../../reports/text.ts';
import { BadArgument } from './exit-codes.ts';
import type { ScenarioSource } from './job.ts';
import { suggestion } from './names.ts';

/**
 * Makes the scenario that a source names.
 * @throws BadArgument if there is none, or if it can't be made
 */
export async function loadScenario(source: ScenarioSource, catalogue: Catalogue): Promise<Scenario> {
  if (source.from === 'catalogue') {
    const entry = entryNamed(source.name, catalogue);
    try {
      return await entry.make({ trees: source.trees });
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

/** All scenarios that a module exports, by its default or by names, alone or in lists. */
export async function importScenarios(path: string, cwd: string): Promise<readonly Scenario[]> {
  const shown = escapeText(path);
  const full = resolve(cwd, path);
  const module = await importModule(full, shown);
  const scenarios = new Set<Scenario>();
  for (const value of Object.values(module).flat()) if (isScenario(value)) scenarios.add(value);
  if (scenarios.size === 0) {
    throw new BadArgument(`${shown} exports no scenario: it must say \`export default scenario({ ... })\``);
  }
  for (const each of scenarios) demandName(each, shown);
  const names = [...scenarios].map((each) => each.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new BadArgument(`${shown} exports two scenarios named "${twice}"`);
  return [...scenarios];
}

/** A module may export plain objects that `scenario` has never seen; a name with a colon would break its tokens. */
function demandName(found: Scenario, shown: string): void {
  try {
    scenario(found);
  } catch (error) {
    throw new BadArgument(`${shown}: ${escapeText(describeError(error))}`);
  }
}

async function importModule(full: string, shown: string): Promise<Record<string, unknown>> {
  if (!(await isFile(full))) throw new BadArgument(`there is no file ${shown}`);
  try {
    return (await import(pathToFileURL(full).href)) as Record<string, unknown>;
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(full)) {
      throw new BadArgument(
        `${shown}: this Node can't read TypeScript; compile it, or start with NODE_OPTIONS="--import tsx"`,
      );
    }
    throw new BadArgument(`${shown} can't be imported: ${escapeText(describeError(error))}`);
  }
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function isScenario(value: unknown): value is Scenario {
  if (typeof value !== 'object' || value === null) return false;
  const { name, run, check } = value as Partial<Record<keyof Scenario, unknown>>;
  return typeof name === 'string' && typeof run === 'function' && typeof check === 'function';
}
