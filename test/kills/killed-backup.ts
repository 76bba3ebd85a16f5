import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { ACCESSED, toState } from './client-files.ts';
import { differences } from './differences.ts';
import { temporaryDirectory } from './program.ts';
import { readTree, writeTree, type Tree } from './real-tree.ts';
import { allRestore, openReal, readState, storeRestore, type ClientState, type Restore } from './restored.ts';
import { simulatedBackup, type BackupStory } from './simulated-backup.ts';
import { simulate, type SimulatedKill, type Simulation } from './simulation.ts';
import { describeEnd, type BackedUp, type Way, type Where } from './way.ts';

const HOUR = 3_600_000;

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

/** What is to be backed up, and how. */
export interface Plan {
  readonly way: Way;
  readonly client: string;
  /** The client's directory, which is there and empty. */
  readonly source: string;
  /** When the first backup is made, in milliseconds since 1970; the others follow by the hour. */
  readonly begin: number;
}

/** One incremental backup that can be killed again and again, each time on a disk of its own, and its simulation. */
export class KilledBackup {
  readonly simulation: Simulation;
  private readonly story: BackupStory;
  private readonly source: string;
  /** The client's states by backup number; later backups find the last one. */
  private readonly states: ReadonlyMap<number, ClientState>;
  /** What is wrong with the ways back from a disk, by the first operation that leaves it. */
  private readonly waysBack = new Map<number, Promise<string[]>>();

  private constructor(
    story: BackupStory,
    source: string,
    states: ReadonlyMap<number, ClientState>,
    simulation: Simulation,
  ) {
    this.story = story;
    this.source = source;
    this.states = states;
    this.simulation = simulation;
  }

  /** Makes two backups of the client's directory, and leaves it changed for the third. */
  static async prepare(place: string, { way, client, source, begin }: Plan): Promise<KilledBackup> {
    const disk = join(place, 'disk');
    await fs.mkdir(join(disk, 'store'), { recursive: true });
    const states = new Map<number, ClientState>();
    const clockOf = (number: number): number => begin + (number - 1) * HOUR;
    for (const number of [1, 2, KILLED] as const) {
      await toState(number, source);
      states.set(number, await readState(source));
      if (number === KILLED) break;
      const ran = await way.backUp(disk, { below: disk, clock: clockOf(number) });
      if (ran.exitCode !== 0 || !ran.told) throw new Error(`backup ${number} failed: ${describeEnd(ran)}`);
    }
    await demandStillTimes(source);
    const story = { disk: await readTree(disk), client, way, clock: clockOf(KILLED) };
    return new KilledBackup(story, source, states, await simulate(simulatedBackup(story)));
  }

  /** Operations before the first at which it may be killed. */
  get start(): number {
    return this.story.way.start ?? 0;
  }

  /** A real copy of the disk before the backup, or of another one, in a directory of its own. */
  async freshDisk(tree: Tree = this.story.disk): Promise<string> {
    const disk = await temporaryDirectory();
    await writeTree(fs, disk, tree);
    return disk;
  }

  /** Runs the backup with the clock of the simulation; `after` so many operations it is killed. */
  async backUp(disk: string, after?: number): Promise<BackedUp> {
    const { way, clock } = this.story;
    return await way.backUp(disk, { below: disk, clock, ...(after !== undefined && { after }) });
  }

  /**
   * Kills the backup after this operation, and says, a line each, what is not as simulated or does not come back. Operations
   * that leave the same disk and the same promises have the same way back, which is gone once.
   */
  async problemsAfter(op: number, where: Where = 'here'): Promise<string[]> {
    const expected = await this.simulation.killedAfter(op);
    const disk = await this.freshDisk();
    try {
      const ran = await this.backUp(disk, op);
      if (ran.signal !== 'SIGKILL') return [`it was not killed, but ended: ${describeEnd(ran)}`];
      const killed = await readTree(disk);
      const wrong = [
        ...this.opProblems(ran.ops, op),
        ...this.promiseProblems(ran, op, expected),
        ...differences(killed, expected.killed).map((line) => `the killed process left ${line}`),
      ];
      if (wrong.length > 0 || where === 'in processes')
        return [...wrong, ...(await this.wayBackProblems(disk, killed, expected, where))];
      const first = await this.firstLike(op, expected);
      const begun = this.waysBack.get(first) ?? this.wayBackProblems(disk, killed, expected, where);
      this.waysBack.set(first, begun);
      return await begun;
    } finally {
      await fs.rm(disk, { recursive: true });
    }
  }

