/**
 * What a disk is made of. An image maps inode numbers to inodes; every object here is immutable once it is in an
 * image, and images share what they have in common.
 */

/** Bytes in a page, the unit in which file data survives or not. */
export const PAGE_SIZE = 4096;

/** Bytes in a sector, the unit that a disk writes whole or not at all. */
export const SECTOR_SIZE = 512;

/** The inode of `/`. */
export const ROOT_INO = 1;

/** A 128-bit hash: four unsigned 32-bit lanes. */
export interface Hash {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/**
 * Up to one page of data: trailing zeros are cut off, so equal pages have equal bytes. A page of zeros is no Page at
 * all but `null`, as is a hole: no program can tell them apart.
 */
export interface Page extends Hash {
  /** At most PAGE_SIZE bytes, the last one not zero. Never written to. */
  readonly bytes: Uint8Array;
}

/** A name of an inode: the directory that holds it, and the entry's name there. */
export interface Name {
  readonly dir: number;
  readonly name: string;
}

export type Inode = FileInode | DirInode | SymlinkInode;

export interface FileInode {
  readonly kind: 'file';
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  /** In bytes. */
  readonly size: number;
  /** By page index; may hold data beyond `size` (see `sealed`), which no program can read. */
  readonly pages: readonly (Page | null)[];
  readonly names: readonly Name[];
}

export interface DirInode {
  readonly kind: 'dir';
  readonly mode: number;
  readonly entries: Entries;
  readonly names: readonly Name[];
}

export interface SymlinkInode {
  readonly kind: 'symlink';
  readonly mode: number;
  readonly target: string;
  readonly names: readonly Name[];
}

/** A directory's entries: name to inode number. */
export interface Entries {
  readonly size: number;
  get(name: string): number | undefined;
  /** In order of the names' UTF-16 code units, whatever the history: a program must not see the order of creation. */
  sorted(): readonly (readonly [name: string, ino: number])[];
}
