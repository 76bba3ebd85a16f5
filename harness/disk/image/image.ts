import type { Hash, Inode } from './types.ts';
import type { Change } from '../journal.ts';

/**
 * STUB of the API, being written: see the brief. An immutable-by-sharing disk image.
 */
export declare class Image {
  /** An empty disk: `/` alone, mode 0755. */
  static empty(): Image;
  /** O(1); the two share everything and never see each other's changes. */
  fork(): Image;
  /** Always up to date: equal if and only if no program can tell the trees apart. */
  readonly hash: Hash;
  inode(ino: number): Inode | undefined;
  /** A fresh inode number, never given out before on this image or one that it came from. */
  allocate(): number;
  /** Puts a new inode in the table, without a name. */
  add(ino: number, inode: Inode): void;
  /** Forgets an inode without names (an unlinked file that nobody has open any more). */
  forget(ino: number): void;
  apply(change: Change): void;
  /** Whether a path leads from `/` to the inode. */
  attached(ino: number): boolean;
  /** The number of attached names of a file or symlink, and for a directory 2 + its subdirectories: st_nlink. */
  links(ino: number): number;
}
