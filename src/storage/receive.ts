import type { BackupClient, Received } from '../ports/backup-client.ts';
import { isDamage } from './codec/damage.ts';
import { type SizeAndMd5, md5Of } from './codec/digest.ts';
import { gunzip } from './codec/gzip.ts';
import { holds, isPacked, measureStored, readPlain, sameSum } from './content.ts';
import { dataPathFor } from './data-path.ts';
import { patchOf } from './delta/patch.ts';
import { type Data, writeNew } from './durable.ts';
import { isBadName, reasonOf } from './errors.ts';
import { type Backup, type Job, placeOf } from './job.ts';
import { FORWARD, SCRATCH, parentOf } from './layout.ts';
import { displayBytes } from './manifest/byte-string.ts';
import type { Entry } from './manifest/entry.ts';
import { IN_MEMORY, type Stored, measureAll, patchStored, signatureOfStored } from './plain.ts';

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
  const basis = { path: placeOf(job.previous!.directory, old), packed: isPacked(old), size: old.end!.size };
  if (!(await isSound(job, basis, old))) return 'retry';
  const answer = await job.client.delta(wanted, await signatureOfStored(job.fs, basis));
  if ('interrupted' in answer) return drop(job, wanted, answer.interrupted);
  const unsealed = { ...wanted, attributes: answer.attributes, dataPath: old.dataPath! };
  const target = placeOf(job.directory, unsealed, FORWARD);
  // Its path is longer than that of the file itself; too long, perhaps.
  if ((await write(job, target, answer.data)) !== undefined) return 'retry';
  job.batch.changed(parentOf(target));
  const end = answer.end();
  const entry = { ...unsealed, end: end as SizeAndMd5 };
  if (!('interrupted' in end) && isPacked(entry) === basis.packed) {
    if (await gives(job, basis, target, end)) return { entry, as: 'delta' };
  }
  await job.fs.unlink(target);
  return 'interrupted' in end ? drop(job, wanted, end.interrupted) : 'retry';
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
    if (isBadName(error)) return reasonOf(error);
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

/** Whether the delta leads from the old file to what the client has. */
export async function gives(
  job: Pick<Receive, 'fs' | 'directory'>,
  basis: Stored,
  delta: string,
  end: SizeAndMd5,
): Promise<boolean> {
  const { fs } = job;
  try {
    if (Math.max(basis.size, end.size) > IN_MEMORY) {
      const how = { scratch: `${job.directory}/${SCRATCH}`, expectedSize: end.size };
      return sameSum(await measureAll(patchStored(fs, basis, delta, how)), end);
    }
    const plain = await readPlain(fs, basis.path, basis.packed);
    return md5Of(patchOf(plain, await fs.readFile(delta), { expectedSize: end.size })) === end.md5;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Whether the old file still has its data: nothing may be built on others. */
async function isSound(job: Receive, basis: Stored, old: Entry): Promise<boolean> {
  if (await holds(job.fs, basis.path, old)) return true;
  job.log.warn(
    `${job.previous!.name}: ${displayBytes(old.path)} is missing or damaged, asking for all of it`,
  );
  return false;
}

function drop(job: Receive, entry: Entry, reason: string): undefined {
  job.log.warn(`${displayBytes(entry.path)} is not in the backup: ${reason}`);
}
