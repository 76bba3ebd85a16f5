import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { ACCESSED, toState } from './client-files.ts';
import { differences } from './differences.ts';
import { compileJiggle, run, temporaryDirectory, type Counted, type Ran } from './program.ts';
import { readTree, writeTree, type Tree } from './real-tree.ts';
import { allRestore, openReal, readState, type ClientState } from './restored.ts';
import { simulatedBackup, type BackupStory } from './simulated-backup.ts';
import { simulate, type SimulatedKill, type Simulation } from './simulation.ts';

const CLIENT = 'c1';
/** Few entries per sync, so that there are many syncs; and a backup to delete, so that this is killed as well. */
const SETTINGS = { entriesPerSync: 3, keep: [2] };
const OPTIONS = ['--entries-per-sync', '3', '--keep', '2'];

const HOUR = 3_600_000;
const CLOCK = Date.UTC(2026, 10, 23, 2, 49, 13);

/** The number of the backup that is killed. */
const KILLED = 3;

/** What may be listed: before the backup, after it, and in between, before the oldest one is deleted. */
const AFTER_RECOVERY = [
  [1, 2],
  [1, 2, 3],
  [2, 3],
];
/** The next backup takes the number of the killed one if that is not stored. */
export const AFTER_BACKUP = [
  [2, 3],
  [3, 4],
];

/** One incremental backup that can be killed again and again, each time on a disk of its own, and its simulation. */
export class KilledBackup {
  readonly simulation: Simulation;
  private readonly main: string;
  private readonly story: BackupStory;
  /** The client's states by backup number; later backups find the last one. */
  private readonly states: ReadonlyMap<number, ClientState>;

  private constructor(
    main: string,
    story: BackupStory,
    states: ReadonlyMap<number, ClientState>,
    simulation: Simulation,
  ) {
    this.main = main;
    this.story = story;
    this.states = states;
    this.simulation = simulation;
  }

  /** Makes the command, the client's directory and two backups of it, and leaves it changed for the third. */
  static async prepare(place: string): Promise<KilledBackup> {
    const main = await compileJiggle(place);
    const source = join(place, 'client');
    const disk = join(place, 'disk');
    await fs.mkdir(source);
    await fs.mkdir(join(disk, 'store'), { recursive: true });
    const states = new Map<number, ClientState>();
    for (const number of [1, 2, KILLED] as const) {
      await toState(number, source);
      states.set(number, await readState(source));
      if (number === KILLED) break;
      const ran = await run(main, backupArgs(disk, source), {
        below: disk,
        clock: CLOCK - (KILLED - number) * HOUR,
      });
      if (ran.exitCode !== 0) throw new Error(`backup ${number} failed: ${describeEnd(ran)}`);
    }
    await demandStillTimes(source);
    const before = await readTree(disk);
    const story = { disk: before, client: CLIENT, source, settings: SETTINGS, clock: CLOCK };
    return new KilledBackup(main, story, states, await simulate(simulatedBackup(story)));
  }

  /** A real copy of the disk before the backup, or of another one, in a directory of its own. */
  async freshDisk(tree: Tree = this.story.disk): Promise<string> {
    const disk = await temporaryDirectory();
    await writeTree(fs, disk, tree);
    return disk;
  }

  /** Runs the backup with the clock of the simulation; `after` so many operations it is killed. */
  async backUp(disk: string, after?: number): Promise<Ran> {
    const counted: Counted = { below: disk, clock: CLOCK };
    const args = backupArgs(disk, this.story.source);
    return await run(this.main, args, after === undefined ? counted : { ...counted, after });
  }

  /** Kills the backup after this operation, and says, a line each, what is not as simulated or does not come back. */
  async problemsAfter(op: number): Promise<string[]> {
    const expected = await this.simulation.killedAfter(op);
    const disk = await this.freshDisk();
    try {
      const ran = await this.backUp(disk, op);
      if (ran.signal !== 'SIGKILL') return [`it was not killed, but ended: ${describeEnd(ran)}`];
      const killed = await readTree(disk);
      return [
        ...this.opProblems(ran.ops, op),
        ...differences(killed, expected.killed).map((line) => `the killed process left ${line}`),
        ...(await this.recoveryProblems(killed, expected)),
        ...(await this.nextBackupProblems(disk, expected)),
      ];
    } finally {
      await fs.rm(disk, { recursive: true });
    }
  }

