import { scenario, type Life, type Scenario } from '../../harness/index.ts';
import type { Store } from '../../src/server/store.ts';
import type { Settings } from '../../src/storage/settings.ts';
import { checkStore } from './invariants.ts';
import { backUp, CLIENT, clientOf, open, ROOT, STORE, stored, type ClientTree } from './world.ts';

/** What the server is doing when the power goes. */
export type Act =
  | { readonly does: 'backup'; readonly tree: ClientTree }
  /** All is received and acknowledged; what is left is phase 4. */
  | { readonly does: 'shuffle'; readonly tree: ClientTree }
  | { readonly does: 'remove'; readonly number: number };

/** A story of a backup server: what it held before, what it is doing when the power goes, and what it must hold then. */
export interface BackupStory {
  readonly name: string;
  readonly summary: string;
  /** States of the client that are backed up before the story, one backup each. */
  readonly before: readonly ClientTree[];
  readonly act: Act;
  readonly settings?: Partial<Settings>;
  /** Settings with which each backup before the story was made, where they were other ones. */
  readonly settingsBefore?: readonly Partial<Settings>[];
  /** Settings of the server that recovers, if they have been changed while it was down. */
  readonly settingsAfter?: Partial<Settings>;
  /** Sets of backups that may be listed afterwards; old and new, if nothing is said. */
  readonly listings?: readonly (readonly number[])[];
  /** The next state of the client, which must be backed up without trouble. */
  readonly next: ClientTree;
  /** How the client reaches the server; in the same process, if nothing is said. */
  readonly backUp?: BackUp;
}

/** Backs one state of the client up, and acknowledges when the client is told that it can't be lost any more. */
export type BackUp = (store: Store, tree: ClientTree, acknowledge: (what: string) => void) => Promise<void>;

/** Entries per sync in these scenarios: few, so that the states between two syncs stay few. */
const ENTRIES_PER_SYNC = 1;

export function backupScenario(story: BackupStory): Scenario {
  const settings = { entriesPerSync: ENTRIES_PER_SYNC, ...story.settings };
  const after = { ...settings, ...story.settingsAfter };
  const old = story.before.map((_, i) => i + 1);
  const trees = new Map(story.before.map((tree, i) => [i + 1, tree]));
  if (story.act.does !== 'remove') trees.set(old.length + 1, story.act.tree);
  return scenario({
    name: story.name,
    summary: story.summary,
    durableRecovery: true,
    dontCare: [`${ROOT}/deleteme`],
    async setup(life) {
      await life.fs.mkdir(STORE);
      for (const [i, tree] of story.before.entries()) {
        const then = { ...settings, ...story.settingsBefore?.[i], keep: [KEEP_ALL] };
        await backUp(await open(life, then), tree, () => undefined);
      }
      if (story.act.does === 'shuffle') await receive(life, await open(life, settings), story.act.tree);
    },
    async run(life) {
      await act(life, story, settings);
    },
    async recover(life) {
      if (!(await life.fs.readdir(STORE)).includes(CLIENT)) return;
      await (await open(life, after)).recover();
      if (story.act.does === 'backup') await resume(life, story.act.tree, after, story.backUp ?? backUp);
    },
    async check(disk, acknowledged) {
      return await checkStore(disk, acknowledged, {
        trees,
        listings: story.listings ?? [old, newListing(story.act, old)],
        settings: after,
        next: story.next,
      });
    },
  });
}

const KEEP_ALL = 1000;

async function act(life: Life, story: BackupStory, settings: Partial<Settings>): Promise<void> {
  const store = await open(life, settings);
  const what = story.act;
  switch (what.does) {
    case 'backup':
      return await (story.backUp ?? backUp)(store, what.tree, life.acknowledge);
    case 'shuffle':
      return await store.recover();
    case 'remove':
      await store.remove(what.number);
      return life.acknowledge(`deleted ${what.number}`);
  }
}

class Received extends Error {}

/** A backup that ends as soon as the client has been told that it can't be lost any more. */
async function receive(life: Life, store: Store, tree: ClientTree): Promise<void> {
  try {
    await store.backup(clientOf(tree), {
      onStored(name) {
        life.acknowledge(stored(name));
        throw new Received();
      },
    });
  } catch (error) {
    if (!(error instanceof Received)) throw error;
  }
}

/** A client whose backup can be resumed comes back for that. */
async function resume(
  life: Life,
  tree: ClientTree,
  settings: Partial<Settings>,
  back: BackUp,
): Promise<void> {
  if (!(await life.fs.readdir(ROOT)).includes('working')) return;
  await back(await open(life, settings), tree, life.acknowledge);
}

function newListing(what: Act, old: readonly number[]): readonly number[] {
  return what.does === 'remove' ? old.filter((number) => number !== what.number) : [...old, old.length + 1];
}
