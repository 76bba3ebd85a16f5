import { isPacked, isUsable } from './content.ts';
import { ifThere, isBadName } from './errors.ts';
import { type Backup, type Job, placeOf } from './job.ts';
import { DATA, REVERSE, parentOf } from './layout.ts';
import { mayBeDelta, pairs } from './compare.ts';
import { displayBytes } from './manifest/byte-string.ts';
import { type Entry, hasData } from './manifest/entry.ts';
import { type Stored, writeDelta } from './plain.ts';
import { gives } from './receive.ts';
import type { BackupRecord } from './record.ts';
import { isSameFile } from './shuffle.ts';
import { removeEmptyDirectories } from './tree.ts';

/** The sweep's input. `backup` is complete and current, and `previous` the backup directly before it. */
export interface Sweep extends Job {
  readonly backup: Backup;
  readonly previous: Backup;
  readonly record: BackupRecord;
  /** An earlier attempt may have removed names without having synced them. */
  readonly isResumed: boolean;
}

/**
 * Takes from the previous backup what the new one has: the same file's second name, or a file that a reverse delta
 * rebuilds from the new one. At every moment the previous backup restores, since its own file wins over a delta, and
 * goes only when the delta is durable.
 */
export async function sweep(job: Sweep): Promise<void> {
  const { fs, backup, previous, batch } = job;
  let redundant: string[] = [];
  const endBatch = async (): Promise<void> => {
    await batch.end();
    for (const path of redundant) {
      await fs.unlink(path);
      batch.changed(parentOf(path));
    }
    redundant = [];
  };
  const hasReverse = (await ifThere(fs.lstat(`${previous.directory}/${REVERSE}`))) !== undefined;
  for await (const [entry, old] of pairs(backup.entries, previous.entries)) {
    if (!old || !hasData(old.letter) || entry.dataPath !== old.dataPath) continue;
    if (!(await isRedundant(job, entry, old, hasReverse))) continue;
    redundant.push(placeOf(previous.directory, old));
    batch.count();
    if (batch.isFull) await endBatch();
  }
  await endBatch();
  await removeEmptyDirectories(fs, `${previous.directory}/${DATA}`, batch, job.isResumed);
  await batch.end();
}

/** Whether the previous backup's own file may go once the batch has ended; makes the reverse delta that it needs. */
async function isRedundant(job: Sweep, entry: Entry, old: Entry, hasReverse: boolean): Promise<boolean> {
  const { fs, backup, previous, batch } = job;
  const kept = placeOf(backup.directory, entry);
  const own = placeOf(previous.directory, old);
  const ownStat = await ifThere(fs.lstat(own));
  if (!ownStat?.isFile()) return false;
  const reverse = placeOf(previous.directory, old, REVERSE);
  const keptStat = await ifThere(fs.lstat(kept));
  if (isSameFile(ownStat, keptStat)) {
    // A delta from some other story would be applied as soon as the file itself is gone.
    if (hasReverse && (await ifThere(fs.lstat(reverse)))) {
      await fs.unlink(reverse);
      batch.changed(parentOf(reverse));
    }
    return true;
  }
  const sizes = [entry.end!.size, old.end!.size];
  if (!keptStat?.isFile() || !mayBeDelta(entry, old, job.record, sizes)) return false;
  return keepAsDelta(job, { entry, old, kept, own, reverse, hasReverse });
}

interface Pair {
  readonly entry: Entry;
  readonly old: Entry;
  /** Paths of the new file, of the old one, and of the delta that leads from the new to the old. */
  readonly kept: string;
  readonly own: string;
  readonly reverse: string;
  readonly hasReverse: boolean;
}

async function keepAsDelta(job: Sweep, pair: Pair): Promise<boolean> {
  const { fs, batch, previous, backup } = job;
  // If either is damaged, whatever else there is of it must not be thrown away.
  if (!(await isSound(job, pair.kept, pair.entry, backup.name))) return false;
  // Looked at before the old file itself: that may be back from a removal that a cut undid, with other data in its
  // blocks, as ext4 with data=writeback leaves it.
  if (pair.hasReverse && (await rebuilds(job, pair))) {
    batch.wrote(pair.reverse);
    for (let path = pair.reverse; path !== previous.directory; path = parentOf(path))
      batch.changed(parentOf(path));
    return true;
  }
  if (!(await isSound(job, pair.own, pair.old, previous.name))) return false;
  if (!(await writeReverse(job, pair))) return false;
  if (await rebuilds(job, pair)) return true;
  // Read back, it is not what was written: the disk's doing. A wrong delta must not lie in wait.
  await fs.unlink(pair.reverse);
  batch.unwrote(pair.reverse);
  return false;
}

/** False if there can be no file of that name: then the old file stays. */
async function writeReverse({ fs, batch, previous }: Sweep, pair: Pair): Promise<boolean> {
  const { kept, own } = storedOf(pair);
  try {
    await batch.makeDirectory(previous.directory, parentOf(pair.reverse));
    await writeDelta(fs, pair.reverse, kept, own);
  } catch (error) {
    if (isBadName(error)) return false;
    throw error;
  }
  batch.wrote(pair.reverse);
  return true;
}

async function isSound(job: Sweep, path: string, entry: Entry, name: string): Promise<boolean> {
  if (await isUsable(job.fs, path, entry)) return true;
  job.log.warn(`${name}: ${displayBytes(entry.path)} is damaged; the file before it is kept whole`);
  return false;
}

/** Whether the reverse delta that is there gives the old file. It is tried before the file goes. */
async function rebuilds(job: Sweep, pair: Pair): Promise<boolean> {
  if (!(await ifThere(job.fs.lstat(pair.reverse)))) return false;
  return gives(
    { fs: job.fs, directory: job.backup.directory },
    storedOf(pair).kept,
    pair.reverse,
    pair.old.end!,
  );
}

function storedOf({ kept, own, entry, old }: Pair): { kept: Stored; own: Stored } {
  return {
    kept: { path: kept, packed: isPacked(entry), size: entry.end!.size },
    own: { path: own, packed: isPacked(old), size: old.end!.size },
  };
}
