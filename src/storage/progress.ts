import type { OpenFile } from '../ports/file-system.ts';
import { writeAll } from './durable.ts';
import { holds, isPacked } from './content.ts';
import { ifThere } from './errors.ts';
import type { Progress } from './gather.ts';
import { type Backup, type Job, placeOf } from './job.ts';
import { DATA, FORWARD, PROGRESS } from './layout.ts';
import { type Entry } from './manifest/entry.ts';
import { parseEntries } from './manifest/entry-reader.ts';
import { formatEntries } from './manifest/entry-writer.ts';
import { type Arrival, gives } from './receive.ts';
import { isDamage } from './codec/damage.ts';
import { md5Of } from './codec/digest.ts';
import { namesIn, removeFile } from './tree.ts';

/** Where a backup that may be resumed keeps account. */
export interface Account extends Job {
  readonly directory: string;
  readonly previous: Backup | undefined;
}

/** For method `delete`: nothing is written down, since nobody will ask. */
export class NoProgress implements Progress {
  private readonly job: Account;

  constructor(job: Account) {
    this.job = job;
  }

  earlier(): undefined {
    return undefined;
  }

  arrived(): Promise<void> {
    return this.job.batch.entryDone();
  }

  endBatch(): Promise<void> {
    return this.job.batch.end();
  }
}

const HEAD = 'batch';

/**
 * For method `resume`: a list of what arrived, in batches. A batch is `batch <bytes of body> <checksum>`, a line end,
 * and the body: one character for each entry (w whole, d delta), a line end, then the entries as in a manifest. It is
 * written when its entries' data and names are durable. Cut anywhere, all batches before stay readable.
 */
export class KeptProgress implements Progress {
  private readonly job: Account;
  private readonly known: ReadonlyMap<string, Arrival>;
  private waiting: Arrival[] = [];
  private file: OpenFile | undefined;
  private readonly append: boolean;

  constructor(job: Account, known: ReadonlyMap<string, Arrival> | undefined) {
    this.job = job;
    this.known = known ?? new Map();
    this.append = known !== undefined;
  }

  earlier(entry: Entry): Arrival | undefined {
    return this.known.get(keyOf(entry));
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
  }

  private open(): Promise<OpenFile> {
    return this.job.fs.open(`${this.job.directory}/${PROGRESS}`, this.append ? 'a' : 'wx', 0o600);
  }
}

/**
 * What an earlier attempt received and is still sound, by entry. Cuts a torn end off the account, and removes all
 * received files that it does not vouch for.
 */
export async function readProgress(job: Account): Promise<Map<string, Arrival>> {
  const { fs, directory, batch } = job;
  const path = `${directory}/${PROGRESS}`;
  const bytes = (await ifThere(fs.readFile(path))) ?? new Uint8Array(0);
  const { arrivals, length } = parseBatches(bytes);
  const known = new Map<string, Arrival>();
  const vouched = new Set<string>();
  for (const arrival of arrivals) {
    const target = placeOf(directory, arrival.entry, arrival.as === 'whole' ? DATA : FORWARD);
    if (arrival.as === 'whole' && !(await holds(fs, target, arrival.entry))) continue;
    if (arrival.as === 'delta' && !(await fits(job, target, arrival.entry))) continue;
    known.set(keyOf(arrival.entry), arrival);
    vouched.add(target);
  }
  for (const area of [DATA, FORWARD]) await removeOthers(job, `${directory}/${area}`, vouched);
  if (length < bytes.length) await cutOff(job, path, length);
  batch.changed(directory);
  await batch.end();
  return known;
}

/** Whether a delta still leads from the previous backup's file to the entry's: another backup may be the previous one. */
async function fits(job: Account, target: string, entry: Entry): Promise<boolean> {
  const { fs, previous } = job;
  const old = previous?.entries.find(({ dataPath }) => dataPath === entry.dataPath);
  if (!old || isPacked(old) !== isPacked(entry) || !(await ifThere(fs.lstat(target)))) return false;
  const path = placeOf(previous!.directory, old);
  if (!(await holds(fs, path, old))) return false;
  return gives(job, { path, packed: isPacked(old), size: old.end!.size }, target, entry.end!);
}

async function cutOff(job: Account, path: string, length: number): Promise<void> {
  const file = await job.fs.open(path, 'r+');
  try {
    await file.truncate(length);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function removeOthers(job: Account, directory: string, vouched: ReadonlySet<string>): Promise<void> {
  for (const name of (await namesIn(job.fs, directory)) ?? []) {
    const path = `${directory}/${name}`;
    if ((await job.fs.lstat(path)).isDirectory()) await removeOthers(job, path, vouched);
    else if (!vouched.has(path)) await removeFile(job.fs, path, job.batch);
  }
}

function formatBatch(arrivals: readonly Arrival[]): Uint8Array {
  const kinds = arrivals.map(({ as }) => as[0]).join('');
  const body = Buffer.concat([Buffer.from(`${kinds}\n`), formatEntries(arrivals.map(({ entry }) => entry))]);
  return Buffer.concat([Buffer.from(`${HEAD} ${body.length} ${md5Of(body)}\n`), body]);
}

function parseBatches(bytes: Uint8Array): { arrivals: Arrival[]; length: number } {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const arrivals: Arrival[] = [];
  let length = 0;
  for (;;) {
    const lineEnd = all.indexOf('\n', length);
    const match = /^batch (\d{1,10}) ([0-9a-f]{32})$/.exec(
      all.toString('latin1', length, Math.max(lineEnd, length)),
    );
    const body = all.subarray(lineEnd + 1, lineEnd + 1 + Number(match?.[1]));
    if (!match || body.length !== Number(match[1]) || md5Of(body) !== match[2]) return { arrivals, length };
    arrivals.push(...parseBody(body));
    length = lineEnd + 1 + body.length;
  }
}

function parseBody(body: Buffer): Arrival[] {
  const kindsEnd = body.indexOf('\n');
  const kinds = body.toString('latin1', 0, kindsEnd);
  try {
    return parseEntries(body.subarray(kindsEnd + 1)).map((entry, at) => ({
      entry,
      as: kinds[at] === 'd' ? 'delta' : 'whole',
    }));
  } catch (error) {
    if (isDamage(error)) return [];
    throw error;
  }
}

function keyOf({ letter, path }: Entry): string {
  return letter + path;
}
