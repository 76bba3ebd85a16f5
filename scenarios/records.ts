import { crc32 } from 'node:zlib';
import type { Life } from '../harness/index.ts';

type Fs = Life['fs'];

const HEADER = 8;

/** A record as bytes: its length and a checksum in front, both as 32 bits, the highest first. */
export function encode(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(payload.length, 0);
  header.writeUInt32BE(crc32(payload), 4);
  return Buffer.concat([header, payload]);
}

/** What a log holds: its whole records, where in bytes they end, and what comes after. */
export interface Parsed {
  readonly records: readonly string[];
  readonly end: number;
  /** `nothing`: the log ends there, or zeros follow; `garbage`: something that is no record. */
  readonly rest: 'nothing' | 'garbage';
}

/** @param checked whether a record counts only with the right checksum */
export function parse(bytes: Uint8Array, checked = true): Parsed {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: string[] = [];
  let end = 0;
  while (end + HEADER <= buffer.length) {
    const length = buffer.readUInt32BE(end);
    const payload = buffer.subarray(end + HEADER, end + HEADER + length);
    // A length of 0 is what a hole looks like: no record is empty.
    if (length === 0 || payload.length < length) break;
    if (checked && crc32(payload) !== buffer.readUInt32BE(end + 4)) break;
    records.push(payload.toString());
    end += HEADER + length;
  }
  return { records, end, rest: buffer.subarray(end).some((byte) => byte !== 0) ? 'garbage' : 'nothing' };
}

/** Syncs a file, or the names in a directory. */
export async function sync(fs: Fs, path: string): Promise<void> {
  const handle = await fs.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file's bytes; none if it is not there. */
export async function bytesOf(fs: Fs, path: string): Promise<Uint8Array> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array();
    throw error;
  }
}
