import { execFile } from 'node:child_process';
import * as nodeFs from 'node:fs/promises';
import type { FileSystem } from '../ports/file-system.ts';

/** The real disk. Node has no syncfs(2); on Linux coreutils' `sync -f` makes the call for us. */
export const systemFiles: FileSystem =
  process.platform === 'linux' ? { ...nodeFs, syncfs: syncFileSystem } : nodeFs;

/** Rejects with ENOSYS if there is no such command, and with EIO if it fails: then something may not be durable. */
function syncFileSystem(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
    execFile('sync', ['-f', '--', path], { env }, (error, _, stderr) => {
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
  return code === 'ENOENT' || code === 'EACCES' || /(?:invalid|unrecognized|unknown) option|Usage:/i.test(stderr);
}
