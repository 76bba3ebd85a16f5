import { access, chmod, chown, statInode, targetAt, utimes } from './attributes.ts';
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
 */
export class SystemCalls extends Kernel {
  /** @param flags Linux' numbers, as in `fs.constants` */
  open(path: string, flags = 0, mode = 0o666): number {
    this.enter('open', path);
    return open(this, path, flags, mode);
  }

  close(fd: number): void {
    this.enter();
    this.closeDescriptor(fd);
  }

  /** @param position in bytes; null reads at the descriptor's own position and moves it */
  read(fd: number, buffer: Uint8Array, offset: number, length: number, position: number | null): number {
    this.enter('read');
    return read(this, fd, buffer, offset, length, position);
  }

  /** @param position in bytes; null writes at the descriptor's own position and moves it */
  write(fd: number, data: Uint8Array, offset: number, length: number, position: number | null): number {
    this.enter('write');
    return write(this, fd, data, offset, length, position);
  }

  ftruncate(fd: number, size: number): void {
    this.enter('ftruncate');
    ftruncate(this, fd, size);
  }

  fsync(fd: number): void {
    this.enter('fsync');
    fsync(this, fd, 'fsync');
  }

  fdatasync(fd: number): void {
    this.enter('fdatasync');
    fsync(this, fd, 'fdatasync');
  }

  /** sync(2): all file systems. */
  sync(): void {
    this.enter();
    sync(this);
  }

  /** syncfs(2): all of the file system that the descriptor is on. */
  syncfs(fd: number): void {
    this.enter();
    syncfs(this, fd);
  }

  stat(path: string): Stats {
    this.enter('stat', path);
    return this.#look('stat', path, true);
  }

  lstat(path: string): Stats {
    this.enter('lstat', path);
    return this.#look('lstat', path, false);
  }

  fstat(fd: number): Stats {
    this.enter();
    return statInode(this, this.descriptor(fd, 'fstat').ino);
  }

  link(existing: string, path: string): void {
    this.enter('link', existing, path);
    link(this, existing, path);
  }

  unlink(path: string): void {
    this.enter('unlink', path);
    unlink(this, path);
  }

  symlink(target: string, path: string): void {
    this.enter('symlink', target, path);
    symlink(this, target, path);
  }

  readlink(path: string): string {
    this.enter('readlink', path);
    return readlink(this, path);
  }

  rename(from: string, to: string): void {
    this.enter('rename', from, to);
    rename(this, from, to);
  }

  mkdir(path: string, mode = 0o777): void {
    this.enter('mkdir', path);
    mkdir(this, path, mode);
  }

  rmdir(path: string): void {
    this.enter('rmdir', path);
    rmdir(this, path);
  }

  /** Sorted, without `.` and `..`. */
  readdir(path: string): string[] {
    this.enter('scandir', path);
    return readdir(this, path);
  }

  readdirTypes(path: string): DirectoryEntry[] {
    this.enter('scandir', path);
    return readdirTypes(this, path);
  }

  chmod(path: string, mode: number): void {
    this.enter('chmod', path);
    chmod(this, targetAt(this, path, true, 'chmod'), mode);
  }

  fchmod(fd: number, mode: number): void {
    this.enter('fchmod');
    chmod(this, this.descriptor(fd, 'fchmod'), mode);
  }

  chown(path: string, uid: number, gid: number): void {
    this.enter('chown', path);
    chown(this, targetAt(this, path, true, 'chown'), uid, gid, 'chown');
  }

  lchown(path: string, uid: number, gid: number): void {
    this.enter('lchown', path);
    chown(this, targetAt(this, path, false, 'lchown'), uid, gid, 'lchown');
  }

  fchown(fd: number, uid: number, gid: number): void {
    this.enter('fchown');
    chown(this, this.descriptor(fd, 'fchown'), uid, gid, 'fchown');
  }

  /** Times in milliseconds since 1970, here and in the two that follow. */
  utimes(path: string, atime: number, mtime: number): void {
    this.enter('utime', path);
    utimes(this, targetAt(this, path, true, 'utime'), atime, mtime);
  }

  lutimes(path: string, atime: number, mtime: number): void {
    this.enter('lutime', path);
    utimes(this, targetAt(this, path, false, 'lutime'), atime, mtime);
  }

  futimes(fd: number, atime: number, mtime: number): void {
    this.enter('futime');
    utimes(this, this.descriptor(fd, 'futime'), atime, mtime);
  }

  access(path: string, mode = 0): void {
    this.enter('access', path);
    access(this, path, mode);
  }

  realpath(path: string): string {
    this.enter('realpath', path);
    return realpath(this, path);
  }

  #look(kind: 'stat' | 'lstat', path: string, follow: boolean): Stats {
    const { ino } = targetAt(this, path, follow, kind);
    this.mayFailToRead(kind, path, ino);
    return statInode(this, ino);
  }
}
