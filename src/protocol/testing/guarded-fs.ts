import type { FileSystem, OpenFile } from '../../ports/file-system.ts';
import { watched } from '../../testing/watched-file.ts';

/** A file system that lets nobody out of a directory, and knows how many files are open. */
export interface Guarded {
  readonly fs: FileSystem;
  /** Files that were opened and not closed. */
  open(): number;
  /** Paths outside that somebody tried to use. */
  readonly escapes: string[];
}

export function guarded(fs: FileSystem, directory: string): Guarded {
  let count = 0;
  const escapes: string[] = [];
  const check = (path: string): void => {
    const isInside = path === directory || path.startsWith(`${directory}/`);
    if (isInside && !path.split('/').includes('..') && !path.includes('\0')) return;
    escapes.push(path);
    throw new Error(`${path} is outside`);
  };
  const wrapped: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(fs)) {
    if (typeof method !== 'function') continue;
    wrapped[name] = async (...args: unknown[]) => {
      // The first argument of `symlink` is only text.
      const paths =
        name === 'symlink' ? args.slice(1, 2) : args.slice(0, ['rename', 'link'].includes(name) ? 2 : 1);
      for (const path of paths) check(String(path));
      const result: unknown = await (method as (...rest: unknown[]) => Promise<unknown>).apply(fs, args);
      return name === 'open' ? counted(result as OpenFile) : result;
    };
  }
  const counted = (file: OpenFile): OpenFile => {
    count++;
    return watched(file, () => count--);
  };
  return { fs: wrapped as unknown as FileSystem, open: () => count, escapes };
}
