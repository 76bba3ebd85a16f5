import type { FileSystem, OpenFile } from '../ports/file-system.ts';
import { isDamage } from './codec/damage.ts';
import { md5Of } from './codec/digest.ts';
import { ifThere } from './errors.ts';
import { type Entry, compareEntries } from './manifest/entry.ts';
import { parseEntries } from './manifest/entry-reader.ts';
import { formatEntries } from './manifest/entry-writer.ts';
import type { Arrival } from './receive.ts';

/**
 * The account of what arrived, in batches. A batch is `batch <bytes of body> <checksum>`, a line end, and the body: one
 * character for each entry (w whole, d delta), a line end, then the entries as in a manifest. Cut anywhere, all batches
 * before stay readable. The entries of one attempt are in manifest order; each attempt begins again from the start.
 */
export function formatBatch(arrivals: readonly Arrival[]): Uint8Array {
  const kinds = arrivals.map(({ as }) => as[0]).join('');
  const body = Buffer.concat([Buffer.from(`${kinds}\n`), formatEntries(arrivals.map(({ entry }) => entry))]);
  return Buffer.concat([Buffer.from(`batch ${body.length} ${md5Of(body)}\n`), body]);
}

interface BatchInFile {
  readonly arrivals: readonly Arrival[];
  /** Where the next one begins. */
  readonly end: number;
}

/** The end of the whole batches in an account, and where each attempt's begin. */
export interface Attempts {
  readonly length: number;
  readonly size: number;
  readonly starts: readonly number[];
}

export async function findAttempts(fs: FileSystem, path: string): Promise<Attempts> {
  const stat = await ifThere(fs.lstat(path));
  if (!stat) return { length: 0, size: 0, starts: [] };
  const file = await fs.open(path, 'r');
  try {
    const starts: number[] = [];
    let length = 0;
    let last: Entry | undefined;
    for (let next = await readBatch(file, 0); next; next = await readBatch(file, length)) {
      const first = next.arrivals[0];
      if (first && (!last || compareEntries(first.entry, last) <= 0)) starts.push(length);
      last = next.arrivals.at(-1)?.entry ?? last;
      length = next.end;
    }
    return { length, size: stat.size, starts };
  } finally {
    await file.close();
  }
}

/** Goes through one attempt's part of an account, for somebody who asks in manifest order. Holds one batch. */
export class AttemptReader {
  private readonly file: OpenFile;
  private readonly end: number;
  private next: number;
  private arrivals: readonly Arrival[] = [];
  private at = 0;

  constructor(file: OpenFile, start: number, end: number) {
    this.file = file;
    this.next = start;
    this.end = end;
  }

  /** What is said of this entry. Each call must be for a later one. */
  async find(entry: Entry): Promise<Arrival | undefined> {
    for (;;) {
      if (this.at >= this.arrivals.length && !(await this.advance())) return undefined;
      const arrival = this.arrivals[this.at]!;
      const order = compareEntries(arrival.entry, entry);
      if (order > 0) return undefined;
      this.at++;
      if (order === 0 && arrival.entry.letter === entry.letter) return arrival;
    }
  }

  private async advance(): Promise<boolean> {
    if (this.next >= this.end) return false;
    const batch = await readBatch(this.file, this.next);
    if (!batch) return false;
    this.arrivals = batch.arrivals;
    this.at = 0;
    this.next = batch.end;
    return true;
  }
}

const LONGEST_HEAD = 64;

async function readBatch(file: OpenFile, start: number): Promise<BatchInFile | undefined> {
  const head = await readAt(file, start, LONGEST_HEAD);
  const lineEnd = head.indexOf('\n');
  const match = /^batch (\d{1,10}) ([0-9a-f]{32})$/.exec(head.toString('latin1', 0, Math.max(lineEnd, 0)));
  if (!match) return undefined;
  const bodyStart = start + lineEnd + 1;
  const size = Number(match[1]);
  if ((await file.stat()).size < bodyStart + size) return undefined;
  const body = await readAt(file, bodyStart, size);
  if (body.length !== size || md5Of(body) !== match[2]) return undefined;
  return { arrivals: parseBody(body), end: bodyStart + size };
}

async function readAt(file: OpenFile, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
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
