import * as fs from 'node:fs';
import { posix } from 'node:path';
import type { Core } from '../core/core.ts';
import type { DirectoryEntry } from '../core/reading.ts';
import type { Call } from './call.ts';
import { encodeName, toBoolean, toOptions, toPath, wrongType } from './validate.ts';

/** libuv's numbers, `UV_DIRENT_...` in `fs.constants`. */
const TYPES = { file: 1, dir: 2, symlink: 3 } as const;

/** Not in its documentation, but everybody's: Node's class of entries can be made. */
const Dirent = fs.Dirent as unknown as new (
  name: string | Buffer,
  type: number,
  parentPath: string,
) => fs.Dirent;

export function direntOf(entry: DirectoryEntry, parentPath: string, encoding: unknown): fs.Dirent {
  return new Dirent(encodeName(entry.name, encoding), TYPES[entry.kind], parentPath);
}

interface Listing {
  readonly encoding: unknown;
  readonly withFileTypes: boolean;
}

/** A directory's entries and those of its directories, level by level, as Node has them. */
function listAll(core: Core, given: unknown, base: string, { encoding, withFileTypes }: Listing): unknown[] {
  const found: unknown[] = [];
  const queue = [base];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const entry of core.readdirTypes(path)) {
      if (given instanceof Uint8Array) throw wrongType('path', 'of type string', given);
      const full = posix.join(path, entry.name);
      found.push(
        withFileTypes
          ? direntOf(entry, path, encoding)
          : encodeName(posix.relative(base, full), encoding === 'buffer' ? undefined : encoding),
      );
      // Without file types Node asks stat, which follows symlinks.
      if (
        entry.kind === 'dir' ||
        (!withFileTypes && entry.kind === 'symlink' && leadsToDirectory(core, full))
      )
        queue.push(full);
    }
  }
  return found;
}

function leadsToDirectory(core: Core, path: string): boolean {
  try {
    return core.stat(path).isDirectory();
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error;
    return false;
  }
}

export const READDIR: Call = {
  arity: 2,
  prepare: ({ core }, given, options) => {
    const { encoding, withFileTypes, recursive } = toOptions(options);
    const path = toPath(given);
    const listing = { encoding, withFileTypes: Boolean(withFileTypes) };
    if (recursive !== undefined && recursive !== null && toBoolean(recursive, 'options.recursive')) {
      return () => listAll(core, given, path, listing);
    }
    return listing.withFileTypes
      ? () => core.readdirTypes(path).map((entry) => direntOf(entry, path, encoding))
      : () => core.readdir(path).map((name) => encodeName(name, encoding));
  },
};
