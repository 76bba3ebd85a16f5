import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { runScript, ScriptError, type ScriptLife } from '../disk/script-life.ts';
import { compare, type Comparison } from '../conformance/compare.ts';
import { CONFIGURATIONS } from '../conformance/configurations.ts';
import { ObservationError, parseObservations, type Workload } from '../conformance/observations.ts';
import { builtInObservations, randomObservations } from '../conformance/built-in.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { painter } from '../../reports/paint.ts';
import { escapeText } from '../../reports/text.ts';
import { conformanceJson, conformanceText, type Held } from './conformance-text.ts';
import { EXIT } from './exit-codes.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { conformanceRandom, type RandomOptions } from './conformance-random.ts';
import type { Io } from './io.ts';
import { modelNamed } from '../runs/names.ts';

export interface ConformanceOptions extends RandomOptions {
  readonly model?: readonly string[];
  readonly fileSystem?: readonly string[];
  readonly observed?: string;
  /** A number: so many new ones, on the kernel here. */
  readonly random?: boolean | number;
  readonly surplus?: boolean;
  readonly json?: boolean;
}

/** `blackout conformance`. Returns the exit code. */
export async function conformanceCommand(options: ConformanceOptions, io: Io): Promise<number> {
  const { random } = options;
  if (typeof random === 'number') {
    if (options.observed !== undefined)
      throw new BadArgument('--random N looks itself; leave out --observed');
    return await conformanceRandom(random, options, io);
  }
  if (options.fs !== undefined) {
    throw new BadArgument('--fs goes with --random N; of what was observed, --file-system chooses');
  }
  const models = options.model?.map((name) => modelNamed(name));
  const workloads = await readWorkloads(options, io);
  const fileSystems = chosen(workloads, options.fileSystem);
  const lives = new Map(workloads.map((workload) => [workload, lifeOf(workload, options.observed)]));
  const held: Held[] = fileSystems.flatMap((fileSystem) =>
    (models ?? [modelNamed(CONFIGURATIONS[fileSystem]!)]).map((model) => ({
      fileSystem,
      model: model.name,
      comparisons: compareAll(lives, fileSystem, model),
    })),
  );
  const paint = painter(io.stdout.isTTY && !io.noColour);
  io.stdout.write(
    options.json
      ? conformanceJson(held)
      : conformanceText(held, lives, { paint, listSurplus: options.surplus ?? false }),
  );
  return exitCode(held.flatMap(({ comparisons }) => comparisons));
}

function compareAll(
  lives: ReadonlyMap<Workload, ScriptLife>,
  fileSystem: string,
  model: PersistenceModel,
): readonly Comparison[] {
  return [...lives]
    .filter(([workload]) => workload.observed.has(fileSystem))
    .map(([workload, life]) => compare(workload, life, fileSystem, model));
}

function exitCode(comparisons: readonly Comparison[]): number {
  if (comparisons.some(({ forbidden }) => forbidden.length > 0)) return EXIT.counterexample;
  return comparisons.some(({ undecided }) => undecided.length > 0) ? EXIT.unknown : EXIT.converged;
}

async function readWorkloads(
  { observed: file, random }: ConformanceOptions,
  io: Io,
): Promise<readonly Workload[]> {
  if (file !== undefined && random) {
    throw new BadArgument('--random: the random workloads come with the package; leave out --observed');
  }
  if (file === undefined) return random ? randomObservations() : builtInObservations();
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new BadArgument(`--observed ${escapeText(file)}: it can't be read (${code})`);
  }
  try {
    return parseObservations(text);
  } catch (error) {
    throw error instanceof ObservationError ? misread(file, error) : error;
  }
}

function lifeOf(workload: Workload, file = 'the observations'): ScriptLife {
  try {
    return runScript(workload.script);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    throw misread(file, new Error(`workloads.${workload.name}.${error.message}`));
  }
}

function misread(file: string, error: Error): BadArgument {
  return new BadArgument(`--observed ${escapeText(file)}: ${escapeText(error.message)}`);
}

/** The file systems to look at, in the order of the file. */
function chosen(workloads: readonly Workload[], wanted: readonly string[] | undefined): readonly string[] {
  const known = [...new Set(workloads.flatMap(({ observed }) => [...observed.keys()]))];
  const unknown = wanted?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new BadArgument(
      `--file-system ${escapeText(unknown)}: the file has none of that name; it has ${known.join(', ')}`,
    );
  }
  return wanted ? known.filter((name) => wanted.includes(name)) : known;
}
