/**
 * The part of `node:fs/promises` that jiggle needs. `import * as fs from 'node:fs/promises'` satisfies it, and so
 * does the disk of a crash tester: jiggle can't tell which of them it runs on, and that is the point.
 *
 * Errors carry Node's codes (`ENOENT`, `EEXIST`, ...). Paths are strings; a byte that is no UTF-8 is a lone surrogate in
 * them (U+DC00 plus the byte), which only stores that Burp wrote need. A directory is synced by opening it read-only and calling `sync()`.
 */
export interface FileSystem {
  open(path: string, flags?: string, mode?: number): Promise<OpenFile>;
  readFile(path: string): Promise<Uint8Array>;
  readdir(path: string): Promise<string[]>;
  readlink(path: string): Promise<string>;
  lstat(path: string): Promise<Stat>;
  stat(path: string): Promise<Stat>;
  mkdir(path: string, options?: { mode?: number }): Promise<unknown>;
  rmdir(path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(existing: string, path: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  truncate(path: string, length?: number): Promise<void>;
  /**
   * Makes all of the file system that holds `path` durable: every write and every name before the call. Only where the
   * platform has such a thing; ENOSYS if it turns out that it hasn't, any other error if something may not be durable.
   */
  syncfs?(path: string): Promise<void>;
}

/** An open file or directory. Offsets and lengths are in bytes; `position` null means the descriptor's own. */
export interface OpenFile {
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<{ bytesRead: number }>;
  write(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<{ bytesWritten: number }>;
  stat(): Promise<Stat>;
  truncate(length?: number): Promise<void>;
  sync(): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** What jiggle reads of a stat: sizes in bytes, times in milliseconds since 1970. */
export interface Stat {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blksize: number;
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}
