import type { Sight } from './states.ts';

/** A small program, and something that may surprise whoever wrote it: does the disk allow it? */
export interface Litmus {
  readonly name: string;
  /** Where it is told, what it is about, and what a file system owes. */
  readonly story: string;
  /** The disk to begin with, all of it durable. */
  readonly boot?: string;
  readonly program: string;
  /** The surprise, in words and as a question to a disk. */
  readonly surprise: string;
  readonly shows: (disk: Sight) => boolean;
  /** Whether only cuts after the whole program count, as after a mark or a promise; else any cut does. */
  readonly atEnd?: boolean;
}
