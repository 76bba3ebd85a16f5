import type { SizeAndMd5 } from '../storage/codec/digest.ts';
import type { Log } from './log.ts';
import type { StrongHash } from '../storage/delta/strong-hash.ts';
import type { Attributes } from '../storage/manifest/attributes.ts';
import type { Entry } from '../storage/manifest/entry.ts';

/**
 * The server's side of the conversation with a client that is backed up, shaped like Burp's frames. A client in the
 * same process and one behind a network connection look the same from here.
 *
 * `whole` may be called again before earlier answers have come. Answers come in the order of the requests, and the data
 * of one is read to its end, and its `end` called and awaited, before the next is waited for. After `delta` nothing is
 * asked until its answer is read. `scan` is called once, or not at all when an unfinished backup is gone on with.
 */
export interface BackupClient {
  /** Which strong hash the client knows in signatures; blake2 if it says nothing. */
  readonly signatureHash?: StrongHash;
  /** Where messages of the client go that are part of no answer. */
  hear?(log: Log): void;
  /** Tells the client of something that it wanted and that is not in the backup. */
  tell?(warning: string): void;
  /**
   * Phase 1: everything there is, in Burp's path order, without data paths and ends. A string is a warning. The
   * attributes carry the compression that the client will use if it is asked for the whole file.
   */
  scan(options: ScanOptions): AsyncIterable<Entry | string>;
  /** Asks for all data of an entry: packed if the answer's attributes say so, else plain. */
  whole(entry: Entry): Promise<Answer>;
  /** Asks for a librsync delta, never packed, from the data that the signature describes. */
  delta(entry: Entry, signature: Uint8Array): Promise<Answer>;
}

export interface ScanOptions {
  /** The gzip level that the client is asked for; 0 for none. */
  readonly compression: number;
}

/** What a request brings. */
export type Answer = Received | Interrupted;

/** The client could not read the file, or not to its end: nothing of it may be kept. */
export interface Interrupted {
  readonly interrupted: string;
}

export interface Received {
  /** Looked up afresh when the file was read; these are recorded, not those of the scan. */
  readonly attributes: Attributes;
  /** All at once for small files. */
  readonly data: Uint8Array | AsyncIterable<Uint8Array>;
  /** Only after the data, once: size and MD5 of the whole plain new file. */
  end(): SizeAndMd5 | Interrupted | Promise<SizeAndMd5 | Interrupted>;
}
