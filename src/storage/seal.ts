import { gzip } from './codec/gzip.ts';
import { writeNew } from './durable.ts';
import type { Gathered } from './gather.ts';
import type { Job } from './job.ts';
import { HARDLINKED, LOG, MANIFEST, STATS, TIMESTAMP } from './layout.ts';
import { writeEntries } from './manifest-file.ts';
import type { Entry } from './manifest/entry.ts';
import { type BackupRecord, writeRecord } from './record.ts';

/** A backup about which everything is known but its manifest. */
export type Decisions = Omit<BackupRecord, 'manifests'>;

/** What closes a received backup. */
export interface Seal extends Job {
  readonly directory: string;
  readonly decisions: Decisions;
  readonly gathered: Gathered;
  /** Lines for the backup's own log. */
  readonly lines: readonly string[];
}

/**
 * Writes what closes a received backup. The record comes last and alone: it is only written when everything that it
 * vouches for is durable, so a backup with a sound record is a received one.
 */
export async function seal(job: Seal): Promise<BackupRecord> {
  const { fs, directory, batch, decisions, gathered } = job;
  const line = Buffer.from(`${decisions.name}\n`);
  const manifest = await writeEntries(fs, `${directory}/${MANIFEST}`, gathered.entries);
  await added(job);
  await add(job, TIMESTAMP, line);
  if (decisions.hardlinked) await add(job, HARDLINKED, line);
  await add(job, STATS, Buffer.from(formatStats(gathered)));
  await add(job, LOG, gzip(Buffer.from(job.lines.map((text) => `${text}\n`).join(''))));
  await batch.end();
  const record = { ...decisions, manifests: [manifest] };
  await writeRecord(fs, directory, record);
  batch.changed(directory);
  await batch.end();
  return record;
}

async function add(job: Seal, name: string, bytes: Uint8Array): Promise<void> {
  await writeNew(job.fs, `${job.directory}/${name}`, bytes);
  await added(job);
}

async function added(job: Seal): Promise<void> {
  job.batch.changed(job.directory);
  await job.batch.entryDone();
}

/** Burp's counters, as far as they mean something here. */
function formatStats({ entries, counts }: Gathered): string {
  const bytes = entries.reduce((sum, entry: Entry) => sum + (entry.end?.size ?? 0), 0);
  const counters = {
    total: entries.length,
    new_or_whole: counts.whole,
    changed: counts.delta,
    unchanged: counts.kept,
    without_data: counts.others,
    deleted: counts.deleted,
    unreadable: counts.dropped,
    bytes,
  };
  return `${JSON.stringify(counters)}\n`;
}
