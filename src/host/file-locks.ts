import { lstat, readFile } from 'node:fs/promises';
import { splitDevice } from '../ports/device-number.ts';

/** There is no such file, or we may not look. */
const UNKNOWN: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']);

/**
 * Whether a process holds a lock on a file, as lockf(3) and fcntl(2) make them and Burp's programs use them. Node has no
 * call that could tell; Linux lists all that are held on this machine. Elsewhere, where the list may not be read, and for
 * what other machines and other containers hold, the answer is no.
 */
export async function isFileLocked(path: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    const { dev, ino } = await lstat(path, { bigint: true });
    const holder = (await readFile(path, 'latin1')).trim();
    return isAmong(await readFile('/proc/locks', 'latin1'), { dev, ino, holder });
  } catch (error) {
    if (UNKNOWN.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

export interface LockedFile {
  readonly dev: bigint;
  readonly ino: bigint;
  /** What is written in it: the process id of who locked it. */
  readonly holder: string;
}

/**
 * Whether a file is in the kernel's list. Some file systems (btrfs) have another device number there than in stat; then
 * the process has to be the one that is written in the file.
 */
export function isAmong(list: string, { dev, ino, holder }: LockedFile): boolean {
  const numbers = splitDevice(dev);
  return list.split('\n').some((line) => {
    const [, process, major, minor, inode] =
      /^\d+: (?:POSIX|OFDLCK) +\S+ +WRITE +(-?\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /.exec(line) ?? [];
    if (inode === undefined || BigInt(inode) !== ino) return false;
    const isDevice = BigInt(`0x${major}`) === numbers.major && BigInt(`0x${minor}`) === numbers.minor;
    return isDevice || process === holder;
  });
}