  /**
   * What is wrong with the backups on a disk.
   * @param stored names of backups of which the client was told that they are stored
   * @param listings sets of backup numbers of which one must be listed
   */
  async storeProblems(
    disk: string,
    stored: readonly string[],
    listings: readonly (readonly number[])[],
  ): Promise<string[]> {
    const store = await openReal(join(disk, 'store'), CLIENT);
    const listed = await store.list();
    const lost = stored.filter((name) => !listed.some((one) => one.name === name));
    const numbers = listed.map(({ number }) => number).join(', ');
    const isAllowed = listings.some((listing) => listing.join(', ') === numbers);
    return [
      ...lost.map((name) => `the client was told that ${name} is stored, and it is not listed`),
      ...(isAllowed ? [] : [`backups [${numbers}] are listed, allowed are ${JSON.stringify(listings)}`]),
      ...(listed.at(-1)?.isCurrent === true ? [] : ['the newest backup is not the current one']),
      ...(await store.unfinished()).map(({ name, what }) => `${name} is left over (${what})`),
      ...(await allRestore(store, this.story.source, (number) => this.stateOf(number))),
    ];
  }

  private opProblems(ops: readonly string[], last: number): string[] {
    const at = ops.findIndex((line, i) => line !== this.simulation.ops[i]);
    if (at !== -1) return [`op ${at + 1} is "${ops[at]}", simulated "${this.simulation.ops[at]}"`];
    return ops.length === last ? [] : [`it was killed after op ${ops.length}`];
  }

  /** `jiggle recover` on a copy of what the killed process left. */
  private async recoveryProblems(
    killed: Tree,
    { recovered, acknowledged }: SimulatedKill,
  ): Promise<string[]> {
    const disk = await this.freshDisk(killed);
    try {
      const ran = await run(this.main, ['recover', ...placeArgs(disk)]);
      const wrong = [
        ...(ran.exitCode === 0 ? [] : [describeEnd(ran)]),
        ...differences(await readTree(disk), recovered),
        ...(await this.storeProblems(disk, acknowledged, AFTER_RECOVERY)),
      ];
      return wrong.map((line) => `after recovery: ${line}`);
    } finally {
      await fs.rm(disk, { recursive: true });
    }
  }

  /** The next plain `jiggle backup`, with which a user would come next. */
  private async nextBackupProblems(disk: string, { acknowledged }: SimulatedKill): Promise<string[]> {
    const ran = await run(this.main, backupArgs(disk, this.story.source));
    const wrong = [
      ...(ran.exitCode === 0 ? [] : [describeEnd(ran)]),
      ...(await this.storeProblems(disk, acknowledged, AFTER_BACKUP)),
    ];
    return wrong.map((line) => `after the next backup: ${line}`);
  }

  private stateOf(number: number): ClientState {
    return this.states.get(Math.min(number, KILLED))!;
  }
}

function placeArgs(disk: string): string[] {
  return ['--store', join(disk, 'store'), '--client', CLIENT];
}

function backupArgs(disk: string, source: string): string[] {
  return ['backup', source, ...placeArgs(disk), ...OPTIONS];
}

function describeEnd({ exitCode, signal, stderr }: Ran): string {
  return `exit code ${exitCode ?? 'none'}, signal ${signal ?? 'none'}, it said: ${stderr || 'nothing'}`;
}

/** Every backup records when files were last read: no two runs could be the same where reading changes that. */
async function demandStillTimes(directory: string): Promise<void> {
  const { atimeMs } = await fs.lstat(directory);
  if (atimeMs === ACCESSED * 1000) return;
  throw new Error(
    `${directory} must be on a file system where reading leaves access times alone: relatime or noatime`,
  );
}
