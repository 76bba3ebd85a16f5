import { access, chmod, chown, statInode, targetAt, utimes } from './attributes.ts';
import * as composites from './composites.ts';
import { read, write } from './data.ts';
import { fsync, open, sync, syncfs } from './descriptors.ts';
import { link, mkdir, rmdir, symlink, unlink } from './entries.ts';
import { Kernel } from './kernel.ts';
import { type DirectoryEntry, readdir, readdirTypes, readlink, realpath } from './reading.ts';
import { rename } from './rename.ts';
import type { Stats } from './stats.ts';
import { ftruncate } from './truncate.ts';

/**
 * The simulated disk as the system calls of one life, as root, with `/` for a working directory. All are synchronous.
 * They fail with errors in the shape of `node:fs`', and after the cut with a `PowerCut`.
 *
 * The second half are composites: what Node does in several calls is several calls here, each with an op of its own.
 */
export class Core extends Kernel {
  /** @param flags Linux' numbers, as in `fs.constants` */
  open(path: string, flags = 0, mode = 0o666): number {
    this.enter();
    return open(this, path, flags, mode);
  }

  close(fd: number): void {
    this.enter();
    this.closeDescriptor(fd);
  }

  /** @param position in bytes; null reads at the descriptor's own position and moves it */
  read(fd: number, buffer: Uint8Array, offset: number, length: number, position: number | null): number {
    this.enter();
    return read(this, fd, buffer, offset, length, position);
  }

  /** @param position in bytes; null writes at the descriptor's own position and moves it */
  write(fd: number, data: Uint8Array, offset: number, length: number, position: number | null): number {
    this.enter();
    return write(this, fd, data, offset, length, position);
  }

  ftruncate(fd: number, size: number): void {
    this.enter();
    ftruncate(this, fd, size);
  }

  fsync(fd: number): void {
    this.enter();
    fsync(this, fd, 'fsync');
  }

  fdatasync(fd: number): void {
    this.enter();
    fsync(this, fd, 'fdatasync');
  }

  /** sync(2): the whole disk. */
  sync(): void {
    this.enter();
    sync(this);
  }

  /** syncfs(2): all of the file system that the descriptor is on; here there is one. */
  syncfs(fd: number): void {
    this.enter();
    syncfs(this, fd);
  }

  stat(path: string): Stats {
    this.enter();
    return statInode(this, targetAt(this, path, true, 'stat').ino);
  }

  lstat(path: string): Stats {
    this.enter();
    return statInode(this, targetAt(this, path, false, 'lstat').ino);
  }

  fstat(fd: number): Stats {
    this.enter();
    return statInode(this, this.descriptor(fd, 'fstat').ino);
  }

  link(existing: string, path: string): void {
    this.enter();
    link(this, existing, path);
  }

  unlink(path: string): void {
    this.enter();
    unlink(this, path);
  }

  symlink(target: string, path: string): void {
    this.enter();
    symlink(this, target, path);
  }

  readlink(path: string): string {
    this.enter();
    return readlink(this, path);
  }

  rename(from: string, to: string): void {
    this.enter();
    rename(this, from, to);
  }

  mkdir(path: string, mode = 0o777): void {
    this.enter();
    mkdir(this, path, mode);
  }

  rmdir(path: string): void {
    this.enter();
    rmdir(this, path);
  }

  /** Sorted, without `.` and `..`. */
  readdir(path: string): string[] {
    this.enter();
    return readdir(this, path);
  }

  readdirTypes(path: string): DirectoryEntry[] {
    this.enter();
    return readdirTypes(this, path);
  }

  chmod(path: string, mode: number): void {
    this.enter();
    chmod(this, targetAt(this, path, true, 'chmod'), mode);
  }

  fchmod(fd: number, mode: number): void {
    this.enter();
    chmod(this, this.descriptor(fd, 'fchmod'), mode);
  }

  chown(path: string, uid: number, gid: number): void {
    this.enter();
    chown(this, targetAt(this, path, true, 'chown'), uid, gid, 'chown');
  }

  lchown(path: string, uid: number, gid: number): void {
    this.enter();
    chown(this, targetAt(this, path, false, 'lchown'), uid, gid, 'lchown');
  }

  fchown(fd: number, uid: number, gid: number): void {
    this.enter();
    chown(this, this.descriptor(fd, 'fchown'), uid, gid, 'fchown');
  }

  /** Times in milliseconds since 1970, here and in the two that follow. */
  utimes(path: string, atime: number, mtime: number): void {
    this.enter();
    utimes(this, targetAt(this, path, true, 'utime'), atime, mtime);
  }

  lutimes(path: string, atime: number, mtime: number): void {
    this.enter();
    utimes(this, targetAt(this, path, false, 'lutime'), atime, mtime);
  }

  futimes(fd: number, atime: number, mtime: number): void {
    this.enter();
    utimes(this, this.descriptor(fd, 'futime'), atime, mtime);
  }

  access(path: string, mode = 0): void {
    this.enter();
    access(this, path, mode);
  }

  realpath(path: string): string {
    this.enter();
    return realpath(this, path);
  }

  /** Of a path, or of what is left to read of a descriptor. */
  readFile(file: string | number, flags = 0): Buffer {
    return composites.readFile(this, file, flags);
  }

  writeFile(file: string | number, data: Uint8Array, options?: composites.WriteFileOptions): void {
    composites.writeFile(this, file, data, options);
  }

  appendFile(file: string | number, data: Uint8Array, options?: composites.WriteFileOptions): void {
    composites.appendFile(this, file, data, options);
  }

  truncate(path: string, size: number): void {
    composites.truncate(this, path, size);
  }

  copyFile(from: string, to: string, mode = 0): void {
    composites.copyFile(this, from, to, mode);
  }

  /** Returns the first directory that was made, or undefined if all were there. */
  mkdirp(path: string, mode = 0o777): string | undefined {
    return composites.mkdirp(this, path, mode);
  }

  rm(path: string, options?: composites.RmOptions): void {
    composites.rm(this, path, options);
  }

  /** Removes a directory and all that is in it. */
  removeTree(path: string): void {
    composites.removeTree(this, path);
  }
}
