import type { Catalogue, CatalogueEntry } from '../../harness/explore/catalogue.ts';
import { backupScenario, type BackupStory } from './jiggle.ts';
import { KINDS, manyFiles, SMALL } from './trees.ts';

function entry(story: BackupStory): CatalogueEntry {
  return {
    name: story.name,
    summary: story.summary,
    group: 'Backups',
    byDefault: true,
    make: () => backupScenario(story),
    breaksUnder: ['alice'],
  };
}

const [before18, after18] = manyFiles(8, 10);

export const backups: Catalogue = [
  entry({
    name: 'backup-first',
    summary: 'the first backup of a client',
    before: [],
    act: { backup: SMALL[0] },
    next: SMALL[1],
  }),
  entry({
    name: 'backup-incremental',
    summary: 'a backup with changed, new, deleted and unchanged files on top of another',
    before: [SMALL[0]],
    act: { backup: SMALL[1] },
    next: SMALL[2],
  }),
  entry({
    name: 'backup-kinds',
    summary:
      'every kind of entry: symlinks, hard links, a fifo, empty files, and entries that change their kind',
    before: [KINDS[0]],
    act: { backup: KINDS[1] },
    next: KINDS[2],
    settings: { compression: 0 },
  }),
  entry({
    name: 'backup-delete',
    summary: 'the newest of two backups is deleted',
    before: [SMALL[0], SMALL[1]],
    act: { remove: 1 },
    next: SMALL[2],
  }),
  entry({
    name: 'backup-delete-only',
    summary: 'the only backup is deleted',
    before: [SMALL[0]],
    act: { remove: 1 },
    next: SMALL[1],
  }),
  entry({
    name: 'backup-retention',
    summary: 'a backup after which the oldest one has to go',
    before: [SMALL[0], SMALL[1]],
    act: { backup: SMALL[2] },
    settings: { keep: [2] },
    listings: [
      [1, 2],
      [1, 2, 3],
      [2, 3],
    ],
    next: SMALL[1],
  }),
  entry({
    name: 'backup-eighteen',
    summary: 'an incremental backup of eight changed and new files and ten unchanged ones',
    before: [before18],
    act: { backup: after18 },
    next: before18,
  }),
];
