import { scenario, type Life, type Scenario } from '../../harness/index.ts';
import type { Settings } from '../../src/storage/settings.ts';
import { checkStore } from './invariants.ts';
import { backUp, open, STORE, type ClientTree } from './world.ts';

/** A story of a backup server: what it held before, what it is doing when the power goes, and what it must hold then. */
export interface BackupStory {
  readonly name: string;
  readonly summary: string;
  /** States of the client that are backed up before the story, one backup each. */
  readonly before: readonly ClientTree[];
  /** The state that is backed up while the power goes; or the number of a backup that is deleted. */
  readonly act: { readonly backup: ClientTree } | { readonly remove: number };
  readonly settings?: Partial<Settings>;
  /** Settings of the server that recovers, if they have been changed while it was down. */
  readonly settingsAfter?: Partial<Settings>;
  /** Sets of backups that may be listed afterwards; old and new, if nothing is said. */
  readonly listings?: readonly (readonly number[])[];
  readonly next: ClientTree;
}

/** Entries per sync in these scenarios: few, so that the states between two syncs stay few. */
const ENTRIES_PER_SYNC = 1;

export function backupScenario(story: BackupStory): Scenario {
  const settings = { entriesPerSync: ENTRIES_PER_SYNC, ...story.settings };
  const after = { ...settings, ...story.settingsAfter };
  const old = story.before.map((_, i) => i + 1);
  const trees = new Map(story.before.map((tree, i) => [i + 1, tree]));
  if ('backup' in story.act) trees.set(old.length + 1, story.act.backup);
  const resumes = after.recovery === 'resume' && 'backup' in story.act;
  return scenario({
    name: story.name,
    summary: story.summary,
    durableRecovery: true,
    async setup(life) {
      await life.fs.mkdir(STORE);
      const store = await open(life, { ...settings, keep: [100] });
      for (const tree of story.before) await backUp(store, tree, () => undefined);
    },
    async run(life) {
      await act(life, story, settings);
    },
    async recover(life) {
      if (!(await life.fs.readdir(STORE)).includes('c1')) return;
      await (await open(life, after)).recover();
    },
    async check(disk, acknowledged) {
      return await checkStore(disk, acknowledged, {
        trees,
        listings: story.listings ?? [old, newListing(story, old)],
        leftovers: resumes ? ['working'] : [],
        settings: after,
        next: story.next,
      });
    },
  });
}

async function act(life: Life, story: BackupStory, settings: Partial<Settings>): Promise<void> {
  const store = await open(life, settings);
  if ('backup' in story.act) {
    await backUp(store, story.act.backup, life.acknowledge);
  } else {
    await store.remove(story.act.remove);
    life.acknowledge(`deleted ${story.act.remove}`);
  }
}

function newListing({ act }: BackupStory, old: readonly number[]): readonly number[] {
  return 'backup' in act ? [...old, old.length + 1] : old.filter((number) => number !== act.remove);
}
