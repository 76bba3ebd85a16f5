import { execFile } from 'node:child_process';
import * as nodeFs from 'node:fs/promises';
import type { FileSystem } from '../ports/file-system.ts';
import { fromDisk, plainPart, toDisk } from './raw-paths.ts';

const onDisk: FileSystem = {
  open: (path, flags, mode) => nodeFs.open(toDisk(path), flags, mode),
  readFile: (path) => nodeFs.readFile(toDisk(path)),
  readdir: async (path) => (await nodeFs.readdir(toDisk(path), { encoding: 'buffer' })).map(fromDisk),
  readlink: async (path) => fromDisk(await nodeFs.readlink(toDisk(path), { encoding: 'buffer' })),
  lstat: (path) => nodeFs.lstat(toDisk(path)),
  stat: (path) => nodeFs.stat(toDisk(path)),
  mkdir: (path, options) => nodeFs.mkdir(toDisk(path), options),
  rmdir: (path) => nodeFs.rmdir(toDisk(path)),
  unlink: (path) => nodeFs.unlink(toDisk(path)),
  rename: (from, to) => nodeFs.rename(toDisk(from), toDisk(to)),
  link: (existing, path) => nodeFs.link(toDisk(existing), toDisk(path)),
  symlink: (target, path) => nodeFs.symlink(toDisk(target), toDisk(path)),
  chmod: (path, mode) => nodeFs.chmod(toDisk(path), mode),
  truncate: (path, length) => nodeFs.truncate(toDisk(path), length),
};

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
