import { constants } from 'node:fs';
import { argumentError, type DiskError, diskError, type ErrorCode } from '../errors.ts';
import { O_APPEND, O_CREAT, O_EXCL, O_TRUNC, O_WRONLY, S_IFMT } from './constants.ts';
import { join } from './paths.ts';
import type { DirectoryEntry } from './reading.ts';
import type { SystemCalls } from './system-calls.ts';

/**
 * What Node or a shell does in several system calls. Each step is a call of its own, so that its op is one of its own
 * and the power can go off between any two.
 */

/** How much of a `writeFile` Node hands to the kernel at once, in bytes. */
const WRITE_CHUNK_SIZE = 512 * 1024;

export interface WriteFileOptions {
  /** open(2) flags; O_WRONLY, O_CREAT and O_TRUNC by default. */
  readonly flags?: number;
  readonly mode?: number;
  /** Sync the file before it is closed. */
  readonly flush?: boolean;
}

/** Open, write, fsync if asked, close; or without the first and the last if there is a descriptor. */
export function writeFile(
  calls: SystemCalls,
  file: string | number,
  data: Uint8Array,
  options: WriteFileOptions = {},
): void {
  const flags = options.flags ?? O_WRONLY | O_CREAT | O_TRUNC;
  const fd = typeof file === 'number' ? file : calls.open(file, flags, options.mode ?? 0o666);
  try {
    for (let at = 0; at < data.length;) {
      at += calls.write(fd, data, at, Math.min(WRITE_CHUNK_SIZE, data.length - at), null);
    }
    if (options.flush === true) calls.fsync(fd);
  } finally {
    if (typeof file !== 'number') closeQuietly(calls, fd);
  }
}

/** `writeFile` at the end of what is there. */
export function appendFile(
  calls: SystemCalls,
  file: string | number,
  data: Uint8Array,
  options: WriteFileOptions = {},
): void {
  writeFile(calls, file, data, { flags: O_WRONLY | O_CREAT | O_APPEND, ...options });
}

/** A close that lets the error through that made it necessary: after a cut both are the cut. */
function closeQuietly(calls: SystemCalls, fd: number): void {
  if (!calls.dead) calls.close(fd);
}

/** The whole of a file: from the start, or from where a descriptor stands. */
export function readFile(calls: SystemCalls, file: string | number, flags = 0): Buffer {
  const fd = typeof file === 'number' ? file : calls.open(file, flags, 0o666);
  try {
    const { size } = calls.fstat(fd);
    const buffer = Buffer.allocUnsafe(size);
    const length = calls.read(fd, buffer, 0, size, null);
    return length === size ? buffer : buffer.subarray(0, length);
  } finally {
    if (typeof file !== 'number') closeQuietly(calls, fd);
  }
}

/** As Node has it: open for writing, ftruncate, close. */
export function truncate(calls: SystemCalls, path: string, size: number): void {
  const fd = calls.open(path, constants.O_RDWR, 0o666);
  try {
    calls.ftruncate(fd, size);
  } finally {
    closeQuietly(calls, fd);
  }
}

/** libuv's copy: create or cut the copy, give it the mode, write the data. `mode` as in `fs.copyFile`. */
export function copyFile(calls: SystemCalls, from: string, to: string, mode: number): void {
  if ((mode & constants.COPYFILE_FICLONE_FORCE) !== 0) throw diskError('ENOTSUP', 'copyfile', from, to);
  try {
    const source = calls.open(from, 0, 0);
    const stat = calls.fstat(source);
    const exclusive = (mode & constants.COPYFILE_EXCL) !== 0 ? O_EXCL : 0;
    try {
      const target = calls.open(to, O_WRONLY | O_CREAT | exclusive, stat.mode & 0o7777);
      let copied = false;
      try {
        if (calls.fstat(target).ino !== stat.ino) copyOpen(calls, source, target, stat.mode);
        copied = true;
      } finally {
        closeQuietly(calls, target);
        if (!copied) unlinkQuietly(calls, to);
      }
    } finally {
      closeQuietly(calls, source);
    }
  } catch (error) {
    throw renamed(error, 'copyfile', from, to);
  }
}

function copyOpen(calls: SystemCalls, source: number, target: number, mode: number): void {
  calls.ftruncate(target, 0);
  calls.fchmod(target, mode & ~S_IFMT);
  const data = readFile(calls, source);
  for (let at = 0; at < data.length;) at += calls.write(target, data, at, data.length - at, null);
}

/**
 * libuv leaves no half of a copy behind, for instance when the source turns out to be a directory, unless this fails
 * as well; the error that is told is the first.
 */
function unlinkQuietly(calls: SystemCalls, path: string): void {
  if (calls.dead) return;
  try {
    calls.unlink(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

/** The same error under the name of the composite, as libuv reports it. */
function renamed(error: unknown, syscall: string, path: string, dest: string): unknown {
  const code = (error as Partial<DiskError>).code;
  return code === undefined ? error : diskError(code, syscall, path, dest);
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

/**
 * mkdir -p, in Node's order: try the whole path, and on ENOENT first the one above.
 *
 * @returns the first directory that was made, as text of `path`, or undefined if all were there
 */
export function mkdirp(calls: SystemCalls, path: string, mode: number): string | undefined {
  const wanted = [path];
  let first: string | undefined;
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    try {
      calls.mkdir(next, mode);
      first ??= next;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') pushParent(wanted, next, error);
      else if (codeOf(error) === 'EEXIST') expectDirectory(calls, next, wanted.length > 0);
      else throw error;
    }
  }
  return first;
}

function pushParent(wanted: string[], path: string, error: unknown): void {
  const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  if (parent === '') throw error;
  wanted.push(path, parent);
}

/** Something is there already: fine if it is a directory, else it is in the way of the last part or of those below. */
function expectDirectory(calls: SystemCalls, path: string, below: boolean): void {
  try {
    if (calls.stat(path).isDirectory()) return;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw diskError(below ? 'ENOTDIR' : (code as ErrorCode), 'mkdir', path);
  }
  throw diskError(below ? 'ENOTDIR' : 'EEXIST', 'mkdir', path);
}

export interface RmOptions {
  readonly recursive?: boolean;
  readonly force?: boolean;
}

/** `fs.rm`: each unlink and rmdir is an op of its own, children before their directory, in the order of their names. */
export function rm(calls: SystemCalls, path: string, options: RmOptions = {}): void {
  let directory: boolean;
  try {
    directory = calls.lstat(path).isDirectory();
  } catch (error) {
    if (options.force === true && codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (directory && options.recursive !== true) {
    throw argumentError('ERR_FS_EISDIR', `Path is a directory: rm returned EISDIR (is a directory) ${path}`);
  }
  if (directory) removeTree(calls, path);
  else calls.unlink(path);
}

/**
 * Removes a directory and all that is in it. What is gone already when its turn comes is fine, as in Node: a path
 * through a symlink may lead to the directory that holds the symlink.
 */
export function removeTree(calls: SystemCalls, path: string): void {
  try {
    // First, as Node does it: a symlink to a directory with a slash at its end fails here, with its target untouched.
    calls.rmdir(path);
    return;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    if (codeOf(error) !== 'ENOTEMPTY') throw error;
  }
  try {
    for (const { name, kind } of calls.readdirTypes(path)) removeEntry(calls, join(path, name), kind);
    calls.rmdir(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function removeEntry(calls: SystemCalls, path: string, kind: DirectoryEntry['kind']): void {
  if (kind === 'dir') return removeTree(calls, path);
  try {
    calls.unlink(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
