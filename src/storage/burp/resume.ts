import { formatBatch } from '../account.ts';
import { Batch } from '../batch.ts';
import { isDamage } from '../codec/damage.ts';
import { openNew, writeAll } from '../durable.ts';
import { ifThere } from '../errors.ts';
import { placeOf } from '../job.ts';
import { ATTEMPTS, DATA, FORWARD, PROGRESS, parentOf } from '../layout.ts';
import { type Entry, hasData } from '../manifest/entry.ts';
import type { Arrival } from '../receive.ts';
import { removeTree } from '../tree.ts';
import type { Adoption } from './adopt.ts';
import { LEFTOVERS, PLAIN_LOG, RECEIVED } from './places.ts';
import { readTornList } from './plain-list.ts';

// mutant: equivalent: how much at a time is a matter of speed and memory alone
const ENTRIES_PER_BATCH = 256;

/**
 * Turns a backup in progress of Burp's into one of jiggle's that can be gone on with: files get places in `data`, and Burp's
 * list of what came becomes an account. Whether the files are sound is checked when the backup goes on. Burp's list of
 * what is unchanged is not needed, and not trusted: it may lag behind the other. The plain log, by which the backup is
 * known as Burp's, goes last, so that a cut in the middle only means to begin again.
 */
export async function adoptPartial(job: Adoption): Promise<void> {
  const { fs, root, name, settings } = job;
  const directory = `${root}/${name}`;
  const batch = new Batch(fs, settings);
  const account = `${directory}/${PROGRESS}`;
  if (!(await isAccount(job, account))) {
    await writeAccount(job, directory, batch);
    await batch.end();
    await fs.rename(`${account}.tmp`, account);
    batch.changed(directory);
    await batch.end();
  }
  for (const leftover of [...LEFTOVERS, ATTEMPTS])
    if (leftover !== PLAIN_LOG) await removeTree(fs, `${directory}/${leftover}`, batch);
  await batch.end();
  await removeTree(fs, `${directory}/${PLAIN_LOG}`, batch);
  batch.changed(directory);
  await batch.end();
}

/** An earlier attempt to adopt it may have got as far as that. */
async function isAccount({ fs }: Adoption, path: string): Promise<boolean> {
  if (!(await ifThere(fs.lstat(path)))) return false;
  const file = await fs.open(path, 'r');
  try {
    const head = Buffer.alloc(6);
    await file.read(head, 0, head.length, 0);
    return head.toString('latin1') === 'batch ';
  } finally {
    // mutant: equivalent: nothing hangs on when a file is closed that was only read
    await file.close();
  }
}

async function writeAccount(job: Adoption, directory: string, batch: Batch): Promise<void> {
  const { fs } = job;
  const path = `${directory}/${PROGRESS}.tmp`;
  const file = await openNew(fs, path);
  batch.made(path);
  try {
    let waiting: Arrival[] = [];
    for await (const entry of listed(job, `${directory}/${PROGRESS}`)) {
      const as = hasData(entry.letter) ? await takeOver(job, directory, entry, batch) : undefined;
      if (as) waiting.push({ entry, as });
      if (waiting.length < ENTRIES_PER_BATCH) continue;
      await writeAll(file, formatBatch(waiting));
      waiting = [];
    }
    if (waiting.length > 0) await writeAll(file, formatBatch(waiting));
  } finally {
    await file.close();
  }
}

async function* listed({ fs }: Adoption, path: string): AsyncGenerator<Entry, void, undefined> {
  if (!(await ifThere(fs.lstat(path)))) return;
  try {
    yield* readTornList(fs, path);
  } catch (error) {
    // What comes after the damage is asked for again.
    if (!isDamage(error)) throw error;
  }
}

async function takeOver(
  { fs }: Adoption,
  directory: string,
  entry: Entry,
  batch: Batch,
): Promise<Arrival['as'] | undefined> {
  const from = placeOf(directory, entry, RECEIVED);
  const to = placeOf(directory, entry, DATA);
  if (await ifThere(fs.lstat(from))) {
    await batch.makeDirectory(directory, parentOf(to));
    if (await ifThere(fs.lstat(to))) await fs.unlink(to);
    // A second name, since the first must not go before the directories of the second are durable.
    await fs.link(from, to);
    batch.wrote(to);
    await batch.entryDone();
    return 'whole';
  }
  const delta = placeOf(directory, entry, FORWARD);
  if (!(await ifThere(fs.lstat(delta)))) return undefined;
  for (let path = delta; path !== directory; path = parentOf(path)) batch.changed(parentOf(path));
  batch.wrote(delta);
  await batch.entryDone();
  return 'delta';
}
