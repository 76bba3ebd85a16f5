import type { Catalogue, OwnPlan } from '../explore/catalogue.ts';
import type { FaultKind } from '../disk/fault-kinds.ts';
import { DEFAULTS } from '../explore/options.ts';
import type { Shard } from '../explore/shard.ts';
import { BadArgument } from './bad-argument.ts';
import type { Job, Plan, ScenarioSource } from './job.ts';
import { choose, type Chosen } from './scenarios/choose.ts';
import { discoverScenarios } from './scenarios/discover.ts';
import { modelNamed } from './names.ts';
import { parseVolume, withVolumes, type VolumeNames } from './volumes.ts';
import { quoted } from './quoted.ts';
import { readableTrees } from './scenarios/readable-trees.ts';

/** What the command line says about a run; undefined where it says nothing. */
export interface RunOptions {
  readonly model?: readonly string[];
  readonly tier?: 'closure' | 'bounded';
  /** How lives end. */
  readonly deaths?: readonly ('cut' | 'kill')[];
  /** Kills between two cuts, at most. */
  readonly kills?: number;
  /** How calls may fail; none does, if the list is empty. */
  readonly faults?: readonly FaultKind[];
  /** Calls of one story that fail, at most. */
  readonly faultCount?: number;
  /** Departures of one life from the order of its calls, at most. */
  readonly orders?: number;
  /** What to be content with, where closure is tried and there is too much. */
  readonly accept?: 'closure' | 'bounded';
  /** Survivals of one crash point that are all looked at, at most. */
  readonly cap?: number;
  readonly t?: number;
  readonly at?: { readonly from: number; readonly to: number };
  readonly depth?: number;
  /** States that are recovered where closure is out of reach, at most. */
  readonly states?: number;
  readonly seed?: number;
  readonly bail?: number;
  /** Without the don't-care regions that scenarios declare. */
  readonly exact?: boolean;
  /** Only this part of the work. */
  readonly shard?: Shard;
  readonly tree?: readonly string[];
  /** Other file systems than the one at `/`: `/wal=xfs`. */
  readonly volume?: readonly string[];
}

/** The file systems that nearly everybody has, and the weakest disk that a program can be asked to survive. */
export const DEFAULT_MODELS: readonly string[] = ['ext4', 'xfs', 'btrfs', 'posix'];

/** Cuts in a row of a bounded exploration, if nobody says otherwise: one, and one in its recovery. */
const BOUNDED_DEPTH = 2;

/** States that are recovered where closure is out of reach: some ten seconds of them. */
const OPEN_MAX = 20_000;

/** Every so manyth recovery is run twice, to catch programs that are not deterministic. */
const RECHECK = 61;

/**
 * The jobs of a run, in order of the scenarios.
 * @param isOwn whether the catalogue is the project's own: without names, it is run along with the project's files
 * @throws BadArgument for a name, a module or a tree that can't be used
 */
export async function planJobs(
  scenarios: readonly string[],
  options: RunOptions,
  catalogue: Catalogue,
  cwd: string,
  isOwn = false,
): Promise<readonly Job[]> {
  for (const name of options.model ?? []) modelNamed(name);
  const volumes = Object.assign({}, ...(options.volume ?? []).map(parseVolume)) as VolumeNames;
  const trees = await readableTrees(options.tree ?? [], cwd);
  // Without names it is the project's own, and only where there are none what comes with the command.
  const named = scenarios.length > 0 ? scenarios : await discoverScenarios(cwd);
  const listed = scenarios.length === 0 && (isOwn || named.length === 0);
  const chosen: readonly Chosen[] = [
    ...(await Promise.all([...new Set(named)].map((each) => choose(each, catalogue, cwd)))).flat(),
    ...(listed ? catalogue.filter((entry) => entry.byDefault).map((entry) => ({ entry })) : []),
  ];
  if (chosen.length === 0)
    throw new BadArgument('there is no scenario to run: name one, or a module of yours');
  const jobs = chosen.flatMap((one) =>
    modelsOf(one, options, volumes).map((model) => jobOf(one, model, options, trees)),
  );
  demandUse(jobs, options);
  return jobs;
}

