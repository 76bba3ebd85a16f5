import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Catalogue, CatalogueEntry } from '../../explore/catalogue.ts';
import { escapeText } from '../../../reports/text.ts';
import { BadArgument } from '../bad-argument.ts';
import { importModule } from './load-scenario.ts';

/** The scenarios that can be named. */
export interface Known {
  readonly catalogue: Catalogue;
  /** They are the project's, and not those that come with the command. */
  readonly isOwn: boolean;
  /** The module that they are in, if they are the project's. */
  readonly path?: string;
}

/**
 * The catalogue that the package of a directory names in its package.json, as `"blackout": { "catalogue": "./file.js" }`,
 * or else the one that comes with the command.
 * @throws BadArgument if what it names is no catalogue
 */
export async function knownScenarios(cwd: string, builtIn: Catalogue): Promise<Known> {
  const named = await catalogueOf(cwd);
  if (named === undefined) return { catalogue: builtIn, isOwn: false };
  const shown = `${escapeText(named.path)}, which package.json names as its catalogue,`;
  const path = join(named.root, named.path);
  const module = await importModule(path, shown);
  const entries = Object.values(module).flat().filter(isEntry);
  if (entries.length > 0) return { catalogue: [...new Set(entries)], isOwn: true, path };
  throw new BadArgument(
    `${shown} exports no scenarios: it must export a list of { name, summary, make, ... }`,
  );
}

/** Of the nearest package.json, which is the package's as for Node. */
async function catalogueOf(
  cwd: string,
): Promise<{ readonly root: string; readonly path: string } | undefined> {
  for (let root = cwd; ; root = dirname(root)) {
    const text = await readFile(join(root, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) {
      const path = catalogueIn(text);
      return path === undefined ? undefined : { root, path };
    }
    if (root === dirname(root)) return undefined;
  }
}

/** A package.json that can't be read is for others to complain of. */
function catalogueIn(text: string): string | undefined {
  try {
    const { blackout } = JSON.parse(text) as { blackout?: { catalogue?: unknown } };
    return typeof blackout?.catalogue === 'string' ? blackout.catalogue : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is CatalogueEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { name, make } = value as Partial<Record<keyof CatalogueEntry, unknown>>;
  return typeof name === 'string' && typeof make === 'function';
}
