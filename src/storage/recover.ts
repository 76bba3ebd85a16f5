import type { Clock } from '../ports/clock.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Log } from '../ports/log.ts';
import { adoptReceived, isBurps } from './burp/adopt.ts';
import { adoptPartial } from './burp/resume.ts';
import { isDamage } from './codec/damage.ts';
import { syncPath } from './durable.ts';
import { codeOf, ifThere, reasonOf } from './errors.ts';
import { finish, readBackup } from './finish.ts';
import type { Backup } from './job.ts';
import {
  ATTEMPTS,
  CURRENT,
  CURRENT_TMP,
  DAMAGED_PREFIX,
  FINISHING,
  INCEXC,
  MANIFEST,
  RECORD,
  SCAN,
  WORKING,
  backupNumber,
  parentOf,
} from './layout.ts';
import { dropLinks, pointCurrent } from './links.ts';
import { readEntriesFile } from './manifest-file.ts';
import { type BackupRecord, readRecord } from './record.ts';
import type { Settings } from './settings.ts';
import { type State, finished, look } from './state.ts';
import { emptyTrash, toTrash } from './trash.ts';

/** What recovery works with. A backup's record overrides what the settings say of how it is kept. */
export interface Recovery {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly log: Log;
  readonly root: string;
  readonly settings: Settings;
  /** What the client that waits includes and excludes: a backup made with another text is not gone on with. */
  readonly incexc?: Uint8Array;
  /** Called before a backup that was cut short is removed, and waited for. */
  readonly onDropping?: (name: string) => Promise<void>;
}

/**
 * Brings a client's directory from whatever state a cut, or a kill, left it in to a finished one. All of it is durable
 * when this returns. Where nothing is to be done, nothing is changed. A backup that may be resumed stays.
 */
export async function recover(job: Recovery): Promise<void> {
  const { fs, root } = job;
  let state = await look(fs, root);
  if (!state.isThere) return;
  // A killed process may have left names that are seen but not durable, its last step, if it looks finished, among them.
  // What follows builds on them, and so does whoever is told what there is.
  await syncPath(fs, parentOf(root));
  await syncPath(fs, root);
  if (!(await needsRecovery(job, state))) return;
  await adoptBurps(job, state);
  if (state.hasTrash) await emptyTrash(fs, root, job.settings);
  if (state.working !== undefined) await recoverWorking(job, state, state.working);
  state = await look(fs, root);
  if (state.finishing !== undefined) await recoverFinishing(job, state, state.finishing);
  state = await look(fs, root);
  await repairCurrent(job, state);
}

/** Burp's own server may have left backups in its own form. What is in the trash may then be needed still. */
async function adoptBurps(job: Recovery, state: State): Promise<void> {
  for (const name of [state.finishing, state.working]) {
    if (name === undefined || !state.directories.includes(name) || name === state.current) continue;
    const current = backupNumber(state.current ?? '') === undefined ? undefined : state.current;
    const adoption = { ...job, name, current };
    if (!(await isBurps(adoption)) || (await adoptReceived(adoption)) || name === state.finishing) continue;
    if (await isResumable(job, name)) await adoptPartial(adoption);
  }
}