/** The models to run under, with what is mounted: the command line goes before the scenario. */
function modelsOf({ entry, module }: Chosen, { model }: RunOptions, asked: VolumeNames): readonly string[] {
  const volumes = { ...entry?.volumes, ...module?.volumes, ...asked };
  const own = volumes['/'] === undefined ? DEFAULT_MODELS : [volumes['/']];
  return [...new Set((model ?? own).map((name) => withVolumes(name, volumes)))];
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
    knownToBreak: isKnownToBreak(entry?.breaksUnder ?? [], model),
  };
}

/**
 * Failures of a program are many, and most have one cause. After so many, or so many states after the first of them, the
 * other causes that there may be have come up, as a rule.
 */
const BAIL = 100;
const AFTER = 1000;

/** How far to go on after the first failure. Who gives a number of failures means it. */
function failuresOf(own: OwnPlan, options: RunOptions): Pick<Plan, 'bail' | 'after'> {
  const bail = options.bail ?? own.bail;
  return bail === undefined ? { bail: BAIL, after: own.after ?? AFTER } : { bail };
}

/** By its whole name, or by that of the file system at `/` alone. */
function isKnownToBreak(under: readonly string[], model: string): boolean {
  return under.includes(model) || under.includes(model.split(/[+@]/)[0]!);
}

/**
 * How calls may fail, and how many.
 * @throws BadArgument for a number of calls that fail in no way
 */
function faultsOf(own: OwnPlan, options: RunOptions): Pick<Plan, 'faults' | 'faultCount'> {
  const faults = options.faults ?? own.faults ?? [];
  const faultCount = options.faultCount ?? own.faultCount;
  if (faults.length > 0) return { faults, ...(faultCount === undefined ? {} : { faultCount }) };
  if (options.faultCount === undefined) return {};
  throw new BadArgument('--fault-count goes with --faults: say how calls fail, such as --faults eio,enospc');
}

/** @throws BadArgument for an option that does nothing for any of the jobs: whoever gives it would believe otherwise */
function demandUse(jobs: readonly Job[], { t, kills }: RunOptions): void {
  if (t !== undefined && jobs.every(({ plan }) => plan.tier === 'closure' && plan.accept !== 'bounded')) {
    throw new BadArgument('--t goes with --tier bounded: closure looks at everything, whatever a cut loses');
  }
  if (kills !== undefined && jobs.every(({ plan }) => plan.deaths?.includes('kill') === false)) {
    throw new BadArgument('--kills goes with --deaths kill or cut,kill: --deaths cut kills nothing');
  }
}

/** The command line goes before the scenario's own plan, and that before the defaults. */
function planOf(own: OwnPlan, options: RunOptions): Plan {
  const tier = options.tier ?? own.tier ?? DEFAULTS.tier;
  const ownDepth = tier === own.tier || options.tier === undefined ? own.depth : undefined;
  const depth = options.depth ?? ownDepth ?? (tier === 'bounded' ? BOUNDED_DEPTH : DEFAULTS.depth);
  const at = options.at ?? own.at;
  const deaths = options.deaths ?? own.deaths;
  const kills = options.kills ?? own.kills;
  const orders = options.orders ?? own.orders;
  const faults = faultsOf(own, options);
  const { recheck = RECHECK, statesMax } = own;
  return {
    tier,
    accept: options.accept ?? options.tier ?? own.accept ?? tier,
    t: options.t ?? own.t ?? DEFAULTS.t,
    depth,
    cap: options.cap ?? own.cap ?? DEFAULTS.cap,
    seed: options.seed ?? own.seed ?? DEFAULTS.seed,
    ...failuresOf(own, options),
    recheck,
    evenly: options.cap === undefined && own.cap === undefined,
    openMax: options.states ?? own.openMax ?? OPEN_MAX,
    dontCare: options.exact ? false : (own.dontCare ?? false),
    ...(at === undefined ? {} : { at }),
    ...faults,
    ...(orders === undefined || orders === 0 ? {} : { orders }),
    ...(deaths === undefined ? {} : { deaths }),
    ...(kills === undefined ? {} : { kills }),
    ...(options.shard === undefined ? {} : { shard: options.shard }),
    ...(statesMax === undefined ? {} : { statesMax }),
  };
}
