import type { Clock } from '../ports/clock.ts';
import { formatMoment } from './time-format.ts';
import { TIMESTAMP_FORMAT, localMoment } from './timestamp.ts';

/** The names in a client's directory, as Burp has them. */
export const WORKING = 'working';
export const FINISHING = 'finishing';
export const CURRENT = 'current';
export const CURRENT_TMP = 'current.tmp';
export const TRASH = 'deleteme';

/** In front of the name of a backup that was put aside because the disk damaged it. */
export const DAMAGED_PREFIX = 'damaged-';

/** The names in a backup's directory. */
export const DATA = 'data';
export const FORWARD = 'deltas.forward';
export const REVERSE = 'deltas.reverse';
export const MANIFEST = 'manifest.gz';
export const SCAN = 'phase1.gz';
export const PROGRESS = 'changed';
export const INCEXC = 'incexc';
export const ATTEMPTS = 'resumed';
export const TIMESTAMP = 'timestamp';
export const HARDLINKED = 'hardlinked';
export const STATS = 'backup_stats';
export const LOG = 'log.gz';
/** What a backup in progress has to say so far, for the log of who resumes it. */
export const EARLIER_LOG = 'log.earlier.gz';
/** Of the last restore and the last verify: their log and their counters. */
export const READING = {
  restore: { log: 'restorelog.gz', stats: 'restore_stats' },
  verify: { log: 'verifylog.gz', stats: 'verify_stats' },
} as const;
export const RECORD = 'jiggle.json';
/** Where a large old file is unpacked while it is patched. */
export const SCRATCH = 'inflate';

const DIGITS = 7;
const HIGHEST_NUMBER = 9_999_999;

/** The name of a backup's directory, which is also its timestamp line: `0000003 2026-11-23 02:49:13 +0000`, of now. */
export function backupName(number: number, clock: Clock, format: string = TIMESTAMP_FORMAT): string {
  if (number > HIGHEST_NUMBER) throw new Error(`backup number ${number} does not fit into ${DIGITS} digits`);
  return `${String(number).padStart(DIGITS, '0')} ${formatMoment(format, localMoment(clock))}`;
}

/** The number of a backup, from the name of its directory; undefined if that is no backup's name. */
export function backupNumber(name: string): number | undefined {
  return /^\d{7} [^/]+$/.test(name) ? Number(name.slice(0, DIGITS)) : undefined;
}

/** The path without its last component; both are absolute or relative alike. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
