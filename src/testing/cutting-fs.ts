import type { FileSystem, OpenFile } from '../ports/file-system.ts';

/** Thrown in place of a call that the process did not live to make. */
export class Killed extends Error {
  constructor() {
    super('the process was killed here');
  }
}

/** Counts changing calls, and from the given one on lets none happen: a process that was killed. */
export interface Cutting {
  readonly fs: FileSystem;
  /** Changing calls that happened. */
  readonly done: () => number;
}

const CHANGING = ['mkdir', 'rmdir', 'unlink', 'rename', 'link', 'symlink', 'chmod', 'truncate'] as const;

export function cutting(fs: FileSystem, allowed: number): Cutting {
  let done = 0;
  let dead = false;
  const step = (): void => {
    if (dead || done >= allowed) {
      dead = true;
      throw new Killed();
    }
    done++;
  };
  const wrapFile = (file: OpenFile): OpenFile => ({
    read: (...args) => file.read(...args),
    stat: () => file.stat(),
    close: () => file.close(),
    async write(...args) {
      step();
      return file.write(...args);
    },
    async truncate(length) {
      step();
      return file.truncate(length);
    },
    // A killed process leaves everything that it wrote, synced or not, so the tests need not wait for the real disk.
    async sync() {
      step();
    },
    async datasync() {
      step();
    },
  });
  const wrapped: Record<string, unknown> = {
    readFile: (path: string) => fs.readFile(path),
    readdir: (path: string) => fs.readdir(path),
    readlink: (path: string) => fs.readlink(path),
    lstat: (path: string) => fs.lstat(path),
    stat: (path: string) => fs.stat(path),
    async open(path: string, flags?: string, mode?: number) {
      if (flags !== undefined && flags !== 'r' && flags !== 'r+') step();
      return wrapFile(await fs.open(path, flags, mode));
    },
  };
  for (const name of CHANGING)
    wrapped[name] = async (...args: never[]) => {
      step();
      const call: (...all: never[]) => Promise<unknown> = fs[name];
      return call.apply(fs, args);
    };
  return { fs: wrapped as unknown as FileSystem, done: () => done };
}
