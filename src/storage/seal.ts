import { writeNew } from './durable.ts';
import type { Job } from './job.ts';
import { HARDLINKED, LOG, STATS, TIMESTAMP } from './layout.ts';
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

async function add(job: Seal, name: string, bytes: Uint8Array): Promise<void> {
  const path = `${job.directory}/${name}`;
  await writeNew(job.fs, path, bytes);
  job.batch.made(path);
  await job.batch.entryDone();
}