  /**
   * What is wrong with the backups on a disk.
   * @param stored names of backups that must be there
   * @param listings sets of backup numbers of which one must be listed
   * @param restore how to restore them, if not as the store itself does it
   */
  async storeProblems(
    disk: string,
    stored: readonly string[],
    listings: readonly (readonly number[])[],
    restore?: Restore,
  ): Promise<string[]> {
    const store = await openReal(join(disk, 'store'), this.story.client);
    const listed = await store.list();
    const lost = stored.filter((name) => !listed.some((one) => one.name === name));
    const numbers = listed.map(({ number }) => number).join(', ');
    const isAllowed = listings.some((listing) => listing.join(', ') === numbers);
    const wanted = { source: this.source, stateOf: (number: number) => this.stateOf(number) };
    return [
      ...lost.map((name) => `${name} must be stored, and is not listed`),
      ...(isAllowed ? [] : [`backups [${numbers}] are listed, allowed are ${JSON.stringify(listings)}`]),
      ...(listed.at(-1)?.isCurrent === true ? [] : ['the newest backup is not the current one']),
      ...(await store.unfinished()).map(({ name, what }) => leftOver(name, what)),
      ...(await allRestore(store, restore ?? storeRestore(store), wanted)),
    ];
  }

  private opProblems(ops: readonly string[], last: number): string[] {
    const at = ops.findIndex((line, i) => line !== this.simulation.ops[i]);
    if (at !== -1) return [`op ${at + 1} is "${ops[at]}", simulated "${this.simulation.ops[at]}"`];
    return ops.length === last ? [] : [`it was killed after op ${ops.length}`];
  }

  /** No client is told earlier than in the simulation. Later it may be: what was sent can still be on its way. */
  private promiseProblems({ told }: BackedUp, op: number, { acknowledged }: SimulatedKill): string[] {
    if (told && acknowledged.length === 0)
      return ['the client was told of a backup that could still be lost'];
    return [];
  }

  /** The first operation that leaves this disk, with the same promises. */
  private async firstLike(op: number, { acknowledged }: SimulatedKill): Promise<number> {
    if (!isSync(this.simulation.ops[op - 1]!)) return op;
    const before = await this.simulation.killedAfter(op - 1);
    return before.acknowledged.length === acknowledged.length ? await this.firstLike(op - 1, before) : op;
  }

  private async wayBackProblems(
    disk: string,
    killed: Tree,
    expected: SimulatedKill,
    where: Where,
  ): Promise<string[]> {
    const recovered = await this.recoveryProblems(killed, expected, where);
    const stored = [...expected.acknowledged, ...this.resumable(expected)];
    const look = (restore: Restore): Promise<string[]> =>
      this.storeProblems(disk, stored, AFTER_BACKUP, restore);
    const after = await this.story.way.goOn(disk, look, where);
    return [
      ...recovered.map((line) => `after recovery: ${line}`),
      ...after.map((line) => `after the next backup: ${line}`),
    ];
  }

  /** What recovery leaves for the next backup to go on with. */
  private resumable({ recovered }: SimulatedKill): string[] {
    const { client, way } = this.story;
    const working = recovered.get(`/store/${client}/working`);
    return way.settings.recovery === 'resume' && working?.type === 'symlink' ? [working.target] : [];
  }

  /** Recovery alone, on a copy of what the killed process left. */
  private async recoveryProblems(killed: Tree, expected: SimulatedKill, where: Where): Promise<string[]> {
    const { recovered, acknowledged } = expected;
    const mayBeLeft = this.resumable(expected).map((name) => leftOver(name, 'working'));
    const disk = await this.freshDisk(killed);
    const { client, way } = this.story;
    try {
      const ran = where === 'here' ? undefined : await way.recover?.(disk);
      if (!ran) await (await openReal(join(disk, 'store'), client, way.settings)).recover();
      return [
        ...(ran && ran.exitCode !== 0 ? [describeEnd(ran)] : []),
        ...differences(await readTree(disk), recovered),
        ...(await this.storeProblems(disk, acknowledged, AFTER_RECOVERY)).filter(
          (line) => !mayBeLeft.includes(line),
        ),
      ];
    } finally {
      await fs.rm(disk, { recursive: true });
    }
  }

  private stateOf(number: number): ClientState {
    return this.states.get(Math.min(number, KILLED))!;
  }
}

function leftOver(name: string, what: string): string {
  return `${name} is left over (${what})`;
}

/** Whether an operation changes nothing that a program could see. */
export function isSync(line: string): boolean {
  return /^(?:fsync|syncfs) /.test(line);
}

/** Every backup records when files were last read: no two runs could be the same where reading changes that. */
async function demandStillTimes(directory: string): Promise<void> {
  const { atimeMs } = await fs.lstat(directory);
  if (atimeMs === ACCESSED * 1000) return;
  throw new Error(
    `${directory} must be on a file system where reading leaves access times alone: relatime or noatime`,
  );
}
