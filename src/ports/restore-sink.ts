import type { Entry } from '../storage/manifest/entry.ts';

/** Where restored entries go. They come in manifest order: a directory before what is in it. */
export interface RestoreSink {
  /** Everything but data. Undefined if it worked, else a line that says why not. */
  make(entry: Entry, path: string): Promise<string | undefined>;
  /** A file with its data, whole and checked. */
  write(
    entry: Entry,
    path: string,
    data: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<string | undefined>;
  /** After everything: what can only be set now, such as the times of directories. */
  finish(): Promise<readonly string[]>;
}
