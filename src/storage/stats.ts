import type { Clock } from '../ports/clock.ts';
import type { Letter } from './manifest/entry.ts';
import type { Count, Tally } from './tally.ts';
import { timestampOf } from './timestamp.ts';

/**
 * Burp's order of entries, their names in its JSON, and in its logs. In the JSON, the names of the two kinds of links are
 * swapped, and go by their letters; in logs they are right.
 */
const LETTER_NAMES: readonly (readonly [Letter, json: string, log: string])[] = [
  ['f', 'files', 'Files'],
  ['y', 'files_encrypted', 'Files (encrypted)'],
  ['m', 'meta_data', 'Meta data'],
  ['n', 'meta_data_encrypted', 'Meta data (enc)'],
  ['d', 'directories', 'Directories'],
  ['L', 'soft_links', 'Hard links'],
  ['l', 'hard_links', 'Soft links'],
  ['s', 'special_files', 'Special files'],
  ['v', 'vss_headers', 'VSS headers'],
  ['V', 'vss_headers_encrypted', 'VSS headers (enc)'],
  ['u', 'vss_footers', 'VSS footers'],
  ['U', 'vss_footers_encrypted', 'VSS footers (enc)'],
  ['k', 'efs_files', 'EFS files'],
];

/** What is known at the end of a backup, restore or verify. */
export interface Facts {
  readonly kind: 'backup' | 'restore' | 'verify';
  readonly tally: Tally;
  readonly warnings: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** What says which local time that was. */
  readonly clock: Clock;
}

/** `backup_stats`, `restore_stats` and `verify_stats`, as Burp writes them. What went over the network is not counted. */
export function formatStats({ tally, warnings, start, end }: Facts): string {
  const single = (name: string, type: string, count: number) => ({ name, type, count });
  const counters = [
    ...countersIn(tally),
    ...(warnings > 0 ? [single('warnings', 'w', warnings)] : []),
    single('bytes_estimated', 'G', tally.estimated),
    single('bytes', 'O', tally.bytes),
    single('time_start', 'b', seconds(start)),
    single('time_end', 'E', seconds(end)),
  ];
  return `${JSON.stringify({ counters }, undefined, 4)}\n`;
}

/** By letters, and of all together, as Burp's JSON has them wherever it counts. */
export function countersIn(tally: Tally): readonly object[] {
  return [
    ...lettersOf(tally).map(([type, name]) => ({ name, type, ...tally.of(type) })),
    { name: 'grand_total', type: 'Z', ...tally.of() },
  ];
}

/** The same for people: what Burp's logs end with. */
export function tableOf(facts: Facts): string[] {
  const { kind, tally, warnings, start, end, clock } = facts;
  const took = seconds(end) - seconds(start);
  const rows = lettersOf(tally).map(([letter, , name]) => row(kind, name, tally.of(letter)));
  const done = { backup: 'Bytes in backup', restore: 'Bytes attempted', verify: 'Bytes checked' }[kind];
  return [
    '-'.repeat(80),
    `Start time: ${dateAndTime(clock, start)}`,
    `  End time: ${dateAndTime(clock, end)}`,
    `Time taken: ${duration(took)}`,
    head(kind),
    rule(kind),
    ...rows,
    row(kind, 'Grand total', tally.of()),
    rule(kind),
    '',
    single('Warnings', `${warnings}`),
    '',
    single('Bytes estimated', bytes(tally.estimated)),
    single(done, bytes(tally.bytes)),
    '-'.repeat(80),
  ];
}

function lettersOf(tally: Tally): typeof LETTER_NAMES {
  return LETTER_NAMES.filter(([letter]) => Object.values(tally.of(letter)).some((count) => count > 0));
}

const INDENT = 19;

function head(kind: Facts['kind']): string {
  const names =
    kind === 'backup' ? cells(['New', 'Changed', 'Duplicate', 'Deleted', 'Total']) : 'Attempted'.padStart(19);
  return `${' '.repeat(INDENT)}${names} | ${kind === 'backup' ? ' Scanned' : 'Expected'}`;
}

function row(kind: Facts['kind'], name: string, { count, changed, same, deleted, scanned }: Count): string {
  const numbers =
    kind === 'backup'
      ? cells([count, changed, same, deleted, count + changed + same].map(String))
      : String(count).padStart(19);
  return `${`${name}:`.padStart(INDENT)}${numbers} | ${String(scanned).padStart(8)}`;
}

function cells(texts: readonly string[]): string {
  return texts.map((text, at) => text.padStart(at === 0 ? 9 : 10)).join('');
}

function rule(kind: Facts['kind']): string {
  return ' '.repeat(INDENT) + '-'.repeat(kind === 'backup' ? 60 : 30);
}

function single(name: string, value: string): string {
  const [number = '', ...more] = value.split(' ');
  return [`${`${name}:`.padStart(22)}${number.padStart(14)}`, ...more].join(' ');
}

const UNITS = ['KB', 'MB', 'GB', 'TB', 'PB'];

/** `7641 (7.46 KB)`; a kilobyte has 1024. */
function bytes(count: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), UNITS.length);
  if (power === 0) return `${count}`;
  return `${count} (${(count / 1024 ** power).toFixed(2)} ${UNITS[power - 1]})`;
}

/** `00:59`, and `01:00:00` from an hour on, `1:00:00:00` from a day on. */
function duration(total: number): string {
  const parts = [Math.floor(total / 86_400), Math.floor(total / 3600) % 24];
  const shown = parts.slice(parts.findIndex((part) => part > 0)).filter(() => total >= 3600);
  return [...shown, Math.floor(total / 60) % 60, total % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function dateAndTime(clock: Clock, milliseconds: number): string {
  return timestampOf(clock, milliseconds).slice(0, 19);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
