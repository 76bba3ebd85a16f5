import { scenario, type Life, type Scenario } from '../../harness/index.ts';
import { ownLocks } from '../../src/ports/host.ts';
import type { Store } from '../../src/server/store.ts';
import { codeOf } from '../../src/storage/errors.ts';
import { checkStore } from './invariants.ts';
import { restoring, wronglyRestored } from './restoring.ts';
import { backUp, CLIENT, open, STORE, type ClientTree } from './world.ts';

/** A story in which one process serves several connections at once. */
interface Story {
  readonly name: string;
  readonly summary: string;
  /** The next state of each client, which must be backed up without trouble. */
  readonly next: ClientTree;
}

const SETTINGS = { entriesPerSync: 1 };
const OTHER = 'c2';

/** Two clients back up at the same time, into one store. */
export function twoClients({ name, summary, next, tree }: Story & { readonly tree: ClientTree }): Scenario {
  const clients = [CLIENT, OTHER];
  return scenario({
    name,
    summary,
    durableRecovery: true,
    async setup(life) {
      await life.fs.mkdir(STORE);
      // The first time in a process, this waits for the compiler of what counts sums, which takes as long as it takes.
      await open(life, SETTINGS);
    },
    async run(life) {
      const host = ownLocks();
      await all(clients, async (client) => {
        const store = await open(life, SETTINGS, { client, host });
        await backUp(store, tree, (what) => life.acknowledge(`${client}: ${what}`));
      });
    },
    async recover(life) {
      const host = ownLocks();
      await all(await life.fs.readdir(STORE), async (client) => {
        await (await open(life, SETTINGS, { client, host })).recover();
      });
    },
    async check(disk, acknowledged) {
      const trees = new Map([[1, tree]]);
      for (const client of clients) {
        const told = acknowledged.filter((what) => what.startsWith(`${client}: `));
        const own = told.map((what) => what.slice(`${client}: `.length));
        const promise = { trees, listings: [[], [1]], settings: SETTINGS, next, client };
        const finding = await checkStore(disk, own, promise);
        if (finding) return { ...finding, message: `client ${client}: ${finding.message}` };
      }
      return undefined;
    },
  });
}

/**
 * A client is there twice and wants to back up both times: one of the two is refused, and restores what there was until
 * the other one is done. After a cut, both come back at once.
 */
export function secondConnection(
  story: Story & { readonly before: ClientTree; readonly tree: ClientTree },
): Scenario {
  const { name, summary, before, tree, next } = story;
  const trees = new Map([
    [1, before],
    [2, tree],
  ]);
  const twice = async (life: Life): Promise<readonly Store[]> => {
    const host = ownLocks();
    return [await open(life, SETTINGS, { host }), await open(life, SETTINGS, { host })];
  };
  return scenario({
    name,
    summary,
    durableRecovery: true,
    async setup(life) {
      await life.fs.mkdir(STORE);
      await backUp(await open(life, SETTINGS), before, () => undefined);
    },
    async run(life) {
      const ended = new Set<Store>();
      await all(await twice(life), async (store) => {
        const isDone = await unlessBusy(backUp(store, tree, life.acknowledge)).finally(() =>
          ended.add(store),
        );
        if (isDone) return;
        while (ended.size < 2) await restoring(life, store, 1, before);
      });
    },
    async recover(life) {
      await all(await twice(life), async (store) => await unlessBusy(store.recover()));
    },
    async check(disk, acknowledged, endured) {
      const wrong = wronglyRestored(acknowledged, endured);
      if (wrong) return wrong;
      return await checkStore(disk, acknowledged, {
        trees,
        listings: [[1], [1, 2]],
        settings: SETTINGS,
        next,
      });
    },
  });
}

/** Whether it was done: not if another connection is at work for the same client. */
async function unlessBusy(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (codeOf(error) === 'EBUSY') return false;
    throw error;
  }
}

/** All at once, to the end of each; what one of them throws comes then. */
async function all<T>(each: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const ends = await Promise.allSettled(each.map(work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
