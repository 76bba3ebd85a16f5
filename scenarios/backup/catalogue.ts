import type { Catalogue, CatalogueEntry } from '../../harness/explore/catalogue.ts';
import type { ExploreOptions } from '../../harness/index.ts';
import { backupScenario, type BackupStory } from './jiggle.ts';
import { readTrees } from './real-trees.ts';
import { HUNDREDS, KINDS, manyFiles, SMALL } from './trees.ts';

function entry(story: BackupStory, more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    name: story.name,
    summary: story.summary,
    group: 'Backups',
    byDefault: true,
    make: () => backupScenario(story),
    // A rename under alice may leave `working` and `finishing` both, or neither: the state machine is these two names.
    breaksUnder: ['alice'],
    ...more,
  };
}

const [before18, after18] = manyFiles(8, 10);

/** Closed, but with the inside of the trash declared not to matter; the run says so, and checks it. */
const CLOSURE: Partial<ExploreOptions> = { dontCare: true };
/** From every crash point, at most two effects lost or kept, and a second cut in each recovery. */
export const BOUNDED: Partial<ExploreOptions> = { tier: 'bounded', t: 2, depth: 2, dontCare: true };

const incremental: BackupStory = {
  name: 'backup-incremental',
  summary:
    'changed, new, deleted and unchanged files on top of another backup; --tree takes your own directories',
  before: [SMALL[0]],
  act: { does: 'backup', tree: SMALL[1] },
  next: SMALL[2],
};

/** No symlink is renamed to a new name, and nothing is unlinked whose data would be missed: alice can't hurt it. */
const HOLDS: Partial<CatalogueEntry> = { breaksUnder: [] };

export const backups: Catalogue = [
  entry({
    name: 'backup-first',
    summary: 'the first backup of a client',
    before: [],
    act: { does: 'backup', tree: SMALL[0] },
    next: SMALL[1],
  }),
  entry(incremental, {
    takesTrees: true,
    async make({ trees = [] }) {
      if (trees.length === 0) return backupScenario(incremental);
      const states = await readTrees(trees);
      const last = states.at(-1)!;
      return backupScenario({
        ...incremental,
        before: states.slice(0, -1),
        act: { does: 'backup', tree: last },
        next: states[0]!,
      });
    },
  }),
  entry({
    name: 'backup-grouped',
    summary:
      'an incremental backup where one sync of the whole file system takes the place of those of two entries',
    before: [SMALL[0]],
    act: { does: 'backup', tree: SMALL[1] },
    settings: { entriesPerSync: 2, groupSyncFrom: 1 },
    next: SMALL[2],
  }),
  entry({
    name: 'backup-kinds',
    summary: 'symlinks, hard links, a fifo, empty files, and entries that change their kind',
    before: [KINDS[0]],
    act: { does: 'backup', tree: KINDS[1] },
    next: KINDS[2],
  }),
  entry(
    {
      name: 'backup-shuffle',
      summary: 'phase 4 alone: everything is received, the client was told so, and the store is put in order',
      before: [SMALL[0]],
      act: { does: 'shuffle', tree: SMALL[1] },
      next: SMALL[2],
    },
    HOLDS,
  ),
  entry(
    {
      name: 'backup-shuffle-archive',
      summary: 'phase 4 where every backup keeps all its files whole (hardlinked_archive)',
      before: [SMALL[0]],
      act: { does: 'shuffle', tree: SMALL[1] },
      settings: { hardlinkedArchive: true },
      next: SMALL[2],
    },
    HOLDS,
  ),
  entry(
    {
      name: 'backup-shuffle-eighteen',
      summary: 'phase 4 of eight changed and new files and ten unchanged ones',
      before: [before18],
      act: { does: 'shuffle', tree: after18 },
      next: before18,
    },
    HOLDS,
  ),
  entry({
    name: 'backup-resume',
    summary: 'a backup that is resumed after the cut, by a client that comes back',
    before: [SMALL[0]],
    act: { does: 'backup', tree: SMALL[1] },
    settings: { recovery: 'resume' },
    next: SMALL[2],
  }),
  entry(
    {
      name: 'backup-delete',
      summary: 'the oldest of two backups is deleted',
      before: [SMALL[0], SMALL[1]],
      act: { does: 'remove', number: 1 },
      next: SMALL[2],
    },
    HOLDS,
  ),
  entry(
    {
      name: 'backup-delete-newest',
      summary: 'the newest of two hardlinked backups is deleted, so that current has to go back',
      before: [SMALL[0], SMALL[1]],
      act: { does: 'remove', number: 2 },
      settings: { hardlinkedArchive: true },
      next: SMALL[2],
    },
    HOLDS,
  ),
  entry(
    {
      name: 'backup-delete-only',
      summary: 'the only backup is deleted',
      before: [SMALL[0]],
      act: { does: 'remove', number: 1 },
      next: SMALL[1],
    },
    HOLDS,
  ),
  entry({
    name: 'backup-retention',
    summary: 'a backup after which the oldest one has to go',
    before: [SMALL[0], SMALL[1]],
    act: { does: 'backup', tree: SMALL[2] },
    settings: { keep: [2] },
    listings: [
      [1, 2],
      [1, 2, 3],
      [2, 3],
    ],
    next: SMALL[1],
  }),
  entry({
    name: 'backup-config-change',
    summary: 'compression, archive and recovery method are other ones when the server comes back',
    before: [SMALL[0]],
    act: { does: 'backup', tree: SMALL[1] },
    settings: { compression: 9, hardlinkedArchive: false, recovery: 'delete' },
    settingsAfter: { compression: 0, hardlinkedArchive: true, recovery: 'resume' },
    next: SMALL[2],
  }),
  entry({
    name: 'backup-config-change-back',
    summary: 'the same change the other way round',
    before: [SMALL[0]],
    act: { does: 'backup', tree: SMALL[1] },
    settings: { compression: 0, hardlinkedArchive: true, recovery: 'resume' },
    settingsAfter: { compression: 9, hardlinkedArchive: false, recovery: 'delete' },
    next: SMALL[2],
  }),
  entry({
    name: 'backup-eighteen',
    summary: 'an incremental backup of eight changed and new files and ten unchanged ones',
    before: [before18],
    act: { does: 'backup', tree: after18 },
    next: before18,
  }),
  entry(
    {
      name: 'backup-hundreds',
      summary: 'an incremental backup of twenty changed and new files and 180 unchanged ones',
      before: [HUNDREDS[0]],
      act: { does: 'backup', tree: HUNDREDS[1] },
      next: HUNDREDS[0],
    },
    { plan: CLOSURE, byDefault: false },
  ),
  entry(
    {
      name: 'backup-hundreds-batched',
      summary: 'the same with two entries per sync, bounded: too many of their effects are pending together',
      before: [HUNDREDS[0]],
      act: { does: 'backup', tree: HUNDREDS[1] },
      settings: { entriesPerSync: 2 },
      next: HUNDREDS[0],
    },
    { plan: BOUNDED, byDefault: false },
  ),
];
