import type { FileSystem } from '../ports/file-system.ts';
import type { Batch } from './batch.ts';
import { writeNew } from './durable.ts';
import { ifThere } from './errors.ts';
import type { Job } from './job.ts';
import { HARDLINKED, LOG, MANIFEST, RECORD, STATS, TIMESTAMP } from './layout.ts';
import type { ManifestSeal } from './manifest/entry-writer.ts';
import { packLines } from './notes.ts';
import { type BackupRecord, writeRecord } from './record.ts';

/** A backup about which everything is known but its manifest. */
export type Decisions = Omit<BackupRecord, 'manifests'>;

/** What closes a received backup, whose manifest is written. */
export interface Seal extends Job {
  readonly directory: string;
  readonly decisions: Decisions;
  /** What becomes its `timestamp`. */
  readonly line: string;
  readonly manifest: ManifestSeal;
  /** What becomes its `backup_stats`. */
  readonly stats: string;
  /** Lines for the backup's own log. */
  readonly lines: readonly string[];
}

/**
 * Writes what closes a received backup. The record comes last and alone: it is only written when everything that it
 * vouches for is durable, so a backup with a sound record is a received one.
 */
export async function seal(job: Seal): Promise<BackupRecord> {
  const { decisions, manifest } = job;
  const line = Buffer.from(`${job.line}\n`);
  await add(job, TIMESTAMP, line);
  if (decisions.hardlinked) await add(job, HARDLINKED, line);
  await add(job, STATS, Buffer.from(job.stats));
  await add(job, LOG, packLines(job.lines));
  await job.batch.end();
  const record = { ...decisions, manifests: [manifest] };
  await writeRecord(job.fs, job.directory, record);
  job.batch.changed(job.directory);
  await job.batch.end();
  return record;
}

/**
 * Takes away what sealed an attempt that a cut kept from being received, from the last of it to the first. It would be
 * written anew one after the other, and until then each of them could be the old one, none or the new one: that multiplies
 * what a cut may find with every file, for nothing.
 */
export async function unseal(fs: FileSystem, directory: string, batch: Batch): Promise<void> {
  for (const name of [RECORD, LOG, STATS, HARDLINKED, TIMESTAMP, MANIFEST]) {
    if (!(await ifThere(fs.lstat(`${directory}/${name}`)))) continue;
    await fs.unlink(`${directory}/${name}`);
    batch.changed(directory);
    await batch.entryDone();
  }
  await batch.end();
}

async function add(job: Seal, name: string, bytes: Uint8Array): Promise<void> {
  const path = `${job.directory}/${name}`;
  await writeNew(job.fs, path, bytes);
  job.batch.made(path);
  await job.batch.entryDone();
}
