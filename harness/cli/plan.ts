import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Catalogue, CatalogueEntry } from '../explore/catalogue.ts';
import { DEFAULTS, type ExploreOptions } from '../explore/options.ts';
import type { Shard } from '../explore/shard.ts';
import { escapeText } from '../../reports/text.ts';
import { BadArgument } from './exit-codes.ts';
import type { Job, Plan, ScenarioSource } from './job.ts';
import { entryNamed, importScenarios, isModulePath } from './load-scenario.ts';
import { modelNamed } from './names.ts';

/** What the command line says about a run; undefined where it says nothing. */
export interface RunOptions {
  readonly model?: readonly string[];
  readonly tier?: 'closure' | 'bounded';
  readonly t?: number;
  readonly at?: { readonly from: number; readonly to: number };
  readonly depth?: number;
  readonly seed?: number;
  readonly bail?: number;
  /** Without the don't-care regions that scenarios declare. */
  readonly exact?: boolean;
  /** Only this part of the work. */
  readonly shard?: Shard;
  readonly tree?: readonly string[];
}

/** The file systems that nearly everybody has, and the weakest disk that a program can be asked to survive. */
export const DEFAULT_MODELS: readonly string[] = ['ext4', 'xfs', 'btrfs', 'posix'];

/** Cuts in a row of a bounded exploration, if nobody says otherwise: one, and one in its recovery. */
const BOUNDED_DEPTH = 2;

/** Every so manyth recovery is run twice, to catch programs that are not deterministic. */
const RECHECK = 61;

/**
 * The jobs of a run, in order of the scenarios.
 * @throws BadArgument for a name, a module or a tree that can't be used
 */
export async function planJobs(
  scenarios: readonly string[],
  options: RunOptions,
  catalogue: Catalogue,
  cwd: string,
): Promise<readonly Job[]> {
  const models = (options.model ?? DEFAULT_MODELS).map((name) => modelNamed(name).name);
  const trees = await readableTrees(options.tree ?? [], cwd);
  const chosen =
    scenarios.length > 0
      ? (await Promise.all([...new Set(scenarios)].map((each) => choose(each, catalogue, cwd)))).flat()
      : catalogue.filter((entry) => entry.byDefault).map((entry) => ({ entry }));
  if (chosen.length === 0)
    throw new BadArgument('there is no scenario to run: name one, or a module of yours');
  return chosen.flatMap((one) => models.map((model) => jobOf(one, model, options, trees)));
}

interface Chosen {
  readonly entry?: CatalogueEntry;
  readonly module?: {
    readonly name: string;
    readonly summary: string;
    readonly path: string;
    readonly shown: string;
  };
}

async function choose(argument: string, catalogue: Catalogue, cwd: string): Promise<readonly Chosen[]> {
  if (!isModulePath(argument)) return [{ entry: entryNamed(argument, catalogue) }];
  const path = resolve(cwd, argument);
  const scenarios = await importScenarios(argument, cwd);
  return scenarios.map(({ name, summary = '' }) => ({ module: { name, summary, path, shown: argument } }));
}

function jobOf(
  { entry, module }: Chosen,
  model: string,
  options: RunOptions,
  trees: readonly { readonly path: string; readonly shown: string }[],
): Job {
  const name = module?.name ?? entry!.name;
  if (trees.length > 0 && !entry?.takesTrees) {
    throw new BadArgument(`${name} takes no --tree: it has data of its own`);
  }
  const source: ScenarioSource = module
    ? { from: 'file', name, path: module.path }
    : { from: 'catalogue', name, trees: trees.map((tree) => tree.path) };
  const from = module ? ` --from ${quoted(module.shown)}` : '';
  const withTrees = trees.map((tree) => ` --tree ${quoted(tree.shown)}`).join('');
  return {
    source,
    summary: module?.summary ?? entry!.summary,
    model,
    plan: planOf(entry?.plan ?? {}, options),
    reproduceWith: from + withTrees,
    knownToBreak: entry?.breaksUnder?.includes(model.split('+')[0]!) ?? false,
  };
}

/** The command line goes before the scenario's own plan, and that before the defaults. */
function planOf(own: Partial<ExploreOptions>, options: RunOptions): Plan {
  const tier = options.tier ?? own.tier ?? DEFAULTS.tier;
  const ownDepth = tier === own.tier || options.tier === undefined ? own.depth : undefined;
  const depth = options.depth ?? ownDepth ?? (tier === 'bounded' ? BOUNDED_DEPTH : DEFAULTS.depth);
  const at = options.at ?? own.at;
  const { recheck = RECHECK, statesMax } = own;
  return {
    tier,
    t: options.t ?? own.t ?? DEFAULTS.t,
    depth,
    cap: own.cap ?? DEFAULTS.cap,
    seed: options.seed ?? own.seed ?? DEFAULTS.seed,
    bail: options.bail ?? own.bail ?? 1,
    recheck,
    dontCare: options.exact ? false : (own.dontCare ?? false),
    ...(at === undefined ? {} : { at }),
    ...(options.shard === undefined ? {} : { shard: options.shard }),
    ...(statesMax === undefined ? {} : { statesMax }),
  };
}

/** @throws BadArgument for the first tree that is no directory that can be read */
export async function readableTrees(
  trees: readonly string[],
  cwd: string,
): Promise<readonly { readonly path: string; readonly shown: string }[]> {
  const found = trees.map((shown) => ({ shown, path: resolve(cwd, shown) }));
  for (const { path, shown } of found) {
    const kind = await stat(path).then(
      (stats) => (stats.isDirectory() ? 'directory' : 'file'),
      (error: NodeJS.ErrnoException) => error.code ?? 'error',
    );
    if (kind === 'directory') continue;
    const why = kind === 'file' ? 'it is no directory' : `it can't be read (${kind})`;
    throw new BadArgument(`--tree ${escapeText(shown)}: ${why}; it must be a directory`);
  }
  return found;
}

/** An argument as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
