import { Batch } from '../batch.ts';
import { isDamage } from '../codec/damage.ts';
import { gzip } from '../codec/gzip.ts';
import { holds } from '../content.ts';
import { syncPath, writeDurably, writeNew } from '../durable.ts';
import { writeEntries } from '../entry-file.ts';
import { ifThere } from '../errors.ts';
import { type Job, placeOf } from '../job.ts';
import { lineOf } from '../stamp.ts';
import {
  DATA,
  HARDLINKED,
  LOG,
  MANIFEST,
  PROGRESS,
  SCAN,
  TIMESTAMP,
  backupNumber,
  parentOf,
} from '../layout.ts';
import { type EntryList, readEntriesFile } from '../manifest-file.ts';
import { type Entry, hasData } from '../manifest/entry.ts';
import { type BackupRecord, hasRecordFile, replaceRecord } from '../record.ts';
import { isHardlinked } from '../retention.ts';
import type { Settings } from '../settings.ts';
import { DUPLICATE, PLAIN_LOG, RECEIVED, RELINKED, UNCHANGED } from './places.ts';
import { merged, readPlainList } from './plain-list.ts';
import { bringBack } from './previous.ts';

/** What a backup of Burp's is adopted with. */
export interface Adoption {
  readonly fs: Job['fs'];
  readonly log: Job['log'];
  readonly root: string;
  readonly settings: Settings;
  /** The unfinished backup, and the one that `current` names, by their directories' names. */
  readonly name: string;
  readonly current: string | undefined;
}

/** Whether it was Burp's own server that began this backup: it keeps a plain log, and knows no record. */
export async function isBurps(job: Pick<Adoption, 'fs' | 'root' | 'name'>): Promise<boolean> {
  const directory = `${job.root}/${job.name}`;
  if (await hasRecordFile(job.fs, directory)) return false;
  for (const name of [PLAIN_LOG, DUPLICATE, RECEIVED, UNCHANGED])
    if (await ifThere(job.fs.lstat(`${directory}/${name}`))) return true;
  return false;
}

/**
 * Gives a backup that Burp's server received, and did not finish, the form that jiggle would have left it in: every file
 * that arrived whole in `data`, and a record. The previous backup is brought back from where Burp's swap had it. Nothing
 * is lost by being cut anywhere, and all is durable when this returns. False if it was not received completely.
 */
export async function adoptReceived(job: Adoption): Promise<boolean> {
  const { fs, root, name, settings } = job;
  const directory = `${root}/${name}`;
  const batch = new Batch(fs, settings);
  // First of all, and whatever becomes of this backup: nothing else may empty the trash before.
  const previous = job.current;
  const isThere = previous !== undefined && (await bringBack({ ...job, previous, batch }));
  const manifest = await findManifest(job, directory, batch);
  if (!manifest) return false;
  job.log.info(`${name} was received by Burp and not finished: finishing it`);
  const hardlinked = await decideArchive(job, directory);
  await collect({ ...job, batch }, directory, manifest);
  await complete(job, directory, batch);
  await batch.end();
  const record = recordOf(job, manifest, { previous: isThere ? previous : null, hardlinked });
  // At once, or not at all: by a record, even a torn one, a backup is known as jiggle's.
  await replaceRecord(fs, directory, record);
  return true;
}

function recordOf(
  { name, settings }: Adoption,
  manifest: EntryList,
  known: Pick<BackupRecord, 'previous' | 'hardlinked'>,
): BackupRecord {
  const { compression, entriesPerSync, librsync, librsyncMaxSize, maxHardlinks } = settings;
  const decided = { compression, entriesPerSync, librsync, librsyncMaxSize, maxHardlinks };
  return { version: 1, name, ...known, ...decided, manifests: [manifest.seal] };
}

/**
 * Whether it is to be hardlinked. Burp decides when it has duplicated the previous backup, and notes only a yes; as long as
 * `data` is not there, the settings decide. A yes is durable before anything makes `data`: what comes after a cut can't
 * tell who made that.
 */
