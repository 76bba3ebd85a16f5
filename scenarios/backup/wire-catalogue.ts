import type { Catalogue, CatalogueEntry } from '../../harness/explore/catalogue.ts';
import { type BackupStory, backupScenario } from './jiggle.ts';
import { BOUNDED } from './catalogue.ts';
import { HUNDREDS, KINDS, SMALL, WINDOWS } from './trees.ts';
import { backUpOverWire } from './wire.ts';

function entry(story: Omit<BackupStory, 'backUp'>, more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    name: story.name,
    summary: story.summary,
    group: 'Backups over the protocol',
    byDefault: true,
    make: () => backupScenario({ ...story, backUp: backUpOverWire }),
    // As for every backup: the state machine is the names of two links.
    breaksUnder: ['alice'],
    ...more,
  };
}

/** Backups whose client speaks Burp's protocol: what it was promised is the frame that it received. */
export const overWire: Catalogue = [
  entry({
    name: 'wire-first',
    summary: "the first backup of a client that speaks Burp's protocol",
    before: [],
    act: { does: 'backup', tree: SMALL[0] },
    next: SMALL[1],
  }),
  entry({
    name: 'wire-incremental',
    summary: 'changed, new, deleted and unchanged files, over the protocol',
    before: [SMALL[0]],
    act: { does: 'backup', tree: SMALL[1] },
    next: SMALL[2],
  }),
  entry({
    name: 'wire-kinds',
    summary: 'symlinks, hard links, a fifo and empty files, over the protocol',
    before: [KINDS[0]],
    act: { does: 'backup', tree: KINDS[1] },
    next: KINDS[2],
  }),
  entry({
    name: 'wire-windows',
    summary: 'a Windows client with long paths, and an entry that can not be stored, over the protocol',
    before: [WINDOWS[0]],
    act: { does: 'backup', tree: WINDOWS[1] },
    next: WINDOWS[2],
  }),
  entry({
    name: 'wire-resume',
    summary: 'a backup over the protocol that its client comes back to resume',
    before: [SMALL[0]],
    act: { does: 'backup', tree: SMALL[1] },
    settings: { recovery: 'resume' },
    next: SMALL[2],
  }),
  entry(
    {
      name: 'wire-hundreds',
      summary: 'twenty changed and new files and 180 unchanged ones, over the protocol, bounded',
      before: [HUNDREDS[0]],
      act: { does: 'backup', tree: HUNDREDS[1] },
      settings: { entriesPerSync: 2 },
      next: HUNDREDS[0],
    },
    { plan: BOUNDED, byDefault: false },
  ),
];
