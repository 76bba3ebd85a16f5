import { TIMESTAMP_FORMAT, isTimestampFormat } from './timestamp.ts';

/** What happens to a backup that was cut short before everything was received. */
export type RecoveryMethod = 'delete' | 'resume';

/** How a client's backups are kept. A backup that is being made goes by the settings it was begun with. */
export interface Settings {
  /** gzip level that clients are asked for, 1 to 9; 0 for none. */
  readonly compression: number;
  /** Every backup keeps all its files whole; none depends on a newer one. */
  readonly hardlinkedArchive: boolean;
  /** Burp's `keep`: how many backups of the newest kind, then of each older window. */
  readonly keep: readonly number[];
  readonly recovery: RecoveryMethod;
  /** How often a backup may be resumed before it is begun anew; 0 for no limit. */
  readonly maxResumeAttempts: number;
  /** How many entries may wait for one sync. Safe at any value. */
  readonly entriesPerSync: number;
  /** How many files and directories must wait until one sync of their whole file system takes the place of many. */
  readonly groupSyncFrom: number;
  /** Whether changed files travel, and older ones are kept, as librsync deltas. */
  readonly librsync: boolean;
  /** Bytes. Larger files, old or new, are sent and kept whole; 0 for no limit. */
  readonly librsyncMaxSize: number;
  /** Bytes. Smaller files always travel whole: it takes longer to talk about them. How older ones are kept is another matter. */
  readonly smallestDelta: number;
  /** A file with this many names is copied instead of linked. */
  readonly maxHardlinks: number;
  /** A backup of which anything was warned is none. */
  readonly failOnWarning: boolean;
  /** Where backups that are given up go, whole, for somebody else to remove; they are removed if it is not set. */
  readonly manualDelete: string | undefined;
  /** How strftime(3) is asked for what follows the number in a backup's name. */
  readonly timestampFormat: string;
}

export const DEFAULT_SETTINGS: Settings = {
  compression: 9,
  hardlinkedArchive: false,
  keep: [7],
  recovery: 'delete',
  maxResumeAttempts: 0,
  entriesPerSync: 4096,
  groupSyncFrom: 16,
  librsync: true,
  librsyncMaxSize: 0,
  smallestDelta: 0,
  maxHardlinks: 10_000,
  failOnWarning: false,
  manualDelete: undefined,
  timestampFormat: TIMESTAMP_FORMAT,
};

/** Fills in what is not given. Throws a RangeError that names the first setting that makes no sense. */
export function completeSettings(given: Partial<Settings> = {}): Settings {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  checkWhole('compression', settings.compression, 0, 9);
  checkWhole('maxResumeAttempts', settings.maxResumeAttempts, 0);
  checkWhole('entriesPerSync', settings.entriesPerSync, 1);
  checkWhole('groupSyncFrom', settings.groupSyncFrom, 1);
  checkWhole('librsyncMaxSize', settings.librsyncMaxSize, 0);
  checkWhole('smallestDelta', settings.smallestDelta, 0);
  checkWhole('maxHardlinks', settings.maxHardlinks, 2);
  if (settings.keep.length === 0) throw new RangeError('keep needs at least one number');
  for (const keep of settings.keep) checkWhole('keep', keep, 1);
  if (settings.recovery !== 'delete' && settings.recovery !== 'resume')
    throw new RangeError(`recovery is delete or resume, not ${String(settings.recovery)}`);
  if (!isTimestampFormat(settings.timestampFormat))
    throw new RangeError(`timestampFormat makes no names: ${JSON.stringify(settings.timestampFormat)}`);
  return settings;
}

function checkWhole(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `from ${least} to ${most}`;
  throw new RangeError(`${name} is a whole number ${range}, not ${value}`);
}
