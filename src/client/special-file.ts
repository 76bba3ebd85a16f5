import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { promisify } from 'node:util';
import type { Attributes } from '../storage/manifest/attributes.ts';
import { splitDevice } from '../ports/device-number.ts';

const run = promisify(execFile);

/** The program and arguments that make a special file, less its path; a text says why none can. */
function howToMake({ mode, rdev }: Pick<Attributes, 'mode' | 'rdev'>): readonly string[] | string {
  const { S_IFMT, S_IFIFO, S_IFCHR, S_IFBLK, S_IFSOCK } = constants;
  const { major, minor } = splitDevice(BigInt(rdev));
  switch (mode & S_IFMT) {
    case S_IFIFO:
      return ['mkfifo', '-m', '0600'];
    case S_IFCHR:
      return ['mknod', '-m', '0600', 'c', `${major}`, `${minor}`];
    case S_IFBLK:
      return ['mknod', '-m', '0600', 'b', `${major}`, `${minor}`];
    case S_IFSOCK:
      return 'it was a socket: the program that listens on it makes it anew';
    default:
      return `there is no way to make a file of mode ${mode.toString(8)}`;
  }
}

/**
 * Makes a fifo or device at a path that is valid UTF-8. Returns why it can't be made, if it can't: for devices one must
 * be root. Node can't make such files, so `mkfifo` and `mknod` of the system do.
 */
export async function makeSpecial(attributes: Attributes, path: string): Promise<string | undefined> {
  const how = howToMake(attributes);
  if (typeof how === 'string') return how;
  const [program = '', dashM = '', mode = '', ...device] = how;
  try {
    await run(program, [dashM, mode, '--', path, ...device]);
    return undefined;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return `there is no program ${program} here to make it`;
    return stderr?.trim() || `${program} can't make it (${String(code)})`;
  }
}
