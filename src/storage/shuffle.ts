import type { FileSystem, Stat } from '../ports/file-system.ts';
import type { Arrivals, Way } from './arrivals.ts';
import { isDamage } from './codec/damage.ts';
import { type SizeAndMd5, md5Of, measure } from './codec/digest.ts';
import { gzip } from './codec/gzip.ts';
import { gzipStream } from './codec/gzip-stream.ts';
import { holds, isPacked, readChunks, readPlain, sameSum } from './content.ts';
import { patchOf } from './delta/patch.ts';
import { type Data, writeNew } from './durable.ts';
import { codeOf, ifThere, reasonOf } from './errors.ts';
import { type Backup, type Job, placeOf } from './job.ts';
import { DATA, FORWARD, SCRATCH, parentOf } from './layout.ts';
import { pairs } from './compare.ts';
import { isLinkable, seemsWhole } from './old-data.ts';
import { displayBytes } from './manifest/byte-string.ts';
import { type Entry, hasData } from './manifest/entry.ts';
import type { Stored } from './basis.ts';
import { IN_MEMORY, patchStored, readDelta } from './plain.ts';
import type { BackupRecord } from './record.ts';

/** The shuffle's input: the received backup, and the one before it if there is one. */
export interface Shuffle extends Job {
  readonly backup: Backup;
  readonly previous: Backup | undefined;
  readonly record: BackupRecord;
  /** How data came in this life. A life that only recovers knows nothing, and so checks everything. */
  readonly arrivals: Arrivals | undefined;
}

/**
 * Burp's "atomic data jiggle", beside the previous backup instead of within it: afterwards `data` of the new backup
 * holds every file whole, durably, and the previous backup is as it was. Returns the places of the entries whose data
 * can't be had.
 */
export async function shuffle(job: Shuffle): Promise<Set<number>> {
  const lost = new Set<number>();
  const { backup, batch } = job;
  await batch.makeDirectory(backup.directory, `${backup.directory}/${DATA}`);
  let at = -1;
  for await (const [entry, old] of pairs(backup.entries, job.previous?.entries)) {
    at++;
    const way = job.arrivals?.at(at) ?? 'unknown';
    if (!hasData(entry.letter) || way === 'whole') continue;
    const target = placeOf(backup.directory, entry);
    if (!job.arrivals && (await adopt(job, target, entry, old))) continue;
    await batch.makeDirectory(backup.directory, parentOf(target));
    try {
      await place(job, { at, target, entry, old, way });
    } catch (error) {
      if (!isUnobtainable(error)) throw error;
      const why = reasonOf(error);
      job.log.warn(`${backup.name}: ${displayBytes(entry.path)} is lost: ${why}`);
      await removeWrong(job, target);
      lost.add(at);
    }
  }
  // The data directory's own name may be all that changed, and found names may be a killed process's.
  batch.changed(backup.directory);
  await batch.end();
  return lost;
}

/** Whether the place is already taken by the right data. Then makes sure that it stays so. */
async function adopt(job: Shuffle, target: string, entry: Entry, old: Entry | undefined): Promise<boolean> {
  const { fs, batch, previous } = job;
  const stat = await ifThere(fs.lstat(target));
  if (!stat) return false;
  const source = old && previous && sharesData(entry, old) ? placeOf(previous.directory, old) : undefined;
  const isLinked = source !== undefined && isSameFile(stat, await ifThere(fs.lstat(source)));
  if (!isLinked) {
    if (!(await holds(fs, target, entry))) return false;
    batch.wrote(target);
  }
  // A killed process may have made the file, or its directories, without having synced them.
  for (let path = target; path !== job.backup.directory; path = parentOf(path)) batch.changed(parentOf(path));
  return true;
}

interface Placing {
  /** Its place in the manifest. */
  readonly at: number;
  readonly target: string;
  readonly entry: Entry;
  readonly old: Entry | undefined;
  readonly way: Way | 'unknown';
}

