import { posix } from 'node:path';
import type { Core } from '../core/core.ts';

/** `fs.realpath` as Node does it itself: it asks for each part of the path in turn, and names the one that fails. */
export function realpathByParts(core: Core, given: string): string {
  let path = posix.resolve('/', given);
  const known = new Set<string>();
  const targets = new Map<number, string>();
  let at = 1;
  let current = '/';
  while (at < path.length) {
    const slash = path.indexOf('/', at);
    const end = slash === -1 ? path.length : slash;
    const base = current + path.slice(at, end);
    const above = current;
    current = slash === -1 ? base : `${base}/`;
    at = end + 1;
    if (known.has(base)) continue;
    const stats = core.lstat(base);
    if (!stats.isSymbolicLink()) {
      known.add(base);
      continue;
    }
    let target = targets.get(stats.ino);
    if (target === undefined) {
      core.stat(base);
      target = core.readlink(base);
      targets.set(stats.ino, target);
    }
    path = posix.resolve(posix.resolve(above, target), path.slice(at));
    current = '/';
    at = 1;
  }
  return path;
}
