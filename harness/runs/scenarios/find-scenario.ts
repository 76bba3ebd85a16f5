import type { Catalogue } from '../../explore/catalogue.ts';
import type { Scenario } from '../../programs/scenario.ts';
import { escapeText } from '../../../reports/text.ts';
import { BadArgument } from '../bad-argument.ts';
import { nearestName } from '../../programs/nearest-name.ts';
import { importScenarios, loadScenario } from './load-scenario.ts';
import { ownScenarios } from './own-scenarios.ts';
import { readableTrees } from './readable-trees.ts';
import { namedTwice, unknownScenario } from './unknown-scenario.ts';

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
    throw notIn(where.from, name, scenarios);
  }
  // The project's own go first, as where they are chosen to be run.
  const own = await ownScenarios(cwd);
  const named = own.scenarios.filter(({ scenario }) => withName(name, [scenario]));
  if (named.length > 1) throw namedTwice(name, named, '--from ');
  if (named.length > 0) return withName(name, [named[0]!.scenario])!;
  const trees = (await readableTrees(where.tree ?? [], cwd)).map((tree) => tree.path);
  const entries = catalogue.filter((entry) => entry.name === name);
  // A simpler form is not listed, so it has to be looked for in all scenarios that may have one.
  for (const entry of entries.length > 0 ? entries : catalogue) {
    if (trees.length > 0 && !entry.takesTrees) {
      if (entries.length > 0) throw new BadArgument(`${name} takes no --tree: it has data of its own`);
      continue;
    }
    const source = { from: 'catalogue', name: entry.name, trees } as const;
    // One that can't be made has no simpler form; it is no answer to somebody who has asked for another.
    const made =
      entries.length > 0
        ? await loadScenario(source, catalogue)
        : await loadScenario(source, catalogue).catch(() => undefined);
    const found = made && withName(name, [made]);
    if (found) return found;
  }
  throw unknownScenario(name, own, catalogue, ELSEWHERE);
}

const ELSEWHERE = '; one of your own that no *.blackout.js has needs --from ./its-module.js';

function withName(name: string, scenarios: readonly Scenario[]): Scenario | undefined {
  return [...scenarios, ...scenarios.flatMap((each) => each.smaller?.() ?? [])].find(
    (each) => each.name === name,
  );
}

function notIn(from: string, name: string, scenarios: readonly Scenario[]): BadArgument {
  const names = scenarios.map((each) => each.name);
  const nearest = nearestName(name, names);
  const instead = nearest === undefined ? '' : `did you mean "${escapeText(nearest)}"? `;
  return new BadArgument(
    `${escapeText(from)} has no scenario "${escapeText(name)}": ${instead}it has ${escapeText(names.join(', '))}`,
  );
}
