import type { Clock } from '../ports/clock.ts';
import type { Arrivals } from './arrivals.ts';
import { Batch } from './batch.ts';
import { LEFTOVERS } from './burp/places.ts';
import { syncPath } from './durable.ts';
import { codeOf, ifThere, reasonOf } from './errors.ts';
import type { Backup, Job } from './job.ts';
import {
  ATTEMPTS,
  EARLIER_LOG,
  FINISHING,
  FORWARD,
  HARDLINKED,
  LOG,
  MANIFEST,
  PROGRESS,
  RECORD,
  SCAN,
  SCRATCH,
  backupNumber,
} from './layout.ts';
import { dropLinks, pointCurrent } from './links.ts';
import { writeEntries } from './entry-file.ts';
import { Notes, addToLog } from './notes.ts';
import { readEntriesFile } from './manifest-file.ts';
import type { Entry } from './manifest/entry.ts';
import { type BackupRecord, replaceRecord } from './record.ts';
import { shuffle } from './shuffle.ts';
import { finished, look } from './state.ts';
import { sweep } from './sweep.ts';
import { namesIn, removeTree } from './tree.ts';

/** What `finish` goes on with: the backup that `finishing` names. */
export interface Finishing extends Omit<Job, 'batch'> {
  readonly clock: Clock;
  readonly backup: Backup;
  readonly record: BackupRecord;
  /** The backup before it, if its manifest is at hand. It is read otherwise. */
  readonly previous: Backup | undefined;
  readonly arrivals: Arrivals | undefined;
  readonly groupSyncFrom: number;
  /** `current` names it already. */
  readonly isCurrent: boolean;
}

/** From the point of no return to the end. Begins again wherever an earlier attempt was cut. */
export async function finish(given: Finishing): Promise<void> {
  const { entriesPerSync } = given.record;
  const batch = new Batch(given.fs, { entriesPerSync, groupSyncFrom: given.groupSyncFrom });
  const job = { ...given, batch, log: new Notes(given.log, given.clock) };
  const { fs, root, record } = job;
  let { backup, arrivals } = job;
  if (!job.isCurrent) {
    const lost = await shuffle(job);
    if (lost.size > 0) {
      // Now or never: afterwards nothing tells any more that they were there.
      await logDamage(job);
      backup = await withoutLost(job, lost);
      // They go by places in the manifest, and those are others now.
      arrivals = undefined;
    }
    await pointCurrent(fs, root, backup.name);
    await syncPath(fs, root);
  }
  const { previous } = job;
  if (previous && (await mayTakeApart(job, previous.name))) {
    await sweep({ ...job, backup, previous, record, arrivals, isResumed: job.arrivals === undefined });
  }
  await logDamage(job);
  await clean(job);
  await batch.end();
  await dropLinks(fs, root, FINISHING);
}

/** Reads a backup's manifest; with a record, one that the record allows. */
export async function readBackup(
  job: Omit<Job, 'batch'>,
  name: string,
  record?: BackupRecord,
): Promise<Backup> {
  const directory = `${job.root}/${name}`;
  const path = `${directory}/${MANIFEST}`;
  const entries = await readEntriesFile(job.fs, path, 'manifest', record?.manifests);
  return { name, directory, entries, isJiggles: record !== undefined };
}

/** Adds what is damaged to the log of the backup. It is no use to leave a backup unfinished because of its log. */
async function logDamage({ fs, backup, log }: Finishing & { readonly log: Notes }): Promise<void> {
  const lines = log.lines.splice(0);
  if (lines.length === 0) return;
  try {
    await addToLog(fs, backup.directory, lines);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    log.warn(`${backup.name}: its log can't be added to: ${reasonOf(error)}`);
  }
}

/**
 * Takes entries, given by their places, out of the manifest, because their data is lost. The record first allows both
 * manifests: they can't be replaced together, and each alone must be valid at every moment.
 */
async function withoutLost(job: Finishing & Job, lost: ReadonlySet<number>): Promise<Backup> {
  const { fs, backup, record } = job;
  const path = `${backup.directory}/${MANIFEST}`;
  const left = await writeEntries(fs, `${path}.tmp`, allBut(backup.entries, lost));
  await syncPath(fs, `${path}.tmp`);
  // Two are allowed already if an earlier attempt was cut here. The one that is there now stays valid.
  await replaceRecord(fs, backup.directory, { ...record, manifests: [backup.entries.seal, left.seal] });
  await fs.rename(`${path}.tmp`, path);
  await syncPath(fs, backup.directory);
  return { ...backup, entries: await readEntriesFile(fs, path, 'manifest', [left.seal]) };
}

async function* allBut(entries: AsyncIterable<Entry>, lost: ReadonlySet<number>): AsyncGenerator<Entry> {
  let at = 0;
  for await (const entry of entries) if (!lost.has(at++)) yield entry;
}

/** Whether the previous backup may depend on the new one. With another between them, nobody's restore would work. */
async function mayTakeApart(job: Finishing, previous: string): Promise<boolean> {
  const { fs, root, backup } = job;
  if (await ifThere(fs.lstat(`${root}/${previous}/${HARDLINKED}`))) return false;
  const numbers = finished(await look(fs, root)).map((name) => backupNumber(name)!);
  const [from, to] = [backupNumber(previous)!, backupNumber(backup.name)!];
  return numbers.includes(from) && !numbers.some((number) => number > from && number < to);
}

async function clean(job: Finishing & Job): Promise<void> {
  const { fs, backup, batch } = job;
  const own = [
    FORWARD,
    PROGRESS,
    ATTEMPTS,
    SCAN,
    SCRATCH,
    `${MANIFEST}.tmp`,
    `${RECORD}.tmp`,
    `${LOG}.tmp`,
    EARLIER_LOG,
  ];
  const burps = [...LEFTOVERS, `${PROGRESS}.tmp`, `${MANIFEST}.jiggle`];
  const names = (await namesIn(fs, backup.directory)) ?? [];
  for (const name of [...own, ...burps])
    if (names.includes(name)) await removeTree(fs, `${backup.directory}/${name}`, batch);
  // What is gone already may have been removed by a killed process, and then it may come back.
  batch.changed(backup.directory);
}
