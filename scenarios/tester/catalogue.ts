import type { Catalogue, CatalogueEntry } from '../../harness/explore/catalogue.ts';
import { models, type Scenario } from '../../harness/index.ts';
import { eventLog } from './event-log.ts';

function sound(scenario: Scenario): CatalogueEntry {
  return {
    name: scenario.name,
    summary: scenario.summary ?? '',
    group: 'The tester itself',
    byDefault: true,
    make: () => scenario,
    // A file with a new name is in place of the old one, or nothing is, only where rename is atomic.
    breaksUnder: ['alice'],
  };
}

function twin(scenario: Scenario, sparing: readonly string[]): CatalogueEntry {
  const breaksUnder = models.map(({ name }) => name).filter((name) => !sparing.includes(name));
  return { ...sound(scenario), group: 'Known-broken twins', byDefault: false, breaksUnder };
}

/** What blackout itself keeps on a disk, and twins of it. */
export const tester: Catalogue = [
  sound(eventLog('event-log', 'the log that a run of blackout is resumed from, over an older one')),
  twin(eventLog('event-log-no-fsync', 'nothing of the log is synced', { noSync: true }), ['process-kill']),
  twin(
    eventLog('event-log-no-directory-fsync', 'the folder of the log is not synced, nor what holds it', {
      noDirectorySync: true,
      older: false,
    }),
    ['process-kill'],
  ),
  twin(eventLog('event-log-in-place', 'the older log is emptied and written over', { inPlace: true }), []),
];
