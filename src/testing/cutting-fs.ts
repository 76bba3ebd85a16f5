import type { FileSystem, OpenFile } from '../ports/file-system.ts';

/** Thrown in place of a call that the process did not live to make. */
export class Killed extends Error {
  constructor() {
    super('the process was killed here');
  }
}

/** A file system that counts changing calls, and from some call on lets none happen: a process that was killed. */
export interface Cutting {
  readonly fs: FileSystem;
  /** Changing calls that happened. */
  readonly done: () => number;
}

const CHANGING = ['mkdir', 'rmdir', 'unlink', 'rename', 'link', 'symlink', 'chmod', 'truncate'] as const;

export interface CuttingOptions {
  readonly syncs?: boolean;
  /** Then only the one call after the allowed ones fails, with this error, and the process lives on. */
  readonly fails?: () => Error;
}

/**
 * Lets `allowed` changing calls through. Without `syncs` those count, but don't reach the disk: a killed process leaves
 * everything that it wrote, synced or not, so a test on a real disk need not wait for it.
 */
export function cutting(
  fs: FileSystem,
  allowed: number,
  { syncs = true, fails }: CuttingOptions = {},
): Cutting {
  let done = 0;
  const step = (): void => {
    if (done++ < allowed) return;
    if (!fails) throw new Killed();
    if (done === allowed + 1) throw fails();
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
    async sync() {
      step();
      if (syncs) await file.sync();
    },
    async datasync() {
      step();
      if (syncs) await file.datasync();
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
