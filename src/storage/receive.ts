import type { Answer, BackupClient, Interrupted, Received } from '../ports/backup-client.ts';
import type { Stored } from './basis.ts';
import { isDamage } from './codec/damage.ts';
import type { SizeAndMd5 } from './codec/digest.ts';
import { gunzip } from './codec/gzip.ts';
import { gunzipStream } from './codec/gzip-stream.ts';
import { alongside } from './codec/pieces.ts';
import { ifSound, isPacked, isSumOf, measureAll, readPlain, sameSum, sumOf } from './content.ts';
import type { Action } from './compare.ts';
import { dataPathFor } from './data-path.ts';
import { patchOf } from './delta/patch.ts';
import { type Data, writeNew } from './durable.ts';
import { ifThere, isBadName, reasonOf } from './errors.ts';
import { type Backup, type Job, placeOf } from './job.ts';
import { FORWARD, SCRATCH, parentOf } from './layout.ts';
import { displayBytes } from './manifest/byte-string.ts';
import type { Entry } from './manifest/entry.ts';
import { IN_MEMORY, patchStored, readDelta, signatureOfSound, sumOfArrivingPatch } from './plain.ts';

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

/** Something that the client was asked for. */
export interface Request {
  readonly as: 'whole' | 'delta';
  readonly wanted: Entry;
  /** Of deltas: the entry and the file that the delta begins from. */
  readonly old: Entry | undefined;
  readonly answer: Promise<Answer>;
}

/** Asks for an entry's data: as a difference from the old file, if that is still good for it. */
export async function request(
  job: Receive,
  wanted: Entry,
  old: Entry | undefined,
  action: Action,
): Promise<Request> {
  const signature = action === 'delta' && old ? await signatureIfSound(job, old) : undefined;
  const answer = signature ? job.client.delta(wanted, signature) : job.client.whole(wanted);
  // It is waited for later; until then, a failure is nobody's surprise.
  answer.catch(() => undefined);
  return { as: signature ? 'delta' : 'whole', wanted, old: signature ? old : undefined, answer };
}

/**
 * Takes what was asked for: whole files to `data`, deltas to `deltas.forward`. Undefined, after a warning, if it can't
 * be had. A delta is tried at once: one that fails later, when the client is gone, would cost the file. 'retry' means
 * to ask for the whole file.
 */
export async function complete(job: Receive, what: Request): Promise<Arrival | undefined | 'retry'> {
  const answer = await what.answer;
  if ('interrupted' in answer) return miss(job, what.wanted, answer.interrupted);
  return what.old ? takeDelta(job, what.wanted, what.old, answer) : takeWhole(job, what.wanted, answer);
}

async function takeWhole(job: Receive, wanted: Entry, answer: Received): Promise<Arrival | undefined> {
  const entry = { ...wanted, attributes: answer.attributes, dataPath: dataPathFor(wanted) };
  const target = placeOf(job.directory, entry);
  const end = await store(job, target, entry, answer);
  if ('missing' in end) return drop(job, wanted, end.missing, target);
  if ('interrupted' in end) return miss(job, wanted, end.interrupted, target);
  job.batch.made(target, end.size);
  return { entry: { ...entry, end }, as: 'whole' };
}

async function takeDelta(
  job: Receive,
  wanted: Entry,
  old: Entry,
  answer: Received,
): Promise<Arrival | undefined | 'retry'> {
  const basis = basisOf(job, old);
  const unsealed = { ...wanted, attributes: answer.attributes, dataPath: dataPathFor(wanted) };
  const target = placeOf(job.directory, unsealed, FORWARD);
  // Its path is longer than that of the file itself; too long, perhaps.
  const { failure, sum } = await storeDelta(job, target, answer, basis);
  const end = await answer.end();
  if (failure !== undefined) return 'retry';
  job.batch.made(target);
  const entry = { ...unsealed, end: end as SizeAndMd5 };
  if (!('interrupted' in end) && isPacked(entry) === basis.packed) {
    const isGood = sum ? sameSum(sum, end) : await gives(job, basis, target, end);
    if (isGood) return { entry, as: 'delta' };
  }
  await job.fs.unlink(target);
  job.batch.unwrote(target);
  return 'interrupted' in end ? miss(job, wanted, end.interrupted) : 'retry';
}

/** Writes a delta. Of a large file, `sum` is that of what it gives, if that could be told while it came. */
async function storeDelta(
  job: Receive,
  target: string,
  { data, attributes }: Received,
  basis: Stored,
): Promise<{ failure: string | undefined; sum?: SizeAndMd5 | undefined }> {
  if (Math.max(basis.size, Number(attributes.size)) <= IN_MEMORY)
    return { failure: await write(job, target, data) };
  const { stream, result } = alongside(piecesOf(data), (copy) => sumOfArrivingPatch(job.fs, basis, copy));
  const failure = await write(job, target, stream);
  return { failure, sum: await result };
}

