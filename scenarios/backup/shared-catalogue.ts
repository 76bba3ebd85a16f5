import type { Catalogue, CatalogueEntry } from '../../harness/explore/catalogue.ts';
import type { Scenario } from '../../harness/index.ts';
import { storeDisk } from './store-disk.ts';
import { secondConnection, twoClients } from './together.ts';
import { SMALL, SMALLEST } from './trees.ts';

function entry(scenario: Scenario, more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  const { name, summary = '', volumes } = scenario;
  return {
    name,
    summary,
    group: 'Backups, several at once, and on several disks',
    byDefault: true,
    make: () => scenario,
    ...(volumes ? { volumes } : {}),
    // As for every backup: the state machine is the names of two links.
    breaksUnder: ['alice'],
    ...more,
  };
}

/** One process that serves several connections, and a store that has its disk for itself. */
export const shared: Catalogue = [
  entry(
    twoClients({
      name: 'backup-two-clients',
      summary: 'two clients back up for the first time, at the same time',
      tree: SMALLEST[0],
      next: SMALLEST[1],
    }),
    // Thousands of states: what is pending of one client goes with all that is of the other.
    { byDefault: false },
  ),
  entry(
    secondConnection({
      name: 'backup-second-connection',
      summary: 'a client backs up twice at a time: one is refused, and restores beside the other',
      before: SMALLEST[0],
      tree: SMALLEST[1],
      next: SMALLEST[2],
    }),
  ),
  entry(
    storeDisk(
      'backup-store-disk',
      'a backup, and a restore through a scratch file, where the store is on a disk of its own',
      SMALL,
    ),
  ),
];
