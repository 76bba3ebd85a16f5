import type { RestoreSink } from '../ports/restore-sink.ts';
import { isDamage } from './codec/damage.ts';
import { type Chain, openEntry } from './chain.ts';
import type { Backup } from './job.ts';
import { type ByteString, displayBytes, fromText } from './manifest/byte-string.ts';
import { type Entry, hasData } from './manifest/entry.ts';

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
  const failures: string[] = [];
  const targets = new Map<ByteString, ByteString>();
  const masters = new Map(backup.entries.filter(({ kind }) => kind === 'file').map((one) => [one.path, one]));
  let entries = 0;
  const fail = (entry: Entry, reason: string) => failures.push(`${displayBytes(entry.path)}: ${reason}`);
  for (const entry of backup.entries) {
    if (!isSelected(entry, selection)) continue;
    const path = strip(entry.path, selection.strip ?? 0);
    if (path === undefined) continue;
    entries++;
    if (entry.kind !== 'file' && hasData(entry.letter)) {
      fail(entry, `jiggle can't restore entries of kind ${entry.kind}`);
      continue;
    }
    const reason = await restoreOne({ chain, sink, targets, masters }, entry, path);
    if (reason === undefined) targets.set(entry.path, path);
    else fail(entry, reason);
  }
  return { entries, failures: [...failures, ...(await sink.finish())] };
}

interface Running {
  readonly chain: Chain;
  readonly sink: RestoreSink;
  /** Restored so far: the path in the backup, and in the target. */
  readonly targets: ReadonlyMap<ByteString, ByteString>;
  readonly masters: ReadonlyMap<ByteString, Entry>;
}

async function restoreOne(job: Running, entry: Entry, path: ByteString): Promise<string | undefined> {
  if (entry.kind === 'hardlink') {
    const target = job.targets.get(entry.link!);
    if (target !== undefined) return job.sink.make({ ...entry, link: target }, path);
    // Its first name is not part of this restore: the file itself then goes under this name.
    const master = job.masters.get(entry.link!);
    return master
      ? writeFile(job, master, path)
      : `its first name ${displayBytes(entry.link!)} is not in the backup`;
  }
  return hasData(entry.letter) ? writeFile(job, entry, path) : job.sink.make(entry, path);
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

export function isSelected(entry: Entry, { regex, prefix }: Selection): boolean {
  if (regex && !regex.test(displayBytes(entry.path))) return false;
  if (prefix === undefined) return true;
  const wanted = fromText(prefix.length > 1 ? prefix.replace(/\/+$/, '') : prefix);
  return wanted === '/' || entry.path === wanted || entry.path.startsWith(`${wanted}/`);
}

/** The path without its first components; undefined if nothing is left of it. */
function strip(path: ByteString, count: number): ByteString | undefined {
  if (count === 0) return path;
  const rest = path.split('/').slice(count + 1);
  return rest.length === 0 ? undefined : `/${rest.join('/')}`;
}
