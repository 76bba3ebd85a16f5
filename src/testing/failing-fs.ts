import type { FileSystem, OpenFile } from '../ports/file-system.ts';

/** What of the calls fails: only the one after so many, or that one and all that follow. */
export type Failing = 'once' | 'from then on';

/** A disk that fails, and says how often it was asked for something that may fail. */
export interface FailingDisk {
  readonly fs: FileSystem;
  readonly calls: () => number;
  /** From now on all is well again. */
  repair(): void;
}

const CHANGING = ['mkdir', 'rmdir', 'unlink', 'rename', 'link', 'symlink', 'chmod', 'truncate'] as const;
const READING = ['readFile', 'readdir', 'readlink', 'lstat', 'stat'] as const;
/** A full disk still takes names away. */
const FREEING: ReadonlySet<string> = new Set(['rmdir', 'unlink', 'chmod', 'truncate']);

/**
 * Passes everything on to another disk, but call number `after` + 1 that changes something fails with `code`; with
 * `reads`, those that read count and fail as well. A full disk (ENOSPC) has no room for what is new; one that is broken
 * (EIO) fails in whatever it is asked to change or to make durable. As Node's, errors name the path.
 */
export function failing(
  fs: FileSystem,
  after: number,
  code: 'ENOSPC' | 'EIO',
  how: Failing,
  { reads = false }: { readonly reads?: boolean } = {},
): FailingDisk {
  let calls = 0;
  let isRepaired = false;
  const step = (name: string, path: string): void => {
    if (isRepaired || (code === 'ENOSPC' && FREEING.has(name))) return;
    calls++;
    const fails = how === 'once' ? calls === after + 1 : calls > after;
    if (fails) throw Object.assign(new Error(`${code}: failed on purpose, ${name} '${path}'`), { code });
  };
  const look = (name: string, path: string): void => {
    if (reads) step(name, path);
  };
  const file = (real: OpenFile, path: string): OpenFile => ({
    async read(...args) {
      look('read', path);
      return real.read(...args);
    },
    async stat() {
      look('fstat', path);
      return real.stat();
    },
    close: () => real.close(),
    async write(...args) {
      step('write', path);
      return real.write(...args);
    },
    async truncate(length) {
      step('truncate', path);
      return real.truncate(length);
    },
    // Not for real: these disks are never cut.
    async sync() {
      step('fsync', path);
    },
    async datasync() {
      step('fdatasync', path);
    },
  });
  const wrapped: Record<string, unknown> = {
    async open(path: string, flags = 'r', mode?: number) {
      (flags === 'r' || flags === 'r+' ? look : step)('open', path);
      return file(await fs.open(path, flags, mode), path);
    },
    async syncfs(path: string) {
      step('syncfs', path);
    },
  };
  const wrap = (names: readonly (keyof FileSystem)[], before: typeof step): void => {
    for (const name of names)
      wrapped[name] = async (path: string, ...rest: never[]) => {
        before(name, path);
        const call = fs[name] as (...all: unknown[]) => Promise<unknown>;
        return call.apply(fs, [path, ...rest]);
      };
  };
  wrap(CHANGING, step);
  wrap(READING, look);
  return { fs: wrapped as unknown as FileSystem, calls: () => calls, repair: () => void (isRepaired = true) };
}
