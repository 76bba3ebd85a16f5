import type { BackupClient } from '../ports/backup-client.ts';
import type { Clock } from '../ports/clock.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Log } from '../ports/log.ts';
import { Arrivals } from './arrivals.ts';
import { Batch } from './batch.ts';
import { syncPath, writeNew } from './durable.ts';
import { StoreError, ifThere, reasonOf } from './errors.ts';
import { finish } from './finish.ts';
import type { Counts, Gathered } from './gather.ts';
import type { Backup } from './job.ts';
import { DAMAGED_PREFIX, FINISHING, INCEXC, LOG, SCAN, WORKING, backupName, backupNumber } from './layout.ts';
import { Notes, earlierLines, packLines } from './notes.ts';
import { type Phase, gatherAll, scanned, storedScan } from './phases.ts';
import { DIRECTORY_MODE } from './modes.ts';
import { type BackupRecord, hasRecordFile } from './record.ts';
import { countAttempt } from './attempts.ts';
import { readIfSound } from './recover.ts';
import { isHardlinked } from './retention.ts';
import { type Decisions, seal, unseal } from './seal.ts';
import type { Settings } from './settings.ts';
import { type Facts, formatStats, tableOf } from './stats.ts';
import { isInDefaultFormat } from './stamp.ts';
import { look } from './state.ts';
import type { Tally } from './tally.ts';
import { timestampOf } from './timestamp.ts';
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
  /** Called with the backup's name, when a phase begins. */
  readonly onPhase?: (backup: string, phase: Phase, tally: Tally) => void;
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
  job.onPhase?.(made.name, 'shuffling', gathered.tally);
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
  const name = resumed ?? backupName((await highestNumber(job)) + 1, job.clock, settings.timestampFormat);
  const directory = `${root}/${name}`;
  const previous = state.current === undefined ? undefined : await readIfSound(job, state.current);
  const decisions = decide(name, previous, settings);
  const start = job.clock.now();
  if (resumed !== undefined) log.goOn(await earlierLines(fs, directory));
  log.info(`backup ${name}${resumed === undefined ? '' : ', resumed'}`);
  const batch = new Batch(fs, settings);
  if (resumed === undefined) await begin(job, name, state.current === undefined);
  else await goOn(job, directory, batch);
  const receive = { fs, log, root, batch, client: job.client, directory, previous };
  const rules = { ...decisions, smallestDelta: settings.smallestDelta };
  const onPhase = (phase: Phase, tally: Tally): void => job.onPhase?.(name, phase, tally);
  const isResumed = resumed !== undefined;
  const how = { rules, seen: new Arrivals(), settings, incexc: job.incexc, isResumed, onPhase };
  const scan = resumed === undefined ? await scanned(receive, how) : await storedScan(fs, directory);
  await checkWarnings(job, directory);
  log.note('Begin phase2 (receive file data)');
  const { manifest, gathered } = await gatherAll(receive, scan, how);
  log.note('End phase2 (receive file data)');
  await checkWarnings(job, directory);
  const line = timestampLine(name, job.clock, start);
  const closing = { fs, log, root, batch, directory, decisions, line, manifest: manifest.seal };
  const facts = factsOf(log, gathered, start, job.clock);
  log.end([...tableOf(facts), `${timestampOf(job.clock, facts.end)}: Backup completed.`]);
  const record = await seal({ ...closing, stats: formatStats(facts), lines: log.lines });
  return { backup: { name, directory, entries: manifest, isJiggles: true }, record, gathered, previous };
}

/** With a `timestamp_format` the time is in the name in another way, and who began it may be another life. */
function timestampLine(name: string, clock: Clock, start: number): string {
  return isInDefaultFormat(name) ? name : `${name.slice(0, name.indexOf(' '))} ${timestampOf(clock, start)}`;
}

/** Ends a backup that must not have warnings. Nobody goes on with it: they would be its warnings again. */
async function checkWarnings(
  { fs, log, settings }: BackupJob & { readonly log: Notes },
  directory: string,
): Promise<void> {
  if (!settings.failOnWarning || log.warningCount === 0) return;
  await fs.unlink(`${directory}/${SCAN}`);
  const count = log.warningCount === 1 ? 'there was a warning' : `there were ${log.warningCount} warnings`;
  throw new StoreError('EBADMSG', `no backup was made: fail_on_warning is set, and ${count}`);
}

function factsOf({ warningCount }: Notes, { tally }: Gathered, start: number, clock: Clock): Facts {
  return { kind: 'backup', tally, warnings: warningCount, start, end: clock.now(), clock };
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
  await fs.mkdir(`${root}/${name}`, { mode: DIRECTORY_MODE });
  await syncPath(fs, root);
}

/**
 * What the first attempt made may have been left by a killed process: seen, but not durable. All else that it left is
 * looked at, and found to be durable or made so, when its turn comes; these two nobody writes again.
 */
async function goOn(job: BackupJob, directory: string, batch: Batch): Promise<void> {
  await syncPath(job.fs, job.root);
  await unseal(job.fs, directory, batch);
  for (const name of [INCEXC, SCAN])
    if (await ifThere(job.fs.lstat(`${directory}/${name}`))) batch.wrote(`${directory}/${name}`);
  if (job.settings.maxResumeAttempts > 0) await countAttempt(job.fs, directory);
}
