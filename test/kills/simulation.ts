import { findModel, Player, scenario, type Cut, type Life } from '../../harness/index.ts';
import { listTree } from '../../harness/disk/image/tree.ts';
import type { Op } from '../../harness/disk/journal.ts';
import { directorySource } from '../../src/client/directory-source.ts';
import { localClient } from '../../src/client/local-client.ts';
import { ownLocks } from '../../src/ports/host.ts';
import { openStore, type Store } from '../../src/server/store.ts';
import type { Settings } from '../../src/storage/settings.ts';
import { writeTree, type Tree } from './real-tree.ts';

/** A backup that is about to be killed. */
export interface Story {
  /** The disk before it: the store is the directory `store` on it. */
  readonly disk: Tree;
  readonly client: string;
  /** The real directory that is backed up. */
  readonly source: string;
  readonly settings: Partial<Settings>;
  /** In milliseconds since 1970; it stands still. */
  readonly clock: number;
}

/** What the simulation says about one kill. */
export interface SimulatedKill {
  /** The disk that the killed process leaves. */
  readonly killed: Tree;
  /** The disk after the recovery that follows. */
  readonly recovered: Tree;
  /** The backups, by name, of which the client had been told that they are stored. */
  readonly stored: readonly string[];
}

export interface Simulation {
  /** The operations of the backup, one line each, as the preload writes them. */
  readonly ops: readonly string[];
  /** What is so after the kill that comes right after this many operations. */
  killedAfter(op: number): Promise<SimulatedKill>;
}

/** Runs the story on the simulated disk, the real directory being the client there, too. */
export async function simulate(story: Story): Promise<Simulation> {
  const model = findModel('process-kill');
  if (!model) throw new Error('there must be a model process-kill');
  const player = await Player.start(killedBackup(story), model);
  return {
    ops: player.main.life.ops.map(lineOf),
    async killedAfter(op) {
      const cut: Cut = { at: op, mode: 'lose', effects: [] };
      const { lives, recovery, verdict } = await player.play([cut]);
      const [killed] = lives;
      if (verdict.outcome !== 'converged') throw new Error(`simulated: ${JSON.stringify(verdict)}`);
      const stored = killed!.acknowledged;
      return { killed: listTree(killed!.crash), recovered: listTree(recovery.image), stored };
    },
  };
}

function killedBackup({ disk, client, source, settings, clock }: Story): ReturnType<typeof scenario> {
  const open = ({ fs }: Pick<Life, 'fs'>): Promise<Store> => {
    const ports = { fs, clock: { now: () => clock }, host: ownLocks() };
    return openStore({ ...ports, directory: '/store', client, settings });
  };
  return scenario({
    name: 'killed-backup',
    async setup(life) {
      await writeTree(life.fs, '', disk);
    },
    async run(life) {
      const store = await open(life);
      await store.backup(localClient(directorySource(source)), { onStored: (name) => life.acknowledge(name) });
    },
    async recover(life) {
      await (await open(life)).recover();
    },
    async check(simulated) {
      const store = await open(simulated);
      for (const { number } of await store.list()) {
        const { failures } = await store.verify(number);
        if (failures.length > 0) return { invariant: 'every listed backup verifies', message: failures[0]! };
      }
      return undefined;
    },
  });
}

/** An operation as the preload shows it: what can be told from outside of the process. */
export function lineOf({ kind, path, to, length, offset }: Op): string {
  const start = `${kind} ${path}`;
  if (to !== undefined) return `${start} -> ${to}`;
  if (kind === 'write') return `${start} +${length}`;
  return kind === 'truncate' ? `${start} to ${offset}` : start;
}
