import {
  absolute,
  compression,
  flag,
  hash,
  oneOf,
  path,
  size,
  text,
  timestampFormat,
  whole,
} from './kinds.ts';
import { TIMESTAMP_FORMAT } from '../storage/timestamp.ts';
import { type Option, many, one } from './option.ts';

const MAY: readonly (readonly [string, string])[] = [
  ['delete', 'delete backups'],
  ['diff', 'compare backups'],
  ['force_backup', 'back up whenever it likes (`-a b`), not only when due (`-a t`)'],
  ['list', 'list backups'],
  ['monitor', 'look at itself, and at clients that it may act for, in the status monitor'],
  ['restore', 'restore'],
  ['verify', 'verify backups'],
];

/**
 * Bytes. A client that makes a delta must be waited for, and its system holds the answer's second packet back until the
 * first is confirmed, which takes 40 ms; a smaller file is there sooner than that.
 */
export const SMALLEST_DELTA = 16 * 1024;

/** What both files may say, the client's file with the last word; and what only a client's file may say. */
export const CLIENT_OPTIONS: readonly Option[] = [
  one('directory', path, 'where the backups are: one directory for each client'),
  one(
    'client_lockdir',
    path,
    "where Burp's programs keep their locks on clients, which are heeded; `directory` if not set",
  ),
  many(
    'keep',
    whole,
    "how many backups to keep; several values keep fewer of the older ones, as Burp's manual says",
  ),
  one('hardlinked_archive', flag, 'keep all files of all backups whole, instead of reverse deltas', {
    default: '0',
  }),
  one('max_hardlinks', whole, 'a file with so many names is copied instead of linked', {
    default: '10000',
    place: 'server',
  }),
  one(
    'librsync',
    flag,
    `changed files of ${SMALLEST_DELTA / 1024} KiB or more travel, and older ones are kept, as deltas`,
    { default: '1' },
  ),
  one('librsync_max_size', size, 'larger files travel and are kept whole; 0 for no limit', { default: '0' }),
  one('compression', compression, 'gzip level of stored files', { default: 'zlib9' }),
  one(
    'working_dir_recovery_method',
    oneOf('delete', 'resume'),
    'what becomes of a backup that was cut short',
    {
      default: 'delete',
    },
  ),
  one(
    'max_resume_attempts',
    whole,
    'how often one backup is resumed before it is begun anew; 0 for no limit',
    {
      default: '0',
    },
  ),
  one(
    'manual_delete',
    absolute,
    'where backups that are given up are moved, whole, as `<client>-<backup>`, for somebody else to remove; on the file system of `directory`',
  ),
  one('fail_on_warning', flag, 'a backup of which anything was warned is given up', { default: '0' }),
  one('timestamp_format', timestampFormat, "the time in a backup's name, in local time and in English", {
    default: TIMESTAMP_FORMAT,
  }),
  one('hard_quota', size, 'do not back up if all files together are larger; 0 for no limit', {
    default: '0',
  }),
  one('soft_quota', size, 'warn if all files together are larger; 0 for no limit', { default: '0' }),
  one('enabled', flag, '0 turns clients away', { default: '1' }),
  one('password_check', flag, '0: the certificate is enough', { default: '1' }),
  one('password', text, "the client's password", { place: 'client' }),
  one('passwd', hash, "the client's password, hashed", { place: 'client' }),
  one(
    'ssl_peer_cn',
    text,
    "the name in the client's certificate, in any case; the client's own name if not set",
    {
      place: 'client',
    },
  ),
  many(
    'network_allow',
    text,
    'addresses or networks that clients may come from: `192.168.0.0/16`, `::1`; all if not set',
  ),
  many('network_allow_status', text, 'the same for those who come to look, in the status monitor'),
  many('label', text, 'shown by the status monitor'),
  ...MAY.map(([what, says]) => one(`client_can_${what}`, flag, `the client may ${says}`, { default: '1' })),
  many('restore_client', text, "a client that may use this one's backups, as far as both may use their own", {
    isAdded: true,
  }),
  many('super_client', text, "a client that may use this one's backups as it may use its own", {
    isAdded: true,
  }),
  one('version_warn', flag, "warn clients whose version is another than the server's", { default: '1' }),
  one(
    'max_parallel_backups',
    whole,
    'how many backups may be made at once, until they are finished; 0 for no limit',
    { default: '0' },
  ),
  one(
    'timer_script',
    path,
    'decides by its exit code whether a timed backup is due: 0 is yes; built in if not set',
  ),
  many(
    'timer_arg',
    text,
    'first the least time between backups (`20h`), then hours of days (`Mon,Tue,19,20`) or `always`',
  ),
  one(
    'timer_repeat_interval',
    whole,
    'minutes after which a timed backup that is being received is asked again whether it may be, and else is cut short; 0 for never',
    { default: '0' },
  ),
];
