import type { FileSystem } from '../ports/file-system.ts';
import type { Log } from '../ports/log.ts';
import type { Batch } from './batch.ts';
import { DATA } from './layout.ts';
import { onDisk } from './data-path.ts';
import type { Entry } from './manifest/entry.ts';
import type { EntryList } from './manifest-file.ts';

/** A backup whose manifest was read. */
export interface Backup {
  /** The name of its directory. */
  readonly name: string;
  /** Its path. */
  readonly directory: string;
  readonly entries: EntryList;
  /** It has jiggle's record, so all of it was durable before it was called a backup. */
  readonly isJiggles: boolean;
}

/** What every phase works with. */
export interface Job {
  readonly fs: FileSystem;
  readonly log: Log;
  /** The client's directory. */
  readonly root: string;
  readonly batch: Batch;
}

/** Where the data of an entry is, in a directory of a backup such as `data`. Only for entries with data. */
export function placeOf(directory: string, entry: Entry, area: string = DATA): string {
  return `${directory}/${area}/${onDisk(entry.dataPath ?? '')}`;
}
