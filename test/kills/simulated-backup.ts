import { broken, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { ownLocks } from '../../src/ports/host.ts';
import { openStore, type Store } from '../../src/server/store.ts';
import { writeTree, type Tree } from './real-tree.ts';
import type { Way } from './way.ts';

/** A backup that is about to be killed. */
export interface BackupStory {
  /** The disk before it: the store is the directory `store` on it. */
  readonly disk: Tree;
  readonly client: string;
  readonly way: Way;
  /** In milliseconds since 1970; it stands still. */
  readonly clock: number;
}

/** The backup on a simulated disk; the client is the real one there, too. */
export function simulatedBackup({ disk, client, way, clock }: BackupStory): Scenario {
  const open = ({ fs }: Pick<Life, 'fs'>): Promise<Store> => {
    const ports = { fs, clock: { now: () => clock }, host: ownLocks() };
    return openStore({ ...ports, directory: '/store', client, settings: way.settings });
  };
  return scenario({
    name: 'killed-backup',
    async setup(life) {
      await writeTree(life.fs, '', disk);
    },
    async run(life) {
      await way.simulate(await open(life), (name) => life.acknowledge(name));
    },
    async recover(life) {
      await (await open(life)).recover();
    },
    async check(simulated) {
      const store = await open(simulated);
      for (const { number } of await store.list()) {
        const { failures } = await store.verify(number);
        if (failures.length > 0) return broken('every listed backup verifies', failures.join('; '));
      }
      return undefined;
    },
  });
}
