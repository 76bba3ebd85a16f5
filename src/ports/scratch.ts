import type { OpenFile } from './file-system.ts';

/** Room on the side, for data that are read at random and are too large for the memory. */
export interface Scratch {
  /** An empty file to write and read. It has no name: it is gone when it is closed, or when its process ends in any way. */
  file(): Promise<OpenFile>;
  /** Data up to this many bytes stay in memory; a few MiB if nothing is said. */
  readonly from?: number;
}
