import type { FileSystem } from '../ports/file-system.ts';
import { writeNew } from './durable.ts';
import { EntryFile, writeEntries } from './entry-file.ts';
import { codeOf, reasonOf } from './errors.ts';
import { type Gather, type Gathered, gather } from './gather.ts';
import { EARLIER_LOG, INCEXC, MANIFEST, SCAN } from './layout.ts';
import { type EntryList, readEntriesFile } from './manifest-file.ts';
import { type Notes, packLines } from './notes.ts';
import { EarlierAttempts, KeptProgress, NoProgress, type Progress } from './progress.ts';
import type { Receive } from './receive.ts';
import { lookAhead, readScan } from './scan.ts';
import type { Settings } from './settings.ts';
import { Tally } from './tally.ts';
import type { Entry } from './manifest/entry.ts';

/** What both phases work with: what is told meanwhile goes into the backup's own log. */
export type Receiving = Receive & { readonly log: Notes };

export interface HowToScan extends Pick<Gather, 'rules' | 'seen'> {
  readonly settings: Settings;
  /** What the client includes and excludes, kept as Burp keeps it. */
  readonly incexc: Uint8Array | undefined;
  readonly onPhase: OnPhase;
}

/** Burp's names of what is done of a backup. */
export type Phase = 'scanning' | 'backup' | 'shuffling';

/** Told of each phase when it begins, with what will be counted in it. */
export type OnPhase = (phase: Phase, tally: Tally) => void;

/** Phase 1: what the client has, kept for those who go on with this backup. */
export async function scanned(job: Receiving, how: HowToScan): Promise<EntryList> {
  const { fs, log, directory, batch } = job;
  const { settings, incexc, rules, seen, onPhase } = how;
  const tally = new Tally();
  onPhase('scanning', tally);
  if (incexc !== undefined) {
    await writeNew(fs, `${directory}/${INCEXC}`, incexc);
    batch.made(`${directory}/${INCEXC}`);
  }
  const path = `${directory}/${SCAN}`;
  log.note('Begin phase1 (file system scan)');
  const scan = lookAhead(job, readScan(job, settings.compression), rules, seen);
  const list = await writeEntries(fs, path, counted(scan, tally), 'scan');
  log.note('End phase1 (file system scan)');
  batch.made(path);
  // Whoever goes on with this backup does without another scan, and so without its warnings.
  if (settings.recovery === 'resume' && log.warningCount > 0) await keepLog(job);
  await batch.entryDone();
  return list;
}

async function* counted(scan: AsyncIterable<Entry>, tally: Tally): AsyncGenerator<Entry, void, undefined> {
  for await (const entry of scan) {
    tally.scanned(entry);
    yield entry;
  }
}

/** The same, as an earlier attempt left it. */
export function storedScan(fs: FileSystem, directory: string): Promise<EntryList> {
  return readEntriesFile(fs, `${directory}/${SCAN}`, 'scan');
}

/** The log so far, which is not what seals the backup: a cut there must not make it longer. It is durable when the batch ends. */
async function keepLog({ fs, log, directory, batch }: Receiving): Promise<void> {
  await writeNew(fs, `${directory}/${EARLIER_LOG}`, packLines(log.lines));
  batch.made(`${directory}/${EARLIER_LOG}`);
}

export interface HowToGather extends Pick<Gather, 'rules' | 'seen'> {
  readonly settings: Settings;
  readonly isResumed: boolean;
  readonly onPhase: OnPhase;
}

/** Phase 2: all data, and the manifest. */
export async function gatherAll(
  job: Receiving,
  scan: EntryList,
  how: HowToGather,
): Promise<{ manifest: EntryList; gathered: Gathered }> {
  const path = `${job.directory}/${MANIFEST}`;
  const manifest = new EntryFile(job.fs, path);
  const progress = await progressOf(job, how);
  const { rules, seen } = how;
  const tally = new Tally();
  how.onPhase('backup', tally);
  try {
    const gathered = await gather(job, scan, { manifest, rules, progress, seen, tally });
    const list = await manifest.finish();
    job.batch.made(path);
    await job.batch.entryDone();
    return { manifest: list, gathered };
  } catch (error) {
    // What came so far came; whoever resumes need not ask for it again.
    if (isClientGone(error)) {
      job.log.note(`The backup is interrupted: ${reasonOf(error)}`);
      if (how.settings.recovery === 'resume') await keepLog(job);
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
