import type { FileSystem, OpenFile } from '../ports/file-system.ts';

/** What of the calls fails: only the one after so many, or that one and all that follow. */
export type Failing = 'once' | 'from then on';

/** A disk that fails, and says how often it was asked to change something. */
export interface FailingDisk {
  readonly fs: FileSystem;
  readonly calls: () => number;
  /** From now on all is well again. */
  repair(): void;
}

const NAMES = ['mkdir', 'rmdir', 'unlink', 'rename', 'link', 'symlink', 'chmod', 'truncate'] as const;
/** A full disk still takes names away. */
const FREEING: ReadonlySet<string> = new Set(['rmdir', 'unlink', 'chmod', 'truncate', 'close']);

/**
 * Passes everything on to another disk, but changing call number `after` + 1 fails with `code`. A full disk (ENOSPC) has
 * no room for what is new; one that is broken (EIO) fails in whatever it is asked to change or to make durable.
 */
export function failing(fs: FileSystem, after: number, code: 'ENOSPC' | 'EIO', how: Failing): FailingDisk {
  let calls = 0;
  let isRepaired = false;
  const step = (name: string): void => {
    if (isRepaired || (code === 'ENOSPC' && FREEING.has(name))) return;
    calls++;
    const fails = how === 'once' ? calls === after + 1 : calls > after;
    if (fails) throw Object.assign(new Error(`${code}: failed on purpose, ${name}`), { code });
  };
  const file = (real: OpenFile): OpenFile => ({
    read: (...args) => real.read(...args),
    stat: () => real.stat(),
    close: () => real.close(),
    async write(...args) {
      step('write');
      return real.write(...args);
    },
    async truncate(length) {
      step('truncate');
      return real.truncate(length);
    },
    // Not for real: these disks are never cut.
    async sync() {
      step('fsync');
    },
    async datasync() {
      step('fdatasync');
    },
  });
  const wrapped: Record<string, unknown> = {
    readFile: (path: string) => fs.readFile(path),
    readdir: (path: string) => fs.readdir(path),
    readlink: (path: string) => fs.readlink(path),
    lstat: (path: string) => fs.lstat(path),
    stat: (path: string) => fs.stat(path),
    async open(path: string, flags?: string, mode?: number) {
      if (flags !== undefined && flags !== 'r' && flags !== 'r+') step('open');
      return file(await fs.open(path, flags, mode));
    },
    async syncfs() {
      step('syncfs');
    },
  };
  for (const name of NAMES)
    wrapped[name] = async (...args: never[]) => {
      step(name);
      const call: (...all: never[]) => Promise<unknown> = fs[name];
      return call.apply(fs, args);
    };
  return { fs: wrapped as unknown as FileSystem, calls: () => calls, repair: () => void (isRepaired = true) };
}
