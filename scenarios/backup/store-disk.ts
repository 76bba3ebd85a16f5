import { broken, scenario, type Disk, type Scenario } from '../../harness/index.ts';
import { scratchIn } from '../../src/host/scratch.ts';
import type { Scratch } from '../../src/ports/scratch.ts';
import { difference } from './expected.ts';
import { checkStore } from './invariants.ts';
import { restoring, wronglyRestored } from './restoring.ts';
import { backUp, CLIENT, open, STORE, type ClientTree } from './world.ts';

const SCRATCH = '/tmp';
const SETTINGS = { entriesPerSync: 1, keep: [1000] };

/** A place on the disk for what a restore puts together, from the first byte on. */
function scratchOf({ fs, random }: Pick<Disk, 'fs' | 'random'>): Scratch {
  return { ...scratchIn(fs, SCRATCH, () => random().toString(36).slice(2)), from: 0 };
}

/**
 * The store has a disk of its own, and what passes through the disk is elsewhere: a backup on top of two others, and
 * then a restore of the oldest, which goes through the differences of both.
 */
export function storeDisk(
  name: string,
  summary: string,
  [first, second, third]: readonly [ClientTree, ClientTree, ClientTree],
): Scenario {
  const trees = new Map([first, second, third].map((tree, i) => [i + 1, tree]));
  return scenario({
    name,
    summary,
    durableRecovery: true,
    volumes: { [STORE]: 'same' },
    async setup(life) {
      await life.fs.mkdir(STORE);
      await life.fs.mkdir(SCRATCH);
      for (const tree of [first, second]) await backUp(await open(life, SETTINGS), tree, () => undefined);
    },
    async run(life) {
      const store = await open(life, SETTINGS, { scratch: scratchOf(life) });
      await backUp(store, third, life.acknowledge);
      await restoring(life, store, 1, first);
    },
    async recover(life) {
      await emptied(life);
      if (!(await life.fs.readdir(STORE)).includes(CLIENT)) return;
      await (await open(life, SETTINGS)).recover();
    },
    async check(disk, acknowledged, endured) {
      const wrong = wronglyRestored(acknowledged, endured);
      if (wrong) return wrong;
      const finding = await checkStore(disk, acknowledged, {
        trees,
        listings: [
          [1, 2],
          [1, 2, 3],
        ],
        settings: SETTINGS,
        next: first,
      });
      if (finding) return finding;
      const store = await open(disk, SETTINGS, { scratch: scratchOf(disk) });
      const message = await difference(store, 1, first);
      return message === undefined
        ? undefined
        : broken('a restore through another disk gives the same', message);
    },
  });
}

/**
 * What a machine does with its directory for temporary files when it boots. It is made durable here, so that all that a
 * cut may still take back is the store's.
 */
async function emptied({ fs }: Pick<Disk, 'fs'>): Promise<void> {
  for (const name of await fs.readdir(SCRATCH)) await fs.unlink(`${SCRATCH}/${name}`);
  const directory = await fs.open(SCRATCH, 'r');
  await directory.sync();
  await directory.close();
}
