import type { BackupClient } from '../ports/backup-client.ts';
import type { Clock } from '../ports/clock.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Log } from '../ports/log.ts';
import { Batch } from './batch.ts';
import { syncPath, writeNew } from './durable.ts';
import { codeOf } from './errors.ts';
import { EntryFile, writeEntries } from './entry-file.ts';
import { finish } from './finish.ts';
import { type Counts, type Gathered, gather, readScan } from './gather.ts';
import type { Backup } from './job.ts';
import {
  DAMAGED_PREFIX,
  FINISHING,
  INCEXC,
  MANIFEST,
  SCAN,
  WORKING,
  backupName,
  backupNumber,
} from './layout.ts';
import { type EntryList, readEntriesFile } from './manifest-file.ts';
import { EarlierAttempts, KeptProgress, NoProgress, type Progress } from './progress.ts';
import type { Receive } from './receive.ts';
import type { BackupRecord } from './record.ts';
import { countAttempt } from './attempts.ts';
import { readIfSound } from './recover.ts';
import { isHardlinked } from './retention.ts';
import { type Decisions, seal } from './seal.ts';
import type { Settings } from './settings.ts';
import { look } from './state.ts';
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
  const notes = new Notes(job.log);
  const received = await receiveAll({ ...job, log: notes });
  const { fs, root } = job;
  const { backup: made, record, gathered, previous } = received;
  await fs.rename(`${root}/${WORKING}`, `${root}/${FINISHING}`);
  await syncPath(fs, root);
  await job.onStored?.(made.name);
  const { arrivals } = gathered;
  const { groupSyncFrom } = job.settings;
  const finishing = { fs, log: notes, root, backup: made, record, previous, arrivals, groupSyncFrom };
  await finish({ ...finishing, isCurrent: false });
  return {
    name: made.name,
    number: backupNumber(made.name)!,
    entries: made.entries.seal.count,
    counts: gathered.counts,
    warnings: notes.warnings,
  };
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
  log.info(`backup ${name}${resumed === undefined ? '' : ', resumed'}`);
  const batch = new Batch(fs, settings);
  if (resumed === undefined) await begin(job, name, state.current === undefined);
  else await goOn(job, directory);
  const receive: Receive = { fs, log, root, batch, client: job.client, directory, previous };
  const scan = resumed === undefined ? await scanned(job, receive) : await storedScan(fs, directory);
  const how = { decisions, settings, isResumed: resumed !== undefined };
  const { manifest, gathered } = await gatherAll(receive, scan, how);
  const { seal: sealed } = manifest;
  const closing = { fs, log, root, batch, directory, decisions, manifest: sealed, gathered };
  const record = await seal({ ...closing, lines: log.lines });
  return { backup: { name, directory, entries: manifest, isJiggles: true }, record, gathered, previous };
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

async function scanned(job: BackupJob, receive: Receive): Promise<EntryList> {
  const { fs, directory, batch } = receive;
  if (job.incexc !== undefined) {
    await writeNew(fs, `${directory}/${INCEXC}`, job.incexc);
    batch.wrote(`${directory}/${INCEXC}`);
  }
  const path = `${directory}/${SCAN}`;
  const list = await writeEntries(fs, path, readScan(receive, job.settings.compression), 'scan');
  batch.wrote(path);
  await batch.entryDone();
  return list;
}

function storedScan(fs: FileSystem, directory: string): Promise<EntryList> {
  return readEntriesFile(fs, `${directory}/${SCAN}`, 'scan');
}

interface HowToGather {
  readonly decisions: Decisions;
  readonly settings: Settings;
  readonly isResumed: boolean;
}

async function gatherAll(
  job: Receive,
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
    if (isClientGone(error)) await progress.endBatch();
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

/** Lines of one backup's log. A client that has more to complain about is not to fill the memory. */
const MOST_LINES = 10_000;

/** Passes messages on, and keeps them for the backup's own log. */
class Notes implements Log {
  readonly lines: string[] = [];
  readonly warnings: string[] = [];
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  info(text: string): void {
    this.keep(text);
    this.log.info(text);
  }

  warn(text: string): void {
    this.keep(`WARNING: ${text}`);
    if (this.warnings.length < MOST_LINES) this.warnings.push(text);
    this.log.warn(text);
  }

  private keep(line: string): void {
    if (this.lines.length < MOST_LINES) this.lines.push(line);
    else if (this.lines.length === MOST_LINES) this.lines.push('WARNING: there were more messages');
  }
}
