import type { Attributes } from '../storage/manifest/attributes.ts';
import type { Entry } from '../storage/manifest/entry.ts';
import type { Interrupted } from './backup-client.ts';

/** A tree that can be backed up: the client's side, without a conversation. */
export interface BackupSource {
  /** Everything, in Burp's path order, compression 0. A string is a warning about what had to be left out. */
  scan(): AsyncIterable<Entry | string>;
  /** The data of a file as it is now. */
  read(entry: Entry): Promise<SourceFile | Interrupted>;
}

export interface SourceFile {
  readonly attributes: Attributes;
  /** All at once for small files. A stream that can't be read to its end throws. */
  readonly data: Uint8Array | AsyncIterable<Uint8Array>;
}
