import { release } from 'node:os';
import { compare, type Comparison } from '../conformance/compare.ts';
import { CONFIGURATIONS } from '../conformance/configurations.ts';
import { parseObservations, type Workload } from '../conformance/observations.ts';
import { runScript } from '../disk/script-life.ts';
import { scriptOpText } from '../disk/script-text.ts';
import type { Script } from '../disk/script.ts';
import { Drives } from '../observe/drives.ts';
import { configurationOf, observationFile } from '../observe/observation-file.ts';
import { observe, type Sightings } from '../observe/observe.ts';
import { inPrivateMounts } from '../observe/private-mounts.ts';
import { shrunk } from '../observe/shrink.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { painter } from '../../reports/paint.ts';
import { count, escapeText } from '../../reports/text.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { modelNamed } from '../runs/names.ts';
import { forbiddenLines } from './conformance-text.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { demandRoot, interruption, progress, randomWorkloads, settingOf } from './observe.ts';

export interface RandomOptions {
  readonly fs?: string;
  readonly mount?: string;
  readonly mkfs?: string;
  readonly seed?: number;
  readonly lives?: number;
  readonly states?: number;
  readonly model?: readonly string[];
}

/** What there is to say in the end. */
interface Tally {
  workloads: number;
  images: number;
  states: number;
  forbidden: number;
  undecided: number;
  unmountable: number;
}

/**
 * `blackout conformance --random N`: makes random workloads, runs them on the kernel here, holds what they left against
 * the model, and shrinks what it forbids.
 */
export async function conformanceRandom(many: number, options: RandomOptions, io: Io): Promise<number> {
  if (options.fs === undefined) {
    throw new BadArgument('--random N: say with --fs which file system to try: ext4, xfs or btrfs');
  }
  const setting = settingOf({ ...options, fs: options.fs });
  const fileSystem = configurationOf(setting);
  if (fileSystem === undefined) {
    throw new BadArgument(`--mount ${escapeText(setting.mount)}: no model is about ext4 that is mounted so`);
  }
  const models = (options.model ?? [CONFIGURATIONS[fileSystem]!]).map((name) => modelNamed(name));
  demandRoot('conformance --random', setting.name);
  return await inPrivateMounts(async (folder) => {
    const interrupted = interruption(io);
    const drives = await Drives.open(setting, folder);
    const tally: Tally = { workloads: 0, images: 0, states: 0, forbidden: 0, undecided: 0, unmountable: 0 };
    const { seed = 1, lives = 2, states = 40 } = options;
    const look = async (script: Script, more = 1): Promise<Sightings> =>
      await observe(drives, script, { lives: lives * more, states, seed, stop: interrupted.look });
    const asWorkload = (name: string, script: Script, sightings: Sightings): Workload =>
      parseObservations(observationFile([{ name, script, sightings }], setting, fileSystem, ''))[0]!;
    try {
      for (const [name, script] of randomWorkloads(many, seed)) {
        if (interrupted.yes) break;
        const sightings = await look(script);
        const workload = asWorkload(name, script, sightings);
        const held = models.map((model) => heldAgainst(workload, fileSystem, model));
        add(tally, sightings, held);
        progress(io, `${count(tally.workloads, 'workload')} of ${many}, ${count(tally.images, 'image')}`);
        for (const [i, { forbidden }] of held.entries()) {
          if (forbidden.length === 0) continue;
          progress(io);
          io.stdout.write(`${name} has states that ${models[i]!.name} forbids: ${scriptText(script)}\n`);
          let smallest = { workload, held: held[i]! };
          const isForbidden = async (smaller: Script): Promise<boolean> => {
            const found = asWorkload(name, smaller, await look(smaller, 2));
            const comparison = heldAgainst(found, fileSystem, models[i]!);
            if (comparison.forbidden.length === 0) return false;
            smallest = { workload: found, held: comparison };
            return true;
          };
          await shrunk(script, isForbidden, () => interrupted.yes);
          io.stdout.write(told(smallest, fileSystem, io));
        }
      }
    } finally {
      progress(io);
      interrupted.end();
      await drives.close();
    }
    return ended(tally, fileSystem, models, interrupted.yes, io);
  });
}

function heldAgainst(workload: Workload, fileSystem: string, model: PersistenceModel): Comparison {
  return compare(workload, runScript(workload.script), fileSystem, model);
}

function add(tally: Tally, { images, unmountable }: Sightings, held: readonly Comparison[]): void {
  tally.workloads++;
  tally.images += images;
  tally.states += held[0]?.observed ?? 0;
  for (const { forbidden, undecided } of held) {
    tally.forbidden += forbidden.length;
    tally.undecided += undecided.length;
  }
  for (const times of unmountable.values()) tally.unmountable += times;
}

function scriptText({ setup, ops }: Script): string {
  const text = (all: Script['ops']): string => all.map((op) => scriptOpText(op)).join('; ');
  return escapeText(setup.length > 0 ? `${text(setup)} | ${text(ops)}` : text(ops));
}

/** The smallest workload, and its states that are forbidden. */
function told(
  { workload, held }: { readonly workload: Workload; readonly held: Comparison },
  fileSystem: string,
  io: Io,
): string {
  const lives = new Map([[workload, runScript(workload.script)]]);
  const each = { fileSystem, model: held.model, comparisons: [held] };
  const lines = forbiddenLines(each, lives, painter(io.stdout.isTTY && !io.noColour));
  return `the smallest with such a state: ${scriptText(workload.script)}\n${lines.join('\n')}\n`;
}

function ended(
  tally: Tally,
  fileSystem: string,
  models: readonly PersistenceModel[],
  wasInterrupted: boolean,
  io: Io,
): number {
  const { forbidden, undecided, unmountable } = tally;
  const verdict =
    forbidden > 0 ? 'NOT SOUND' : undecided + unmountable > 0 || tally.images === 0 ? 'UNKNOWN' : 'SOUND';
  const parts = [
    `${fileSystem} of Linux ${release()} by ${models.map(({ name }) => name).join(', ')}`,
    count(tally.workloads, 'random workload'),
    count(tally.images, 'image'),
    count(tally.states, 'state'),
    `${forbidden} forbidden`,
    ...(undecided > 0 ? [`${undecided} not decided`] : []),
    ...(unmountable > 0 ? [`${unmountable} that could not be mounted or read`] : []),
  ];
  io.stdout.write(`${verdict}  ${parts.join(', ')}\n`);
  if (forbidden > 0) return EXIT.counterexample;
  if (wasInterrupted) return EXIT.interrupted;
  return verdict === 'SOUND' ? EXIT.converged : EXIT.unknown;
}
