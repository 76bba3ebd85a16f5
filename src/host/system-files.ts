import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { FileSystem } from '../ports/file-system.ts';
import { SMALL, SystemFile } from './open-file.ts';
import { fromDisk, plainPart, toDisk } from './raw-paths.ts';

/**
 * Names and small pieces of data are handled at once: to hand such a call to another thread and back takes ten times as
 * long as the call. What may take long is handed on: see `SystemFile`, and `readFile`.
 */
const onDisk: FileSystem = {
  open: async (path, flags, mode) => new SystemFile(fs.openSync(toDisk(path), flags ?? 'r', mode)),
  readFile: async (path) => readWhole(path),
  readdir: async (path) => fs.readdirSync(toDisk(path), { encoding: 'buffer' }).map(fromDisk),
  readlink: async (path) => fromDisk(fs.readlinkSync(toDisk(path), { encoding: 'buffer' })),
  lstat: async (path) => fs.lstatSync(toDisk(path)),
  stat: async (path) => fs.statSync(toDisk(path)),
  mkdir: async (path, options) => fs.mkdirSync(toDisk(path), options),
  rmdir: async (path) => fs.rmdirSync(toDisk(path)),
  unlink: async (path) => fs.unlinkSync(toDisk(path)),
  rename: async (from, to) => fs.renameSync(toDisk(from), toDisk(to)),
  link: async (existing, path) => fs.linkSync(toDisk(existing), toDisk(path)),
  symlink: async (target, path) => fs.symlinkSync(toDisk(target), toDisk(path)),
  chmod: async (path, mode) => fs.chmodSync(toDisk(path), mode),
  truncate: async (path, length) => fs.truncateSync(toDisk(path), length),
};

function readWhole(path: string): Uint8Array | Promise<Uint8Array> {
  const { size } = fs.statSync(toDisk(path));
  return size <= SMALL ? fs.readFileSync(toDisk(path)) : readFile(toDisk(path));
}

/** The real disk. Node has no syncfs(2); on Linux coreutils' `sync -f` makes the call for us. */
export const systemFiles: FileSystem =
  process.platform === 'linux' ? { ...onDisk, syncfs: syncFileSystem } : onDisk;

/** Rejects with ENOSYS if there is no such command, and with EIO if it fails: then something may not be durable. */
function syncFileSystem(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
    execFile('sync', ['-f', '--', plainPart(path)], { env }, (error, _, stderr) => {
      if (!error) return resolve();
      const code = isMissing(error, stderr) ? 'ENOSYS' : 'EIO';
      const said = stderr.trim().split('\n')[0] ?? '';
      reject(Object.assign(new Error(`${code}: sync -f ${path}: ${said || error.message}`), { code }));
    });
  });
}

/** No `sync` at all, or one that knows no `-f`. */
function isMissing(error: Error, stderr: string): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    code === 'ENOENT' || code === 'EACCES' || /(?:invalid|unrecognized|unknown) option|Usage:/i.test(stderr)
  );
}