async function place(job: Shuffle, { at, target, entry, old, way }: Placing): Promise<void> {
  const { batch, previous } = job;
  if (!old || !previous) throw missing('it was not received whole, and no older backup has it');
  const from = { path: placeOf(previous.directory, old), packed: isPacked(old), size: old.end!.size };
  // What Burp left may be empty after a power cut; an empty file must not become the new backup's as well.
  const wasSeen = way === 'linkable';
  if (!wasSeen && !previous.isJiggles && !(await seemsWhole(job.fs, previous, old)))
    throw missing('it was not received whole, and the backup before has lost it');
  if (sharesData(entry, old)) {
    const isLinked = await linkOrCopy(job, from, target, wasSeen);
    if (wasSeen && !isLinked) job.arrivals!.set(at, 'none');
  } else if (way !== 'none') await writePatched(job, from, target, entry);
  else throw missing('what was received of it is damaged');
  batch.changed(parentOf(target));
  await batch.entryDone();
}

/** Writes the new data as they are to be stored. Throws EBADMSG if they are not what the client had. */
async function writePatched(job: Shuffle, from: Stored, target: string, entry: Entry): Promise<void> {
  const { fs, backup } = job;
  const deltaPath = placeOf(backup.directory, entry, FORWARD);
  const expectedSize = entry.end!.size;
  const level = isPacked(entry) ? entry.attributes.compression : 0;
  if (Math.max(from.size, expectedSize) <= IN_MEMORY) {
    const delta = await ifThere(readDelta(fs, deltaPath));
    if (!delta) throw missing('what was received of it is damaged');
    const plain = patchOf(await readPlain(fs, from.path, from.packed), delta, { expectedSize });
    checkSum({ size: plain.length, md5: md5Of(plain) }, entry);
    return write(job, target, level > 0 ? gzip(plain, level) : plain);
  }
  const scratch = `${backup.directory}/${SCRATCH}`;
  const plain = measure(patchStored(fs, from, deltaPath, { scratch, expectedSize }));
  await write(job, target, level > 0 ? gzipStream(plain.stream, level) : plain.stream);
  checkSum(plain.result(), entry);
}

function checkSum(sum: SizeAndMd5, entry: Entry): void {
  if (!sameSum(sum, entry.end)) throw missing('its delta does not give the right data');
}

/**
 * Gives the old file a second name; false if it has too many, and was copied. `hasRoom`: it was seen in this life that it
 * has not. What may lie in the place is not it, or not surely, and goes first.
 */
async function linkOrCopy(job: Shuffle, from: Stored, target: string, hasRoom: boolean): Promise<boolean> {
  const { fs, record } = job;
  if (hasRoom || isLinkable(await fs.lstat(from.path), record)) {
    try {
      await linkOver(fs, from.path, target);
      return true;
    } catch (error) {
      if (codeOf(error) !== 'EMLINK') throw error;
    }
  }
  await write(job, target, readChunks(fs, from.path));
  return false;
}

async function linkOver(fs: FileSystem, existing: string, target: string): Promise<void> {
  try {
    await fs.link(existing, target);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    await fs.unlink(target);
    await fs.link(existing, target);
  }
}

async function write({ fs, batch }: Shuffle, target: string, data: Data): Promise<void> {
  batch.made(target);
  await writeNew(fs, target, data);
}

async function removeWrong(job: Shuffle, target: string): Promise<void> {
  if (await ifThere(job.fs.lstat(target))) await job.fs.unlink(target);
  job.batch.unwrote(target);
}

/** Whether the old file is exactly what the new backup is to have, down to the packing. */
export function sharesData(entry: Entry, old: Entry): boolean {
  return (
    entry.letter === old.letter &&
    isPacked(entry) === isPacked(old) &&
    entry.attributes.encryption === old.attributes.encryption &&
    sameSum(entry.end!, old.end)
  );
}

export function isSameFile(a: Stat, b: Stat | undefined): boolean {
  return b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

function missing(why: string): Error {
  return Object.assign(new Error(why), { code: 'EBADMSG' });
}

function isUnobtainable(error: unknown): boolean {
  return isDamage(error) || codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}
