import type { BackupClient } from '../ports/backup-client.ts';
import type { Clock } from '../ports/clock.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Log } from '../ports/log.ts';
import { Batch } from './batch.ts';
import { syncPath, writeNew } from './durable.ts';
import { codeOf, reasonOf } from './errors.ts';
import { EntryFile, writeEntries } from './entry-file.ts';
import { finish } from './finish.ts';
import { type Counts, type Gathered, gather, readScan } from './gather.ts';
import type { Backup } from './job.ts';
import {
  DAMAGED_PREFIX,
  FINISHING,
  EARLIER_LOG,
  INCEXC,
  LOG,
  MANIFEST,
  SCAN,
  WORKING,
  backupName,
  backupNumber,
} from './layout.ts';
import { type EntryList, readEntriesFile } from './manifest-file.ts';
import { Notes, earlierLines, packLines } from './notes.ts';
import { EarlierAttempts, KeptProgress, NoProgress, type Progress } from './progress.ts';
import type { Receive } from './receive.ts';
import { type BackupRecord, hasRecordFile } from './record.ts';
import { countAttempt } from './attempts.ts';
import { readIfSound } from './recover.ts';
import { isHardlinked } from './retention.ts';
import { type Decisions, seal } from './seal.ts';
import type { Settings } from './settings.ts';
import { type Facts, formatStats, tableOf } from './stats.ts';
import { look } from './state.ts';
import { formatTimestamp } from './timestamp.ts';
import { namesIn } from './tree.ts';

/** What a backup is made with. Recovery has been done; if it left `working`, that backup is resumed. */
export interface BackupJob {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly log: Log;
  /** The directory of all clients, and that of this one. */
  readonly store: string;
  readonly root: string;
  readonly settings: Settings;
  readonly client: BackupClient;
  /** What the client includes and excludes, kept as Burp keeps it. */
  readonly incexc?: Uint8Array;
  /** Called once the backup can't be lost any more: the client may be told. */
  readonly onStored?: (name: string) => void | Promise<void>;
}

export interface BackupResult {
  readonly name: string;
  readonly number: number;
  readonly entries: number;
  readonly counts: Readonly<Counts>;
  readonly warnings: readonly string[];
}

/** Phases 1 to 4. Where it fails, the next recovery knows what to do. */
export async function backup(job: BackupJob): Promise<BackupResult> {
  const notes = new Notes(job.log, job.clock);
  job.client.hear?.(notes);
  const { fs, root } = job;
  const received = await receiveAll({ ...job, log: notes }).catch(async (error: unknown) => {
    await logFailure(fs, root, notes, error);
    throw error;
  });
  const { backup: made, record, gathered, previous } = received;
  await fs.rename(`${root}/${WORKING}`, `${root}/${FINISHING}`);
  await syncPath(fs, root);
  await job.onStored?.(made.name);
  const { arrivals } = gathered;
  const { groupSyncFrom } = job.settings;
  const finishing = {
    fs,
    log: notes,
    clock: job.clock,
    root,
    backup: made,
    record,
    previous,
    arrivals,
    groupSyncFrom,
  };
  await finish({ ...finishing, isCurrent: false });
  return {
    name: made.name,
    number: backupNumber(made.name)!,
    entries: made.entries.seal.count,
    counts: gathered.counts,
    warnings: notes.warnings,
  };
}

/** The log of a backup that failed is for people, until the next connect: nothing depends on it, so it may fail too. */
async function logFailure(fs: FileSystem, root: string, notes: Notes, error: unknown): Promise<void> {
  try {
    const { working } = await look(fs, root);
    if (working === undefined || (await hasRecordFile(fs, `${root}/${working}`))) return;
    notes.note(`ERROR: ${reasonOf(error)}`);
    await writeNew(fs, `${root}/${working}/${LOG}`, packLines(notes.lines));
  } catch {
    // What made the backup fail is told by whoever gets that error.
  }
}

interface ReceivedAll {
  readonly backup: Backup;
  readonly record: BackupRecord;
  readonly gathered: Gathered;
  readonly previous: Backup | undefined;
}

/** Everything up to the point of no return: afterwards nothing is missing but the marker. */
async function receiveAll(job: BackupJob & { readonly log: Notes }): Promise<ReceivedAll> {
  const { fs, root, log, settings } = job;
  const state = await look(fs, root);
  const resumed = state.working;
  const name = resumed ?? backupName((await highestNumber(job)) + 1, job.clock.now());
  const directory = `${root}/${name}`;
  const previous = state.current === undefined ? undefined : await readIfSound(job, state.current);
  const decisions = decide(name, previous, settings);
  const start = job.clock.now();
  if (resumed !== undefined) log.goOn(await earlierLines(fs, directory));
  log.info(`backup ${name}${resumed === undefined ? '' : ', resumed'}`);
  const batch = new Batch(fs, settings);
  if (resumed === undefined) await begin(job, name, state.current === undefined);
  else await goOn(job, directory);
  const receive = { fs, log, root, batch, client: job.client, directory, previous };
  const scan = resumed === undefined ? await scanned(job, receive) : await storedScan(fs, directory);
  const how = { decisions, settings, isResumed: resumed !== undefined };
  log.note('Begin phase2 (receive file data)');
  const { manifest, gathered } = await gatherAll(receive, scan, how);
  log.note('End phase2 (receive file data)');
  const closing = { fs, log, root, batch, directory, decisions, manifest: manifest.seal };
  const facts = factsOf(log, gathered, start, job.clock.now());
  log.end([...tableOf(facts), `${formatTimestamp(facts.end)}: Backup completed.`]);
  const record = await seal({ ...closing, stats: formatStats(facts), lines: log.lines });
  return { backup: { name, directory, entries: manifest, isJiggles: true }, record, gathered, previous };
}