async function decideArchive({ fs, name, settings }: Adoption, directory: string): Promise<boolean> {
  const mark = `${directory}/${HARDLINKED}`;
  if (await ifThere(fs.lstat(mark))) {
    // A killed process may have written it, and then nothing says that it is durable.
    await syncPath(fs, mark);
  } else {
    const isDecided = (await ifThere(fs.lstat(`${directory}/${DATA}`))) !== undefined;
    const isArchive = isHardlinked(backupNumber(name)!, settings.keep, settings.hardlinkedArchive);
    if (isDecided || !isArchive) return false;
    await writeDurably(fs, mark, Buffer.from(`${await lineOf(fs, directory, name)}\n`));
  }
  await syncPath(fs, directory);
  return true;
}

/** The manifest, if Burp got as far as that. Its two parts are complete when the scan is gone, and then make one. */
async function findManifest(job: Adoption, directory: string, batch: Batch): Promise<EntryList | undefined> {
  const { fs } = job;
  const has = async (name: string) => (await ifThere(fs.lstat(`${directory}/${name}`))) !== undefined;
  if ((await has(SCAN)) || (await has(`${SCAN}.tmp`))) return undefined;
  const path = `${directory}/${MANIFEST}`;
  const found =
    (await ifSound(readEntriesFile(fs, path))) ?? (await ifSound(readEntriesFile(fs, `${path}.tmp`)));
  if (found && (await ifSound(readEntriesFile(fs, path)))) return found;
  // mutant: equivalent: a list that is not there can't be read either, so nothing is made of the other one
  if (!found && !((await has(PROGRESS)) && (await has(UNCHANGED)))) return undefined;
  const parts =
    found ??
    merged(readPlainList(fs, `${directory}/${PROGRESS}`), readPlainList(fs, `${directory}/${UNCHANGED}`));
  const made = `${path}.jiggle`;
  const list = await ifSound(writeEntries(fs, made, parts));
  if (!list) return undefined;
  await syncPath(fs, made);
  await fs.rename(made, path);
  batch.changed(directory);
  return readEntriesFile(fs, path, 'manifest', [list.seal]);
}

async function ifSound<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await ifThere(reading);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** Every file that arrived whole gets its place in `data`, unless the right one is there already. */
async function collect(
  job: Adoption & { readonly batch: Batch },
  directory: string,
  manifest: EntryList,
): Promise<void> {
  const { batch } = job;
  await batch.makeDirectory(directory, `${directory}/${DATA}`);
  for await (const entry of manifest) {
    if (!hasData(entry.letter)) continue;
    for (const area of [RECEIVED, RELINKED]) await collectOne(job, directory, entry, area);
  }
  batch.changed(directory);
}

async function collectOne(
  { fs, batch }: Adoption & { readonly batch: Batch },
  directory: string,
  entry: Entry,
  area: string,
): Promise<void> {
  const from = placeOf(directory, entry, area);
  if (!(await holds(fs, from, entry))) return;
  const to = placeOf(directory, entry);
  const isThere = (await ifThere(fs.lstat(to))) !== undefined;
  const isDone = isThere && (await holds(fs, to, entry));
  if (isThere && !isDone) await fs.unlink(to);
  await batch.makeDirectory(directory, parentOf(to));
  // A second name, since the first must not go before the second and its directories are durable, whoever made them.
  if (!isDone) await fs.link(from, to);
  batch.wrote(to);
  await batch.entryDone();
}

/** A timestamp that was lost would hide the backup from Burp, and its log is packed in the end. */
async function complete({ fs, name }: Adoption, directory: string, batch: Batch): Promise<void> {
  const write = async (what: string, bytes: Uint8Array): Promise<void> => {
    await writeNew(fs, `${directory}/${what}`, bytes);
    batch.made(`${directory}/${what}`);
  };
  await write(TIMESTAMP, Buffer.from(`${await lineOf(fs, directory, name)}\n`));
  const log = await ifThere(fs.readFile(`${directory}/${PLAIN_LOG}`));
  if (!log) return;
  // A killed process may have written it, and then nothing says that it is durable.
  if (await ifThere(fs.lstat(`${directory}/${LOG}`))) batch.wrote(`${directory}/${LOG}`);
  else await write(LOG, gzip(log));
}
