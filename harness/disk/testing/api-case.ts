import type * as real from 'node:fs/promises';

/** A `node:fs/promises`, real or not. */
export type Promises = typeof real;

/** One thing that a program may do with a file system, and what it sees. `root` is an empty directory. */
export interface ApiCase {
  readonly claim: string;
  /** Which parts of the API the case needs beyond the facade's. */
  readonly needs?: 'volume';
  readonly run: (fs: Promises, root: string) => Promise<unknown>;
}

/** What a call comes to: its answer, or all of the error that a program can see. */
export async function outcome(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    const { name, code, syscall, errno, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
    return { name, code, syscall, errno, path, dest };
  }
}

/** What of a stat is the same on every file system. */
export const shape = (stat: {
  mode: number;
  nlink: number;
  size: number;
  isDirectory(): boolean;
}): unknown => ({
  mode: stat.mode.toString(8),
  nlink: stat.nlink,
  size: stat.isDirectory() ? undefined : stat.size,
});

/** The outcomes of calls, one after the other. */
export async function tryAll(...calls: (() => Promise<unknown>)[]): Promise<unknown[]> {
  const results = [];
  for (const call of calls) results.push(await outcome(call));
  return results;
}
