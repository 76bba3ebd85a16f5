import { isDamage } from './codec/damage.ts';
import { md5Of } from './codec/digest.ts';
import { isPacked, readPlain, sameSum } from './content.ts';
import { deltaOf } from './delta/delta.ts';
import { patchOf } from './delta/patch.ts';
import { parseSignature, signatureOf } from './delta/signature.ts';
import { syncPath, writeNew } from './durable.ts';
import { ifThere } from './errors.ts';
import { type Backup, type Job, placeOf } from './job.ts';
import { DATA, REVERSE, parentOf } from './layout.ts';
import { mayBeDelta, pairs } from './compare.ts';
import { displayBytes } from './manifest/byte-string.ts';
import { type Entry, hasData } from './manifest/entry.ts';
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
  for (const [entry, old] of pairs(backup.entries, previous.entries)) {
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
  const { fs, batch, previous } = job;
  const oldPlain = await soundPlain(job, pair.own, pair.old, previous.name);
  const newPlain = oldPlain && (await soundPlain(job, pair.kept, pair.entry, job.backup.name));
  if (!oldPlain || !newPlain) return false;
  await batch.makeDirectory(previous.directory, parentOf(pair.reverse));
  const found = pair.hasReverse ? await ifThere(fs.readFile(pair.reverse)) : undefined;
  if (found && rebuilds(newPlain, found, oldPlain)) await syncPath(fs, pair.reverse);
  else {
    const delta = deltaOf(parseSignature(signatureOf(newPlain)), oldPlain);
    if (!rebuilds(newPlain, delta, oldPlain)) return false;
    await writeNew(fs, pair.reverse, delta);
  }
  batch.changed(parentOf(pair.reverse));
  return true;
}

/** The plain data, if they are what the manifest says. Otherwise whatever else there is must not be thrown away. */
async function soundPlain(
  job: Sweep,
  path: string,
  entry: Entry,
  name: string,
): Promise<Uint8Array | undefined> {
  try {
    const plain = await readPlain(job.fs, path, isPacked(entry));
    if (sameSum({ size: plain.length, md5: md5Of(plain) }, entry.end)) return plain;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  job.log.warn(`${name}: ${displayBytes(entry.path)} is damaged; the file before it is kept whole`);
  return undefined;
}

function rebuilds(basis: Uint8Array, delta: Uint8Array, wanted: Uint8Array): boolean {
  try {
    return Buffer.compare(patchOf(basis, delta, { expectedSize: wanted.length }), wanted) === 0;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
