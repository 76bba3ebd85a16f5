import type { FileSystem, OpenFile } from '../ports/file-system.ts';
import { AttemptReader, findAttempts, formatBatch } from './account.ts';
import { isPacked, isUsable } from './content.ts';
import { dataPathFor } from './data-path.ts';
import { writeAll } from './durable.ts';
import { ifThere, isBadName } from './errors.ts';
import { placeOf } from './job.ts';
import { DATA, FORWARD, PROGRESS } from './layout.ts';
import type { Entry } from './manifest/entry.ts';
import { FILE_MODE } from './modes.ts';
import { type Arrival, type Receive, gives } from './receive.ts';

/** Keeps an account of what arrived, for those who want to resume. */
export interface Progress {
  /** What an earlier attempt received of this entry, if it is still sound. Asked for in manifest order. */
  earlier(entry: Entry, old: Entry | undefined): Promise<Arrival | undefined>;
  /** The entry is stored; called in manifest order, before its batch may end. */
  arrived(arrival: Arrival): Promise<void>;
  /** The batch has to end now. */
  endBatch(): Promise<void>;
  close(): Promise<void>;
}

/** For method `delete`: nothing is written down, since nobody will ask. */
export class NoProgress implements Progress {
  private readonly job: Receive;

  constructor(job: Receive) {
    this.job = job;
  }

  async earlier(): Promise<undefined> {}

  arrived(): Promise<void> {
    return this.job.batch.entryDone();
  }

  endBatch(): Promise<void> {
    return this.job.batch.end();
  }

  async close(): Promise<void> {}
}

/** For method `resume`: an account of what arrived. A batch of it is written when its data and names are durable. */
export class KeptProgress implements Progress {
  private readonly job: Receive;
  private readonly earlierOnes: EarlierAttempts | undefined;
  private waiting: Arrival[] = [];
  private file: OpenFile | undefined;

  constructor(job: Receive, earlierOnes: EarlierAttempts | undefined) {
    this.job = job;
    this.earlierOnes = earlierOnes;
  }

  async earlier(entry: Entry, old: Entry | undefined): Promise<Arrival | undefined> {
    return this.earlierOnes?.find(entry, old);
  }

  async arrived(arrival: Arrival): Promise<void> {
    this.waiting.push(arrival);
    this.job.batch.count();
    if (this.job.batch.isFull) await this.endBatch();
  }

  async endBatch(): Promise<void> {
    const { batch, directory } = this.job;
    await batch.end();
    if (this.waiting.length > 0) {
      this.file ??= await this.open();
      await writeAll(this.file, formatBatch(this.waiting));
      await this.file.sync();
      batch.changed(directory);
      this.waiting = [];
    }
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
    await this.earlierOnes?.close();
  }

  private open(): Promise<OpenFile> {
    return this.job.fs.open(`${this.job.directory}/${PROGRESS}`, this.earlierOnes ? 'a' : 'wx', FILE_MODE);
  }
}

/** What earlier attempts received. Each of them went through the scan in order, as the one that asks does. */
export class EarlierAttempts {
  private readonly job: Receive;
  private readonly file: OpenFile | undefined;
  private readonly attempts: readonly AttemptReader[];

  private constructor(job: Receive, file: OpenFile | undefined, attempts: readonly AttemptReader[]) {
    this.job = job;
    this.file = file;
    this.attempts = attempts;
  }

  /** Opens the account. A torn end is cut off, because more will be appended. */
  static async open(job: Receive): Promise<EarlierAttempts> {
    const { fs, batch, directory } = job;
    const path = `${directory}/${PROGRESS}`;
    const { starts, length, size } = await findAttempts(fs, path);
    if (length < size) await cutOff(job, path, length);
    batch.changed(directory);
    await batch.end();
    if (starts.length === 0) return new EarlierAttempts(job, undefined, []);
    const file = await fs.open(path, 'r');
    const readers = starts.map((start, at) => new AttemptReader(file, start, starts[at + 1] ?? length));
    return new EarlierAttempts(job, file, readers.toReversed());
  }

  /** The latest that is said of this entry and true. What no account vouches for is removed. */
  async find(entry: Entry, old: Entry | undefined): Promise<Arrival | undefined> {
    let found: Arrival | undefined;
    for (const attempt of this.attempts) {
      const arrival = await attempt.find(entry);
      if (arrival && !found && (await this.isSound(arrival, old))) found = arrival;
    }
    if (!found) await this.removeLeftovers(entry);
    return found;
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  private async removeLeftovers(entry: Entry): Promise<void> {
    const { fs, directory, batch } = this.job;
    for (const area of [DATA, FORWARD]) {
      const path = placeOf(directory, { ...entry, dataPath: dataPathFor(entry) }, area);
      if (!(await isThere(fs, path))) continue;
      await fs.unlink(path);
      batch.unwrote(path);
    }
  }

  private async isSound({ entry, as }: Arrival, old: Entry | undefined): Promise<boolean> {
    const { job } = this;
    if (as === 'whole') return isUsable(job.fs, placeOf(job.directory, entry), entry);
    // Another backup than then may be the previous one.
    const target = placeOf(job.directory, entry, FORWARD);
    if (!old || isPacked(old) !== isPacked(entry) || !(await ifThere(job.fs.lstat(target)))) return false;
    const path = placeOf(job.previous!.directory, old);
    if (!(await isUsable(job.fs, path, old))) return false;
    return gives(job, { path, packed: isPacked(old), size: old.end!.size }, target, entry.end!);
  }
}

async function cutOff(job: Receive, path: string, length: number): Promise<void> {
  const file = await job.fs.open(path, 'r+');
  try {
    await file.truncate(length);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function isThere(fs: FileSystem, path: string): Promise<boolean> {
  try {
    return (await ifThere(fs.lstat(path))) !== undefined;
  } catch (error) {
    if (isBadName(error)) return false;
    throw error;
  }
}
