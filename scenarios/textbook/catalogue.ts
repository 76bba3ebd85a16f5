import type { Catalogue, CatalogueEntry } from '../../harness/explore/catalogue.ts';
import { andBelow, type Scenario } from '../../harness/index.ts';
import { appendLog } from './append-log.ts';
import { atomicReplace } from './atomic-replace.ts';
import { retriedSync } from './retried-sync.ts';

function entry(
  scenario: Scenario,
  breaksUnder: readonly string[],
  plan: CatalogueEntry['plan'] = {},
): CatalogueEntry {
  const sound = breaksUnder.length === 0 || (breaksUnder.length === 1 && breaksUnder[0] === 'alice');
  return {
    name: scenario.name,
    summary: scenario.summary ?? '',
    group: sound ? 'Textbook protocols' : 'Known-broken twins',
    byDefault: sound,
    make: () => scenario,
    breaksUnder,
    plan,
  };
}

/** Any call fails once, as the device does. */
const ONE_FAILS: CatalogueEntry['plan'] = { faults: ['eio'] };

/** The two protocols that everybody knows, and twins of them with one step left out each. */
export const textbook: Catalogue = [
  entry(atomicReplace('atomic-replace', 'write a temporary file, fsync, rename over, fsync the directory'), [
    'alice',
  ]),
  entry(appendLog('append-log', 'append records with a checksum, fsync each, cut off what is not whole'), []),
  entry(
    retriedSync('failed-sync', 'a file is replaced, and not promised if its fsync fails', 'gives up'),
    ['alice'],
    ONE_FAILS,
  ),
  entry(
    retriedSync(
      'failed-sync-again',
      'an fsync that fails is called again until it returns 0',
      'calls it again',
    ),
    andBelow('sequential'),
    ONE_FAILS,
  ),
  entry(
    atomicReplace('atomic-replace-no-fsync', 'the new file is renamed before its data is durable', {
      noFsync: true,
    }),
    andBelow('ext4', 'xfs', 'btrfs'),
  ),
  entry(
    atomicReplace('atomic-replace-no-directory-fsync', 'done is said before the rename is durable', {
      noDirectoryFsync: true,
    }),
    andBelow('sequential'),
  ),
  entry(
    atomicReplace('atomic-replace-in-place', 'the file itself is overwritten, and may tear', {
      inPlace: true,
    }),
    andBelow('ext4', 'xfs', 'btrfs'),
  ),
  entry(
    appendLog('append-log-no-fsync', 'records are acknowledged while they are in memory', { noFsync: true }),
    andBelow('sequential'),
  ),
  entry(
    appendLog(
      'append-log-no-directory-fsync',
      "records are acknowledged before the log's own name is durable",
      {
        noDirectoryFsync: true,
      },
    ),
    andBelow('posix'),
  ),
  entry(
    appendLog('append-log-no-checksum', 'a record with its length but not its data is taken for whole', {
      noChecksum: true,
    }),
    andBelow('ext4'),
  ),
];
