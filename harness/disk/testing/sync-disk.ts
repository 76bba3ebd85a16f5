import * as nodeFs from 'node:fs';
import type { Core } from '../core/core.ts';
import type { Stats } from '../core/stats.ts';

/** What a random command can ask of a disk, the simulated or a real one. */
export interface SyncDisk {
  open(path: string, flags: number, mode: number): number;
  close(fd: number): void;
  read(fd: number, buffer: Uint8Array, position: number | null): number;
  write(fd: number, data: Uint8Array, position: number | null): number;
  ftruncate(fd: number, size: number): void;
  fsync(fd: number): void;
  fdatasync(fd: number): void;
  fchmod(fd: number, mode: number): void;
  fstat(fd: number): Pick<Stats, 'mode' | 'nlink' | 'size' | 'ino'>;
  stat(path: string): Pick<Stats, 'mode' | 'nlink' | 'size' | 'ino'>;
  lstat(path: string): Pick<Stats, 'mode' | 'nlink' | 'size' | 'ino'>;
  link(existing: string, path: string): void;
  unlink(path: string): void;
  symlink(target: string, path: string): void;
  readlink(path: string): string;
  rename(from: string, to: string): void;
  mkdir(path: string, mode: number): void;
  rmdir(path: string): void;
  /** In any order. */
  readdir(path: string): string[];
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  utimes(path: string, atime: number, mtime: number): void;
  access(path: string, mode: number): void;
  realpath(path: string): string;
  readFile(path: string): Buffer;
  writeFile(path: string, data: Uint8Array): void;
  appendFile(path: string, data: Uint8Array): void;
  truncate(path: string, size: number): void;
  copyFile(from: string, to: string, mode: number): void;
  mkdirp(path: string, mode: number): void;
  rm(path: string): void;
}

/** Node's synchronous calls, of `node:fs` or of something that has the same. */
export function nodeDisk(fs: typeof nodeFs): SyncDisk {
  return {
    open: (path, flags, mode) => fs.openSync(path, flags, mode),
    close: (fd) => fs.closeSync(fd),
    read: (fd, buffer, position) => fs.readSync(fd, buffer, 0, buffer.length, position),
    write: (fd, data, position) => fs.writeSync(fd, data, 0, data.length, position),
    ftruncate: (fd, size) => fs.ftruncateSync(fd, size),
    fsync: (fd) => fs.fsyncSync(fd),
    fdatasync: (fd) => fs.fdatasyncSync(fd),
    fchmod: (fd, mode) => fs.fchmodSync(fd, mode),
    fstat: (fd) => fs.fstatSync(fd),
    stat: (path) => fs.statSync(path),
    lstat: (path) => fs.lstatSync(path),
    link: (existing, path) => fs.linkSync(existing, path),
    unlink: (path) => fs.unlinkSync(path),
    symlink: (target, path) => fs.symlinkSync(target, path),
    readlink: (path) => fs.readlinkSync(path),
    rename: (from, to) => fs.renameSync(from, to),
    mkdir: (path, mode) => fs.mkdirSync(path, mode),
    rmdir: (path) => fs.rmdirSync(path),
    readdir: (path) => fs.readdirSync(path),
    chmod: (path, mode) => fs.chmodSync(path, mode),
    chown: (path, uid, gid) => fs.chownSync(path, uid, gid),
    utimes: (path, atime, mtime) => fs.utimesSync(path, atime / 1000, mtime / 1000),
    access: (path, mode) => fs.accessSync(path, mode),
    realpath: (path) => fs.realpathSync.native(path),
    readFile: (path) => fs.readFileSync(path),
    writeFile: (path, data) => fs.writeFileSync(path, data),
    appendFile: (path, data) => fs.appendFileSync(path, data),
    truncate: (path, size) => fs.truncateSync(path, size),
    copyFile: (from, to, mode) => fs.copyFileSync(from, to, mode),
    mkdirp: (path, mode) => void fs.mkdirSync(path, { mode, recursive: true }),
    rm: (path) => fs.rmSync(path, { recursive: true }),
  };
}

/** The real disk under the machine that the test runs on. */
export const realDisk: SyncDisk = nodeDisk(nodeFs);

/** A core, asked the same way. */
export function simulatedDisk(core: Core): SyncDisk {
  return {
    open: (path, flags, mode) => core.open(path, flags, mode),
    close: (fd) => core.close(fd),
    // Node doesn't ask the kernel for nothing, so not even a descriptor that can't be read is noticed.
    read: (fd, buffer, position) =>
      buffer.length === 0 ? 0 : core.read(fd, buffer, 0, buffer.length, position),
    write: (fd, data, position) => core.write(fd, data, 0, data.length, position),
    ftruncate: (fd, size) => core.ftruncate(fd, size),
    fsync: (fd) => core.fsync(fd),
    fdatasync: (fd) => core.fdatasync(fd),
    fchmod: (fd, mode) => core.fchmod(fd, mode),
    fstat: (fd) => core.fstat(fd),
    stat: (path) => core.stat(path),
    lstat: (path) => core.lstat(path),
    link: (existing, path) => core.link(existing, path),
    unlink: (path) => core.unlink(path),
    symlink: (target, path) => core.symlink(target, path),
    readlink: (path) => core.readlink(path),
    rename: (from, to) => core.rename(from, to),
    mkdir: (path, mode) => core.mkdir(path, mode),
    rmdir: (path) => core.rmdir(path),
    readdir: (path) => core.readdir(path),
    chmod: (path, mode) => core.chmod(path, mode),
    chown: (path, uid, gid) => core.chown(path, uid, gid),
    utimes: (path, atime, mtime) => core.utimes(path, atime, mtime),
    access: (path, mode) => core.access(path, mode),
    realpath: (path) => core.realpath(path),
    readFile: (path) => core.readFile(path),
    writeFile: (path, data) => core.writeFile(path, data),
    appendFile: (path, data) => core.appendFile(path, data),
    truncate: (path, size) => core.truncate(path, size),
    copyFile: (from, to, mode) => core.copyFile(from, to, mode),
    mkdirp: (path, mode) => void core.mkdirp(path, mode),
    rm: (path) => core.rm(path, { recursive: true }),
  };
}
