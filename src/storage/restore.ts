import type { RestoreSink } from '../ports/restore-sink.ts';
import { isDamage } from './codec/damage.ts';
import { type Chain, openEntry } from './chain.ts';
import type { Backup } from './job.ts';
import { type ByteString, displayBytes, fromText } from './manifest/byte-string.ts';
import { type Entry, entryOf, hasData, isDirectory } from './manifest/entry.ts';
import { isWithin } from './manifest/path-order.ts';
import { withForwardSlashes } from './manifest/windows-path.ts';

/** What of a backup is restored, and where in the target it goes. */
export interface Selection {
  /** A regular expression, searched for in the whole path. */
  readonly regex?: RegExp;
  /** This path and what is below it. */
  readonly prefix?: string;
  /** How many leading components of each path are left out. */
  readonly strip?: number;
}

export interface Restored {
  readonly entries: number;
  /** One line for each entry that is not in the target as it should be. */
  readonly failures: readonly string[];
}

/** Restores what is selected. A file whose data are damaged is reported and not written: never wrong data. */
export async function restore(
  chain: Chain,
  backup: Backup,
  sink: RestoreSink,
  selection: Selection = {},
): Promise<Restored> {
  const running: Running = {
    chain,
    sink,
    selection,
    failed: new Set(),
    wanted: await firstNamesLeftOut(backup, selection),
    masters: new Map(),
  };
  const failures: string[] = [];
  let entries = 0;
  for await (const entry of backup.entries) {
    if (running.wanted.has(entry.path) && entry.kind === 'file') running.masters.set(entry.path, entry);
    const path = targetOf(entry.path, selection);
    if (path === undefined || isAside(entry)) continue;
    entries++;
    const reason = await restoreOne(running, entry, path);
    if (reason === undefined) continue;
    if (entry.kind === 'file') running.failed.add(entry.path);
    failures.push(`${displayBytes(entry.path)}: ${reason}`);
  }
  return { entries, failures: [...failures, ...(await sink.finish())] };
}

interface Running {
  readonly chain: Chain;
  readonly sink: RestoreSink;
  readonly selection: Selection;
  /** Files that are selected and could not be restored. */
  readonly failed: Set<ByteString>;
  /** First names of selected hard links that are not selected themselves, and their entries once they came by. */
  readonly wanted: ReadonlySet<ByteString>;
  readonly masters: Map<ByteString, Entry>;
}

/** A first name comes before the names that refer to it, so it must be known beforehand which will be needed. */
async function firstNamesLeftOut(backup: Backup, selection: Selection): Promise<Set<ByteString>> {
  const names = new Set<ByteString>();
  if (selection.regex === undefined && selection.prefix === undefined && !selection.strip) return names;
  for await (const { kind, path, link } of backup.entries) {
    if (kind !== 'hardlink' || targetOf(path, selection) === undefined) continue;
    if (targetOf(link!, selection) === undefined) names.add(link!);
  }
  return names;
}

/** What Windows keeps beside files has no place elsewhere. Burp's server does not send it there either. */
function isAside({ kind }: Entry): boolean {
  return kind === 'vss-head' || kind === 'vss-foot';
}

async function restoreOne(job: Running, entry: Entry, path: ByteString): Promise<string | undefined> {
  if (entry.kind === 'hardlink') return restoreLink(job, entry, path);
  if (isDirectory(entry)) return job.sink.make(entryOf('d', entry.path, entry.attributes), path);
  if (!hasData(entry.letter)) return job.sink.make(entry, path);
  if (entry.kind === 'metadata')
    return 'its extended attributes and ACLs can only be restored by its client (burp -a r)';
  if (entry.kind !== 'file') return `entries of kind ${entry.kind} can only be restored by their client`;
  return writeFile(job, entry, path);
}

/** If its first name is not part of this restore, the file itself goes under this name. */
async function restoreLink(job: Running, entry: Entry, path: ByteString): Promise<string | undefined> {
  const first = entry.link!;
  const target = targetOf(first, job.selection);
  if (target !== undefined && !job.failed.has(first)) return job.sink.make({ ...entry, link: target }, path);
  const master = job.masters.get(first);
  if (master) return writeFile(job, master, path);
  const why = job.failed.has(first) ? 'could not be restored' : 'is not in the backup';
  return `its first name ${displayBytes(first)} ${why}`;
}

async function writeFile(
  { chain, sink }: Running,
  entry: Entry,
  path: ByteString,
): Promise<string | undefined> {
  if (entry.attributes.encryption !== 0) return 'it is encrypted: only its client can restore it';
  try {
    return await sink.write(entry, path, await openEntry(chain, entry));
  } catch (error) {
    if (!isDamage(error)) throw error;
    return error.message;
  }
}

/** Where a path goes, or undefined if it is not part of the restore. */
function targetOf(path: ByteString, selection: Selection): ByteString | undefined {
  return isSelected(path, selection) ? strip(rooted(path), selection.strip ?? 0) : undefined;
}

function isSelected(path: ByteString, { regex, prefix }: Selection): boolean {
  if (regex && !regex.test(displayBytes(path))) return false;
  if (prefix === undefined) return true;
  const wanted = withForwardSlashes(prefix);
  return isWithin(path, fromText(wanted.length > 1 ? wanted.replace(/\/+$/, '') : wanted));
}

/** As a path below the target: `C:/Users` of Windows becomes `/C:/Users`. */
function rooted(path: ByteString): ByteString {
  return `/${path
    .split('/')
    .filter((name) => name !== '')
    .join('/')}`;
}

/** The path without its first components; undefined if nothing is left of it. */
function strip(path: ByteString, count: number): ByteString | undefined {
  if (count === 0) return path;
  const rest = path.split('/').slice(count + 1);
  return rest.length === 0 ? undefined : `/${rest.join('/')}`;
}
