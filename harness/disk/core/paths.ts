import { NAME_MAX, PATH_MAX } from './constants.ts';

/** A path taken apart, as the walk needs it. */
export interface SplitPath {
  readonly absolute: boolean;
  /** Without empty parts, and without `.` except as the last one, where it has a meaning of its own. */
  readonly parts: readonly string[];
  /** Ends in a slash, which asks for a directory. */
  readonly slash: boolean;
  /** At least one part is longer than a name may be; the walk finds out which when it gets there. */
  readonly longName: boolean;
  /** The whole is empty (`ENOENT`) or longer than a path may be (`ENAMETOOLONG`). */
  readonly fault: 'ENOENT' | 'ENAMETOOLONG' | null;
}

/**
 * Programs name the same few paths over and over, and each life of an exploration names them again, so taking them
 * apart once is worth a quarter of a run. Emptied when full: a bound matters, the order of eviction doesn't.
 */
const cache = new Map<string, SplitPath>();
const CACHE_SIZE_MAX = 20_000;

/** Takes a path or a symlink's target apart. The answer is shared: equal paths give the same object. */
export function splitPath(path: string): SplitPath {
  const known = cache.get(path);
  if (known !== undefined) return known;
  if (cache.size >= CACHE_SIZE_MAX) cache.clear();
  const split = takeApart(path);
  cache.set(path, split);
  return split;
}

function takeApart(path: string): SplitPath {
  const parts = path.split('/').filter((part) => part !== '');
  const last = parts.length - 1;
  const bytes = Buffer.byteLength(path);
  return {
    absolute: path.startsWith('/'),
    parts: parts.filter((part, index) => part !== '.' || index === last),
    slash: path.endsWith('/'),
    longName: bytes > NAME_MAX && parts.some(isLongName),
    fault: path === '' ? 'ENOENT' : bytes >= PATH_MAX ? 'ENAMETOOLONG' : null,
  };
}

/** Whether a name is longer than a directory entry can hold. */
export function isLongName(name: string): boolean {
  // A UTF-16 code unit takes at least one byte and at most three, which spares most names the counting.
  return name.length * 3 > NAME_MAX && Buffer.byteLength(name) > NAME_MAX;
}

/** A path as the journal has it: absolute. Every life's working directory is `/`. */
export function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

/** The path of an entry of a directory. */
export function join(dir: string, name: string): string {
  return dir.endsWith('/') ? dir + name : `${dir}/${name}`;
}