function factsOf({ warningCount }: Notes, { tally }: Gathered, start: number, end: number): Facts {
  return { kind: 'backup', tally, warnings: warningCount, start, end };
}

function decide(name: string, previous: Backup | undefined, settings: Settings): Decisions {
  const { compression, entriesPerSync, librsync, librsyncMaxSize, maxHardlinks } = settings;
  return {
    version: 1,
    name,
    previous: previous?.name ?? null,
    hardlinked: isHardlinked(backupNumber(name)!, settings.keep, settings.hardlinkedArchive),
    compression,
    entriesPerSync,
    librsync,
    librsyncMaxSize,
    maxHardlinks,
  };
}

/** A number is never used again, not even that of a backup that was put aside. */
async function highestNumber({ fs, root }: BackupJob): Promise<number> {
  const names = (await namesIn(fs, root)) ?? [];
  const numbers = names.map((name) => backupNumber(name.replace(DAMAGED_PREFIX, '')) ?? 0);
  return Math.max(0, ...numbers);
}

/** The marker before the directory: so a numbered directory without marker is always a complete backup. */
async function begin(job: BackupJob, name: string, isFirst: boolean): Promise<void> {
  const { fs, store, root } = job;
  if (isFirst) {
    const batch = new Batch(fs, job.settings);
    await batch.makeDirectory(store, root);
    await batch.end();
  }
  await fs.symlink(name, `${root}/${WORKING}`);
  await syncPath(fs, root);
  await fs.mkdir(`${root}/${name}`, { mode: 0o700 });
  await syncPath(fs, root);
}

/** What the first attempt made may have been left by a killed process: seen, but not durable. */
async function goOn(job: BackupJob, directory: string): Promise<void> {
  await syncPath(job.fs, job.root);
  if (job.settings.maxResumeAttempts > 0) await countAttempt(job.fs, directory);
}

async function scanned(job: BackupJob & { readonly log: Notes }, receive: Receive): Promise<EntryList> {
  const { fs, directory, batch } = receive;
  if (job.incexc !== undefined) {
    await writeNew(fs, `${directory}/${INCEXC}`, job.incexc);
    batch.wrote(`${directory}/${INCEXC}`);
  }
  const path = `${directory}/${SCAN}`;
  job.log.note('Begin phase1 (file system scan)');
  const list = await writeEntries(fs, path, readScan(receive, job.settings.compression), 'scan');
  job.log.note('End phase1 (file system scan)');
  batch.wrote(path);
  // Whoever goes on with this backup does without another scan, and so without its warnings.
  if (job.settings.recovery === 'resume' && job.log.warningCount > 0) await keepLog(receive, job.log);
  await batch.entryDone();
  return list;
}

function storedScan(fs: FileSystem, directory: string): Promise<EntryList> {
  return readEntriesFile(fs, `${directory}/${SCAN}`, 'scan');
}

/** The log so far, which is not what seals the backup: a cut there must not make it longer. It is durable when the batch ends. */
async function keepLog({ fs, directory, batch }: Receive, { lines }: Notes): Promise<void> {
  await writeNew(fs, `${directory}/${EARLIER_LOG}`, packLines(lines));
  batch.wrote(`${directory}/${EARLIER_LOG}`);
}

interface HowToGather {
  readonly decisions: Decisions;
  readonly settings: Settings;
  readonly isResumed: boolean;
}

async function gatherAll(
  job: Receive & { readonly log: Notes },
  scan: EntryList,
  how: HowToGather,
): Promise<{ manifest: EntryList; gathered: Gathered }> {
  const path = `${job.directory}/${MANIFEST}`;
  const manifest = new EntryFile(job.fs, path);
  const progress = await progressOf(job, how);
  const { smallestDelta } = how.settings;
  try {
    const rules = { ...how.decisions, smallestDelta };
    const gathered = await gather(job, scan, { manifest, rules, progress });
    const list = await manifest.finish();
    job.batch.wrote(path);
    await job.batch.entryDone();
    return { manifest: list, gathered };
  } catch (error) {
    // What came so far came; whoever resumes need not ask for it again.
    if (isClientGone(error)) {
      job.log.note(`The backup is interrupted: ${reasonOf(error)}`);
      if (how.settings.recovery === 'resume') await keepLog(job, job.log);
      await progress.endBatch();
    }
    throw error;
  } finally {
    await progress.close();
    await manifest.close();
  }
}

/** Of the connection's own errors, none can have come from the disk, and then the disk may be relied upon. */
function isClientGone(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'EPROTO', 'ETIMEDOUT'].includes(codeOf(error) ?? '');
}

async function progressOf(job: Receive, { settings, isResumed }: HowToGather): Promise<Progress> {
  if (isResumed) return new KeptProgress(job, await EarlierAttempts.open(job));
  return settings.recovery === 'resume' ? new KeptProgress(job, undefined) : new NoProgress(job);
}