function basisOf(job: Receive, old: Entry): Stored {
  return { path: placeOf(job.previous!.directory, old), packed: isPacked(old), size: old.end!.size };
}

/** It can't be kept, and the client does not know. */
interface Missing {
  readonly missing: string;
}

const NOT_WHAT_WAS_READ: Missing = { missing: 'what arrived is not what the client read' };

/** Writes what comes, and checks it. Returns size and MD5 of the plain data, or why it can't be kept. */
async function store(
  job: Receive,
  target: string,
  entry: Entry,
  answer: Received,
): Promise<SizeAndMd5 | Missing | Interrupted> {
  let known: SizeAndMd5 | undefined;
  if (answer.data instanceof Uint8Array) {
    const end = await answer.end();
    if ('interrupted' in end) return end;
    known = end;
    // Few bytes may be packed so that they fill the memory.
    if (end.size <= IN_MEMORY) {
      if (!isWhole(answer.data, entry, end)) return NOT_WHAT_WAS_READ;
      const failure = await write(job, target, answer.data);
      return failure === undefined ? end : { missing: failure };
    }
  }
  const { stream, result } = alongside(piecesOf(answer.data), (copy) =>
    ifSound(measureAll(isPacked(entry) ? gunzipStream(copy) : copy)),
  );
  const failure = await write(job, target, stream);
  const end = known ?? (await answer.end());
  const sum = await result;
  if (failure !== undefined) return { missing: failure };
  if ('interrupted' in end) return end;
  return sum && isSumOf(sum, { ...entry, end }) ? end : NOT_WHAT_WAS_READ;
}

async function* piecesOf(data: Data): AsyncGenerator<Uint8Array, void, undefined> {
  if (data instanceof Uint8Array) yield data;
  else yield* data;
}

/**
 * Writes what comes, all of it, since the next answer comes after it. Returns why a file of this name can't be written,
 * if that is because of the name.
 */
async function write(job: Receive, target: string, data: Data): Promise<string | undefined> {
  try {
    await job.batch.makeDirectory(job.directory, parentOf(target));
    await writeNew(job.fs, target, data);
    return undefined;
  } catch (error) {
    if (!isBadName(error)) throw error;
    if (!(data instanceof Uint8Array)) for await (const _ of data);
    return reasonOf(error);
  }
}

function isWhole(data: Uint8Array, entry: Entry, end: SizeAndMd5): boolean {
  try {
    const plain = isPacked(entry) ? gunzip(data, { maximumSize: end.size }) : data;
    return isSumOf(sumOf(plain), { ...entry, end });
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
  const sum = async (): Promise<SizeAndMd5> => {
    if (Math.max(basis.size, end.size) > IN_MEMORY) {
      const how = { scratch: `${job.directory}/${SCRATCH}`, expectedSize: end.size };
      return measureAll(patchStored(fs, basis, delta, how));
    }
    const plain = await readPlain(fs, basis.path, basis.packed);
    return sumOf(patchOf(plain, await readDelta(fs, delta), { expectedSize: end.size }));
  };
  return sameSum(end, await ifSound(sum()));
}

/** The signature of the old file, if that still has its data: nothing may be built on others. */
async function signatureIfSound(job: Receive, old: Entry): Promise<Uint8Array | undefined> {
  const signature = await signatureOfSound(job.fs, basisOf(job, old).path, old, job.client.signatureHash);
  if (signature) return signature;
  job.log.warn(
    `${job.previous!.name}: ${displayBytes(old.path)} is missing or damaged, asking for all of it`,
  );
  return undefined;
}

/** Leaves an entry of a client out, which does not know of it yet. */
export function leaveOut(job: Pick<Receive, 'log' | 'client'>, entry: Entry, reason: string): void {
  const text = notInBackup(entry, reason);
  job.log.warn(text);
  job.client.tell?.(text);
}

function notInBackup(entry: Entry, reason: string): string {
  return `${displayBytes(entry.path)} is not in the backup: ${reason}`;
}

/** As `miss`, and the client hears of it. */
function drop(job: Receive, entry: Entry, reason: string, target: string): Promise<undefined> {
  job.client.tell?.(notInBackup(entry, reason));
  return miss(job, entry, reason, target);
}

/** Nothing of it may stay, not even what an earlier attempt left under its name. */
async function miss(job: Receive, entry: Entry, reason: string, target?: string): Promise<undefined> {
  job.log.warn(notInBackup(entry, reason));
  if (target !== undefined && (await ifThere(job.fs.lstat(target)))) {
    await job.fs.unlink(target);
    job.batch.unwrote(target);
  }
}
