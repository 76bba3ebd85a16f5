import { writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Script } from '../disk/script.ts';
import { randomly } from '../persistence/choices.ts';
import { Drives, type Setting } from '../observe/drives.ts';
import { configurationOf, observationFile, type Observed } from '../observe/observation-file.ts';
import { observe, type Sightings } from '../observe/observe.ts';
import { inPrivateMounts } from '../observe/private-mounts.ts';
import { randomScript } from '../observe/random-script.ts';
import { FILE_SYSTEM_NAMES, whatIsMissing, type FileSystemName } from '../observe/tools.ts';
import { count, escapeText } from '../../reports/text.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { parseCount, parseSeed } from './arguments.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { readOpsFile } from './ops-file.ts';

interface ObserveOptions {
  readonly fs: string;
  readonly mount?: string;
  readonly mkfs?: string;
  readonly ops?: string;
  readonly random?: number;
  readonly seed?: number;
  readonly lives: number;
  readonly states: number;
  readonly output: string;
}

/** Declares `observe`. */
export function defineObserve(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('observe')
    .description('collects what the kernel here leaves on a real file system after power cuts; needs root')
    .requiredOption('--fs <name>', 'ext4, xfs or btrfs')
    .option('--mount <options>', 'mount it with these, such as data=writeback')
    .option('--mkfs <options>', 'make it with these, besides those that make it small')
    .option('--ops <file>', 'a list of operations to run, as for `states`')
    .option('--random <n>', 'instead, so many random workloads', parseCount)
    .option('--seed <n>', 'which ones (default: 1)', parseSeed)
    .option('--lives <n>', 'run each workload so often, disturbed otherwise each time', parseCount, 2)
    .option('--states <n>', 'look at most at so many crash states of each life', parseCount, 40)
    .requiredOption('--output <file>', 'where to write the observations, for `conformance --observed`')
    .addHelpText('after', HELP)
    .action(async (options: ObserveOptions) => end(await observeCommand(options, io)));
}

const HELP = `
The file system is on a drive that is a file, and every write to that drive is recorded. The power may go after each of
them, and without some of those that no flush has made durable. Between the ops, parts of files are written back,
transactions end, and another program syncs a file of its own, as on any machine. All mounts are in a namespace of their
own and end with the command.

Exit codes:
  0    the observations were written
  2    they were written, and some images could not be mounted or read
  130  interrupted; what had been seen by then was written
  254  bad arguments, not root, or a tool is missing`;

/** `blackout observe`. Returns the exit code. */
async function observeCommand(options: ObserveOptions, io: Io): Promise<number> {
  const setting = settingOf(options);
  const fileSystem = configurationOf(setting);
  if (fileSystem === undefined) {
    throw new BadArgument(`--mount ${escapeText(setting.mount)}: no model is about ext4 that is mounted so`);
  }
  const workloads = await workloadsOf(options, io);
  demandRoot('observe', setting.name);
  return await inPrivateMounts(async (folder) => {
    const interrupted = interruption(io);
    const drives = await Drives.open(setting, folder);
    const all: Observed[] = [];
    try {
      for (const [name, script] of workloads) {
        if (interrupted.yes) break;
        const sightings = await observe(drives, script, {
          lives: options.lives,
          states: options.states,
          seed: options.seed ?? 1,
          stop: interrupted.look,
        });
        all.push({ name, script, sightings });
        progress(io, `${count(all.length, 'workload')} of ${workloads.size}, ${count(images(all), 'image')}`);
      }
    } finally {
      progress(io);
      interrupted.end();
      await drives.close();
    }
    const text = observationFile(all, setting, fileSystem, `Linux ${release()}`);
    await writeFile(resolve(io.cwd, options.output), text);
    return summary(all, fileSystem, options.output, interrupted.yes, io);
  });
}

/** @throws BadArgument unless file systems can be mounted here */
export function demandRoot(command: string, name: FileSystemName): void {
  if (process.getuid?.() !== 0) {
    throw new BadArgument(
      `${command}: only root can mount file systems; start it with sudo, or in a virtual machine`,
    );
  }
  const missing = whatIsMissing(name, process.env['PATH'] ?? '');
  if (missing !== undefined) throw new BadArgument(`${command}: ${missing}`);
}

/** How the file system is to be made and mounted. @throws BadArgument if there is none of that name */
export function settingOf({
  fs,
  mount = '',
  mkfs = '',
}: Pick<ObserveOptions, 'fs' | 'mount' | 'mkfs'>): Setting {
  const name = FILE_SYSTEM_NAMES.find((each) => each === fs);
  if (!name) throw new BadArgument(`--fs ${escapeText(fs)}: it must be ext4, xfs or btrfs`);
  return { name, mount, mkfs: mkfs.split(' ').filter((option) => option !== '') };
}

async function workloadsOf(options: ObserveOptions, io: Io): Promise<ReadonlyMap<string, Script>> {
  const { ops, random, seed = 1 } = options;
  if ((ops === undefined) === (random === undefined)) {
    throw new BadArgument('observe: say what to run, with either --ops FILE or --random N');
  }
  if (ops !== undefined) return new Map([['ops', await readOpsFile(ops, io.cwd)]]);
  return randomWorkloads(random!, seed);
}

/** So many random workloads; the same for the same seed. */
export function randomWorkloads(many: number, seed: number): ReadonlyMap<string, Script> {
  const numbers = Array.from({ length: many }, (_, i) => i);
  return new Map(numbers.map((i) => [`R${seed}-${i + 1}`, randomScript(randomly(seed * 100_003 + i))]));
}

/** Whether somebody wants it to end. `look` lets the process hear of it: all else here waits for the kernel. */
export function interruption(io: Io): {
  readonly yes: boolean;
  look: () => Promise<boolean>;
  end: () => void;
} {
  const state = { yes: false };
  const off = io.onInterrupt(() => (state.yes = true));
  return {
    get yes() {
      return state.yes;
    },
    look: async () => {
      await new Promise((done) => setImmediate(done));
      return state.yes;
    },
    end: off,
  };
}

function images(all: readonly Observed[]): number {
  return all.reduce((sum, { sightings }) => sum + sightings.images, 0);
}

/** One line that is written over again; none without a terminal. */
export function progress(io: Io, text = ''): void {
  if (io.stderr.isTTY && !io.quiet) io.stderr.write(`\r\u001B[K${text}`);
}

function summary(
  all: readonly Observed[],
  fileSystem: string,
  output: string,
  wasInterrupted: boolean,
  io: Io,
): number {
  const states = all.reduce((sum, { sightings }) => sum + distinct(sightings), 0);
  const lost = all
    .flatMap(({ sightings }) => [...sightings.unmountable.values()])
    .reduce((sum, n) => sum + n, 0);
  io.stdout.write(
    `${fileSystem} of Linux ${release()}: ${count(all.length, 'workload')}, ${count(images(all), 'image')}, ${count(states, 'state')}, each counted once a workload\n`,
  );
  if (lost > 0) io.stdout.write(`${count(lost, 'time')}, an image could not be mounted or read\n`);
  io.stdout.write(`${escapeText(output)} is for \`blackout conformance --observed\`\n`);
  if (wasInterrupted) return EXIT.interrupted;
  return lost > 0 ? EXIT.unknown : EXIT.converged;
}

function distinct({ points }: Sightings): number {
  return new Set([...points.values()].flatMap((states) => [...states.keys()])).size;
}
