import type { Catalogue } from '../../explore/catalogue.ts';
import type { Scenario } from '../../programs/scenario.ts';
import { escapeText } from '../../../reports/text.ts';
import { BadArgument } from '../bad-argument.ts';
import { entryNamed, importScenarios, loadScenario } from './load-scenario.ts';
import { ownScenarios } from './own-scenarios.ts';
import { readableTrees } from './readable-trees.ts';

export interface Where {
  readonly from?: string;
  readonly tree?: readonly string[];
}

/**
 * The scenario that a token names: of a module, of the project's own files, of the catalogue, or a simpler form of one.
 * @throws BadArgument if there is none
 */
export async function findScenario(
  name: string,
  where: Where,
  catalogue: Catalogue,
  cwd: string,
): Promise<Scenario> {
  if (where.from !== undefined) {
    if (where.tree?.length)
      throw new BadArgument('--tree does not go with --from: a module has its own data');
    const scenarios = await importScenarios(where.from, cwd);
    const found = withName(name, scenarios);
    if (found) return found;
    const names = scenarios.map((each) => each.name).join(', ');
    throw new BadArgument(`${escapeText(where.from)} has no scenario "${escapeText(name)}": it has ${names}`);
  }
  // The project's own go first, as where they are chosen to be run.
  const own = await ownScenarios(cwd);
  const found = withName(
    name,
    own.scenarios.map(({ scenario }) => scenario),
  );
  if (found) return found;
  const trees = (await readableTrees(where.tree ?? [], cwd)).map((tree) => tree.path);
  const entries = catalogue.filter((entry) => entry.name === name);
  // A simpler form is not listed, so it has to be looked for in all scenarios that may have one.
  for (const entry of entries.length > 0 ? entries : catalogue) {
    if (trees.length > 0 && !entry.takesTrees) {
      if (entries.length > 0) throw new BadArgument(`${name} takes no --tree: it has data of its own`);
      continue;
    }
    const made = await loadScenario({ from: 'catalogue', name: entry.name, trees }, catalogue);
    const found = withName(name, [made]);
    if (found) return found;
  }
  throw unknown(name, catalogue);
}

function withName(name: string, scenarios: readonly Scenario[]): Scenario | undefined {
  return [...scenarios, ...scenarios.flatMap((each) => each.smaller?.() ?? [])].find(
    (each) => each.name === name,
  );
}

function unknown(name: string, catalogue: Catalogue): Error {
  try {
    entryNamed(name, catalogue);
  } catch (error) {
    const { message } = error as Error;
    return new BadArgument(
      `${message}; one of your own that no *.blackout.js has needs --from ./its-module.js`,
    );
  }
  return new BadArgument(`unknown scenario "${escapeText(name)}"`);
}
