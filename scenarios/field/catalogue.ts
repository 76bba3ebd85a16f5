import type { Catalogue, OwnPlan } from '../../harness/explore/catalogue.ts';
import { andBelow, models } from '../../harness/index.ts';
import { flush } from './flush.ts';
import { install } from './install.ts';
import { logTail } from './log-tail.ts';
import { marker } from './marker.ts';
import { neighbours } from './neighbours.ts';
import { pair } from './pair.ts';
import { saves, throughOneName, throughOwnNames } from './saves.ts';
import { servedLog } from './served-log.ts';
import { twoDisks } from './two-disks.ts';

const KILLS: OwnPlan = { deaths: ['cut', 'kill'] };
const ORDERS: OwnPlan = { orders: 1 };

/**
 * Bugs that real systems had and that no cut of one life on one disk shows: a process that dies before its machine, a
 * log on a second disk, old bytes after the end of a file, calls that overtake others.
 */
export const field: Catalogue = [
  ...pair(
    servedLog(
      'served-log',
      'after a restart, what is read is served before it is durable (Kafka, Pebble)',
      false,
    ),
    servedLog('served-log-synced', 'after a restart, what is read is made durable, and then served', true),
    { plan: KILLS, breaksUnder: andBelow('sequential') },
  ),
  ...pair(
    twoDisks(
      'two-disks',
      'the log, on a disk of its own, is cut off before the snapshot is there (InfluxDB)',
      false,
    ),
    twoDisks(
      'two-disks-synced',
      "the snapshot's name is durable before the log, on a disk of its own, is cut off",
      true,
    ),
    { breaksUnder: andBelow('sequential') },
  ),
  ...pair(
    marker('marker', 'a marker on another disk is durable before what it marks (ClickHouse)', false),
    marker('marker-synced', 'what is marked is durable before the marker on another disk', true),
    { breaksUnder: andBelow('sequential') },
  ),
  ...pair(
    logTail('log-tail', 'old bytes after the end of the log are taken for damage (etcd)', false),
    logTail('log-tail-cut-off', 'whatever follows the last whole record is cut off', true),
    { breaksUnder: ['ext4+garbage', 'posix+garbage', 'alice'] },
  ),
  ...pair(
    saves(
      'saves-one-name',
      'two saves at once go through one temporary file (electron-json-storage)',
      throughOneName,
    ),
    saves('saves-own-names', 'two saves at once, each through a temporary file of its own', throughOwnNames),
    { plan: ORDERS, breaksUnder: models.map(({ name }) => name) },
  ),
  ...pair(
    install(
      'install',
      'a package of 120 files is unpacked, and no file is synced before its rename (dpkg)',
      false,
    ),
    install('install-synced', 'each of the 120 files of a package is durable before it is renamed', true),
    {
      large: true,
      breaksUnder: andBelow('ext4', 'xfs', 'btrfs'),
      // The blocks of an old file go to a new one before its name has surely gone to the new.
      mendedBreaksUnder: ['ext4-writeback', 'ext4-writeback-noauto', 'alice'],
    },
  ),
  ...pair(
    flush('flush-early', 'a flush syncs the log while a record is still being appended (RocksDB)', false),
    flush('flush-waits', 'a flush waits for the append, and syncs the log then', true),
    { plan: ORDERS, breaksUnder: andBelow('sequential') },
  ),
  ...neighbours,
];
