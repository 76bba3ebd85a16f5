import type { BackupClient, Received } from '../ports/backup-client.ts';
import { isDamage } from './codec/damage.ts';
import { type SizeAndMd5, md5Of } from './codec/digest.ts';
import { gunzip } from './codec/gzip.ts';
import { isPacked, measureStored, readPlain, sameSum } from './content.ts';
import { dataPathFor } from './data-path.ts';
import { patchOf } from './delta/patch.ts';
import { signatureOf } from './delta/signature.ts';
import { type Data, writeNew } from './durable.ts';
import { codeOf, reasonOf } from './errors.ts';
import { type Backup, type Job, placeOf } from './job.ts';
import { FORWARD, parentOf } from './layout.ts';
import { displayBytes } from './manifest/byte-string.ts';
import type { Entry } from './manifest/entry.ts';

/** Receiving needs the client, the directory of the new backup, and the backup before it. */
export interface Receive extends Job {
  readonly client: BackupClient;
  readonly directory: string;
  readonly previous: Backup | undefined;
}

/** An entry as it goes into the manifest, and how its data came. */
export interface Arrival {
  readonly entry: Entry;
  readonly as: 'whole' | 'delta';
}

/** Asks for the whole file and stores it under `data`. Undefined, after a warning, if it can't be had. */
export async function receiveWhole(job: Receive, wanted: Entry): Promise<Arrival | undefined> {
  const answer = await job.client.whole(wanted);
  if ('interrupted' in answer) return drop(job, wanted, answer.interrupted);
  const entry = { ...wanted, attributes: answer.attributes, dataPath: dataPathFor(wanted) };
  const target = placeOf(job.directory, entry);
  const end = await store(job, target, entry, answer);
  if (typeof end === 'string') return drop(job, wanted, end);
  job.batch.changed(parentOf(target));
  return { entry: { ...entry, end }, as: 'whole' };
}

/**
 * Asks for the difference from the old file and stores it under `deltas.forward`. The delta is tried at once: one
 * that fails later, when the client is gone, would cost the file. 'retry' means to ask for the whole file.
 */
export async function receiveDelta(
  job: Receive,
  wanted: Entry,
  old: Entry,
): Promise<Arrival | undefined | 'retry'> {
  const basis = await soundBasis(job, old);
  if (!basis) return 'retry';
  const answer = await job.client.delta(wanted, signatureOf(basis));
  if ('interrupted' in answer) return drop(job, wanted, answer.interrupted);
  const delta = answer.data instanceof Uint8Array ? answer.data : await collect(answer.data);
  const end = answer.end();
  if ('interrupted' in end) return drop(job, wanted, end.interrupted);
  if (!gives(basis, delta, end)) return 'retry';
  const entry: Entry = { ...wanted, attributes: answer.attributes, dataPath: old.dataPath!, end };
  if (isPacked(entry) !== isPacked(old)) return 'retry';
  const target = placeOf(job.directory, entry, FORWARD);
  await job.batch.makeDirectory(job.directory, parentOf(target));
  await writeNew(job.fs, target, delta);
  job.batch.changed(parentOf(target));
  return { entry, as: 'delta' };
}

/** Writes what comes, and checks it. Returns size and MD5 of the plain data, or why it can't be kept. */
async function store(
  job: Receive,
  target: string,
  entry: Entry,
  answer: Received,
): Promise<SizeAndMd5 | string> {
  if (answer.data instanceof Uint8Array) {
    const end = answer.end();
    if ('interrupted' in end) return end.interrupted;
    if (!isWhole(answer.data, entry, end)) return 'what arrived is not what the client read';
    return (await write(job, target, answer.data)) ?? end;
  }
  const failure = await write(job, target, answer.data);
  if (failure !== undefined) return failure;
  const end = answer.end();
  const reason = 'interrupted' in end ? end.interrupted : await whyWrong(job, target, entry, end);
  if (reason === undefined) return end as SizeAndMd5;
  await job.fs.unlink(target);
  return reason;
}

/** Returns why a file of this name can't be written, if that is because of the name. */
async function write(job: Receive, target: string, data: Data): Promise<string | undefined> {
  try {
    await job.batch.makeDirectory(job.directory, parentOf(target));
    await writeNew(job.fs, target, data);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENAMETOOLONG' || code === 'EILSEQ' || code === 'EINVAL') return reasonOf(error);
    throw error;
  }
}

async function whyWrong(
  job: Receive,
  path: string,
  entry: Entry,
  end: SizeAndMd5,
): Promise<string | undefined> {
  try {
    if (sameSum(await measureStored(job.fs, path, isPacked(entry)), end)) return undefined;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  return 'what arrived is not what the client read';
}

function isWhole(data: Uint8Array, entry: Entry, end: SizeAndMd5): boolean {
  try {
    const plain = isPacked(entry) ? gunzip(data) : data;
    return sameSum({ size: plain.length, md5: md5Of(plain) }, end);
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Whether the delta leads from the old data to what the client has. */
export function gives(basis: Uint8Array, delta: Uint8Array, end: SizeAndMd5): boolean {
  try {
    return md5Of(patchOf(basis, delta, { expectedSize: end.size })) === end.md5;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** The old file's plain data, unless they are damaged: nothing may be built on those. */
async function soundBasis(job: Receive, old: Entry): Promise<Uint8Array | undefined> {
  const { previous, log } = job;
  try {
    const plain = await readPlain(job.fs, placeOf(previous!.directory, old), isPacked(old));
    if (sameSum({ size: plain.length, md5: md5Of(plain) }, old.end)) return plain;
    log.warn(`${previous!.name}: ${displayBytes(old.path)} is damaged, asking for all of it`);
  } catch (error) {
    if (!isDamage(error) && codeOf(error) !== 'ENOENT') throw error;
    log.warn(`${previous!.name}: ${displayBytes(old.path)}: ${reasonOf(error)}, asking for all of it`);
  }
  return undefined;
}

function drop(job: Receive, entry: Entry, reason: string): undefined {
  job.log.warn(`${displayBytes(entry.path)} is not in the backup: ${reason}`);
}

async function collect(data: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of data) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}
