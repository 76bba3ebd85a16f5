import { createHash } from 'node:crypto';
import type { FileSystem } from '../ports/file-system.ts';
import { replaceFile, syncPath, writeDurably } from './durable.ts';
import { ifThere } from './errors.ts';
import { RECORD } from './layout.ts';
import { type BackupRecord, isRecord } from './record-shape.ts';

export type { BackupRecord } from './record-shape.ts';

/** Writes the record of a backup that is being received; its name becomes durable with its directory's. */
export async function writeRecord(fs: FileSystem, backup: string, record: BackupRecord): Promise<void> {
  await writeDurably(fs, `${backup}/${RECORD}`, formatRecordFile(record));
}

/** Replaces the record, at once and for good. */
export async function replaceRecord(fs: FileSystem, backup: string, record: BackupRecord): Promise<void> {
  await replaceFile(fs, `${backup}/${RECORD}`, formatRecordFile(record));
  await syncPath(fs, backup);
}

/** Whether there is a record, sound or not: only jiggle writes one. */
export async function hasRecordFile(fs: FileSystem, backup: string): Promise<boolean> {
  return (await ifThere(fs.lstat(`${backup}/${RECORD}`))) !== undefined;
}

/** The record, or undefined if there is none that is whole: it holds its own checksum. */
export async function readRecord(fs: FileSystem, backup: string): Promise<BackupRecord | undefined> {
  const bytes = await ifThere(fs.readFile(`${backup}/${RECORD}`));
  return bytes && parseRecordFile(bytes);
}

function formatRecordFile(record: BackupRecord): Uint8Array {
  const body = JSON.stringify(record);
  return Buffer.from(`${body}\n${checksum(body)}\n`);
}

function parseRecordFile(bytes: Uint8Array): BackupRecord | undefined {
  const [body = '', sum, end, ...more] = Buffer.from(bytes).toString('utf8').split('\n');
  if (sum !== checksum(body) || end !== '' || more.length > 0) return undefined;
  const record: unknown = JSON.parse(body);
  return isRecord(record) ? record : undefined;
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