/** Whether the backup in progress may be gone on with: its scan is whole, and it was not tried too often. */
export async function isResumable(job: Recovery, name: string): Promise<boolean> {
  const { fs, root, settings } = job;
  if (settings.recovery !== 'resume') return false;
  const directory = `${root}/${name}`;
  if (settings.maxResumeAttempts > 0) {
    const attempts = await ifThere(fs.lstat(`${directory}/${ATTEMPTS}`));
    if ((attempts?.size ?? 0) >= settings.maxResumeAttempts) return false;
  }
  if (job.incexc !== undefined) {
    const text = await ifThere(fs.readFile(`${directory}/${INCEXC}`));
    if (!text || Buffer.compare(text, job.incexc) !== 0) return false;
  }
  try {
    await readEntriesFile(fs, `${directory}/${SCAN}`, 'scan');
    return true;
  } catch (error) {
    if (isDamage(error) || codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function needsRecovery(job: Recovery, state: State): Promise<boolean> {
  if (state.hasTrash || state.finishing !== undefined || state.currentTmp !== undefined) return true;
  if (state.working !== undefined && !(await isLeftToResume(job, state, state.working))) return true;
  return state.current !== (await newestSound(job, state));
}

async function isLeftToResume(job: Recovery, state: State, name: string): Promise<boolean> {
  if (!state.directories.includes(name) || name === state.current) return false;
  if (await readRecord(job.fs, `${job.root}/${name}`)) return false;
  return !(await isBurps({ ...job, name })) && (await isResumable(job, name));
}

async function recoverWorking(job: Recovery, state: State, name: string): Promise<void> {
  const { fs, root, log } = job;
  if (!state.directories.includes(name) || name === state.current) {
    // Cut before its directory was made. Or somebody put it there: no backup that is current is ever removed.
    return dropLinks(fs, root, WORKING);
  }
  if (await readReceived(job, name)) {
    log.info(`${name} was received completely: finishing it`);
    // All that the record vouches for was durable before it was written; of the record itself a killed process may
    // have left no more than what can be seen.
    await syncPath(fs, `${root}/${name}/${RECORD}`);
    await syncPath(fs, `${root}/${name}`);
    await fs.rename(`${root}/${WORKING}`, `${root}/${FINISHING}`);
    return syncPath(fs, root);
  }
  if (await isLeftToResume(job, state, name)) return;
  log.info(`${name} was cut short while it was received: removing it`);
  await job.onDropping?.(name);
  await toTrash(fs, root, name);
  await dropLinks(fs, root, WORKING);
  await emptyTrash(fs, root, job.settings);
}

async function recoverFinishing(job: Recovery, state: State, name: string): Promise<void> {
  const { fs, root, log } = job;
  if (!state.directories.includes(name)) return dropLinks(fs, root, FINISHING);
  const received = await readReceived(job, name);
  const isCurrent = state.current === name;
  if (received) {
    log.info(`finishing ${name}`);
    const previous = await readPrevious(job, received.record);
    const { groupSyncFrom } = job.settings;
    return finish({ ...job, ...received, previous, arrivals: undefined, groupSyncFrom, isCurrent });
  }
  if (isCurrent) {
    // It was complete when it became current. What came before it stays whole, so nothing is lost but space.
    log.warn(`${name}: its record or manifest is damaged; the backup before it is kept whole`);
    return dropLinks(fs, root, FINISHING);
  }
  log.warn(`${name}: its record or manifest is damaged; put aside as ${DAMAGED_PREFIX}${name}`);
  await fs.rename(`${root}/${name}`, `${root}/${DAMAGED_PREFIX}${name}`);
  await syncPath(fs, root);
  await dropLinks(fs, root, FINISHING);
}

interface ReceivedBackup {
  readonly record: BackupRecord;
  readonly backup: Backup;
}

/** A backup whose record and manifest are sound; undefined if it has none. */
async function readReceived(job: Recovery, name: string): Promise<ReceivedBackup | undefined> {
  const record = await readRecord(job.fs, `${job.root}/${name}`);
  if (!record || record.name !== name) return undefined;
  const backup = await readIfSound(job, name, record);
  return backup && { record, backup };
}

async function readPrevious(job: Recovery, record: BackupRecord): Promise<Backup | undefined> {
  if (record.previous === null) return undefined;
  const backup = await readIfSound(job, record.previous);
  if (!backup) job.log.warn(`${record.previous}: its manifest can't be read`);
  return backup;
}

/** The backup, or undefined if its manifest is missing or damaged. */
export async function readIfSound(
  job: Omit<Recovery, 'settings' | 'clock'>,
  name: string,
  record?: BackupRecord,
): Promise<Backup | undefined> {
  try {
    return await readBackup(job, name, record ?? (await readRecord(job.fs, `${job.root}/${name}`)));
  } catch (error) {
    if (!isDamage(error) && codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
    job.log.warn(`${name}: ${MANIFEST}: ${reasonOf(error)}`);
    return undefined;
  }
}

/** The newest finished backup whose manifest can be read, or `current` if it names the newest of all: that is cheap. */
async function newestSound(job: Recovery, state: State): Promise<string | undefined> {
  const names = finished(state);
  if (names.at(-1) === state.current) return state.current;
  for (const name of names.toReversed()) if (await readIfSound(job, name)) return name;
  return undefined;
}

async function repairCurrent(job: Recovery, state: State): Promise<void> {
  const { fs, root, log } = job;
  const newest = await newestSound(job, state);
  const stale = state.currentTmp === undefined ? [] : [CURRENT_TMP];
  if (newest === state.current) {
    if (stale.length > 0) await dropLinks(fs, root, ...stale);
    return;
  }
  if (newest === undefined) return dropLinks(fs, root, CURRENT, ...stale);
  log.info(`current is now ${newest}`);
  await pointCurrent(fs, root, newest);
  await syncPath(fs, root);
}
