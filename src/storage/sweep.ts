import type { Arrivals } from './arrivals.ts';
import { isPacked, isUsable } from './content.ts';
import { ifThere, isBadName } from './errors.ts';
import { type Backup, type Job, placeOf } from './job.ts';
import { DATA, REVERSE, parentOf } from './layout.ts';
import { mayBeDelta, pairs } from './compare.ts';
import { displayBytes } from './manifest/byte-string.ts';
import { type Entry, hasData } from './manifest/entry.ts';
import type { Stored } from './basis.ts';
import { signatureOfSound, writeDelta } from './plain.ts';
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
  /** What is 'linkable' there was linked in this life: the two backups have the same file. */
  readonly arrivals: Arrivals | undefined;
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
  let at = -1;
  for await (const [entry, old] of pairs(backup.entries, previous.entries)) {
    at++;
    if (!old || !hasData(old.letter) || entry.dataPath !== old.dataPath) continue;
    const isLinked = job.arrivals?.at(at) === 'linkable';
    if (!(await isRedundant(job, { entry, old, isLinked, hasReverse }))) continue;
    redundant.push(placeOf(previous.directory, old));
    batch.count();
    if (batch.isFull) await endBatch();
  }
  await endBatch();
  await removeEmptyDirectories(fs, `${previous.directory}/${DATA}`, batch, job.isResumed);
  await batch.end();
}

interface Shared {
  readonly entry: Entry;
  readonly old: Entry;
  /** Both have the same file, as is known already. */
  readonly isLinked: boolean;
  readonly hasReverse: boolean;
}

/** Whether the previous backup's own file may go once the batch has ended; makes the reverse delta that it needs. */
async function isRedundant(job: Sweep, { entry, old, isLinked, hasReverse }: Shared): Promise<boolean> {
  const { fs, backup, previous } = job;
  const reverse = placeOf(previous.directory, old, REVERSE);
  if (isLinked) {
    if (hasReverse) await dropReverse(job, reverse);
    return true;
  }
  const kept = placeOf(backup.directory, entry);
  const own = placeOf(previous.directory, old);
  const ownStat = await ifThere(fs.lstat(own));
  if (!ownStat?.isFile()) return false;
  const keptStat = await ifThere(fs.lstat(kept));
  if (isSameFile(ownStat, keptStat)) {
    if (hasReverse) await dropReverse(job, reverse);
    return true;
  }
  const sizes = [entry.end!.size, old.end!.size];
  if (!keptStat?.isFile() || !mayBeDelta(entry, old, job.record, sizes)) return false;
  return keepAsDelta(job, { entry, old, kept, own, reverse, hasReverse });
}

/** A delta from some other story would be applied as soon as the file itself is gone. */
async function dropReverse({ fs, batch }: Sweep, reverse: string): Promise<void> {
  if (!(await ifThere(fs.lstat(reverse)))) return;
  await fs.unlink(reverse);
  batch.changed(parentOf(reverse));
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
  const signature = await signatureOfSound(fs, pair.kept, pair.entry);
  if (!signature) return warnOfDamage(job, pair.entry, backup.name);
  // Looked at before the old file itself: that may be back from a removal that a cut undid, with other data in its
  // blocks, as ext4 with data=writeback leaves it.
  if (pair.hasReverse && (await rebuilds(job, pair))) {
    batch.wrote(pair.reverse);
    for (let path = pair.reverse; path !== previous.directory; path = parentOf(path))
      batch.changed(parentOf(path));
    return true;
  }
  if (!(await isUsable(fs, pair.own, pair.old))) return warnOfDamage(job, pair.old, previous.name);
  if (!(await writeReverse(job, pair, signature))) return false;
  if (await rebuilds(job, pair)) return true;
  // Read back, it is not what was written: the disk's doing. A wrong delta must not lie in wait.
  await fs.unlink(pair.reverse);
  batch.unwrote(pair.reverse);
  return false;
}

/** False if there can be no file of that name: then the old file stays. */
async function writeReverse(
  { fs, batch, previous }: Sweep,
  pair: Pair,
  signature: Uint8Array,
): Promise<boolean> {
  try {
    await batch.makeDirectory(previous.directory, parentOf(pair.reverse));
    await writeDelta(fs, pair.reverse, signature, storedOf(pair).own);
  } catch (error) {
    if (isBadName(error)) return false;
    throw error;
  }
  batch.made(pair.reverse);
  return true;
}

function warnOfDamage(job: Sweep, entry: Entry, name: string): false {
  job.log.warn(`${name}: ${displayBytes(entry.path)} is damaged; the file before it is kept whole`);
  return false;
}

/** Whether the reverse delta that is there gives the old file. It is tried before the file goes. */
async function rebuilds(job: Sweep, pair: Pair): Promise<boolean> {
  if (!(await ifThere(job.fs.lstat(pair.reverse)))?.isFile()) return false;
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
