import { readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentOf } from '../disk/core/walk.ts';
import type { Image } from '../disk/image/image.ts';
import { ROOT_INO } from '../disk/image/types.ts';
import type { Ignored } from './ignored.ts';
import type { Directory } from './processes.ts';

/** Where a path leads: to a name in a directory of the disk, to something disregarded there, or somewhere else. */
export type Place =
  | {
      readonly type: 'disk';
      /** The directory that holds the name; 0 for the disk's root. */
      readonly dir: number;
      readonly name: string;
      /** What is there; 0 for nothing. */
      readonly ino: number;
      /** The path on the disk, without symlinks but for the last part. */
      readonly path: string;
    }
  | { readonly type: 'ignored'; readonly path: string }
  /** A descriptor named by `/proc/self/fd/3`. */
  | { readonly type: 'descriptor'; readonly fd: number }
  | { readonly type: 'elsewhere'; readonly path: string }
  /** Through a link of /proc that only the kernel can follow: `/proc/7/cwd/f`, `/proc/self/fd/3/f`. */
  | { readonly type: 'hidden'; readonly path: string }
  | { readonly type: 'nowhere' };

const HOPS_MAX = 40;
const DESCRIPTOR = /^\/(?:proc\/(?:self|thread-self)|dev)\/fd\/(\d+)$/;
/** `exe` is none of them: what a process runs is asked for when it begins to. */
const HIDDEN = /^\/proc\/[^/]+(?:\/task\/[^/]+)?\/(?:cwd|root|map_files\/[^/]+|fd\/\d+)$/;
const STANDARD: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 };

/** What programs find on the way to the disk; outside of it, nothing that matters changes while they run. */
const links = new Map<string, string | null>();
const LINKS_MAX = 10_000;

/** The path of an inode by its first name; undefined if no path leads there. */
export function pathOf(image: Image, ino: number): string | undefined {
  if (ino === ROOT_INO) return '/';
  const name = image.inode(ino)?.names[0];
  if (name === undefined) return undefined;
  const above = pathOf(image, name.dir);
  return above === undefined ? undefined : join(above, name.name);
}

export function join(dir: string, name: string): string {
  return dir === '/' ? `/${name}` : `${dir}/${name}`;
}

/** What a part of a path leads to: a symlink's text and inode, or what can be gone on from. */
type Next = { readonly link: string; readonly ino: number } | (Directory & { readonly link?: never });

/** Told of each entry that a walk asks for: the directory's inode, and the name. */
export type Asked = (dir: number, name: string) => void;

/** Walks paths of programs, which may go into the disk and out of it at any part. */
export class Places {
  readonly #root: string;
  readonly #image: Image;
  readonly #ignored: Ignored;
  readonly #asked: Asked;

  /** @param root where the disk really is; no part of it is a symlink */
  constructor(root: string, image: Image, ignored: Ignored, asked: Asked = () => {}) {
    this.#root = root;
    this.#image = image;
    this.#ignored = ignored;
    this.#asked = asked;
  }

  /** @param follow whether a symlink as the last part is followed; one before a slash always is */
  find(from: Directory, path: string, follow: boolean): Place {
    const named = DESCRIPTOR.exec(path)?.[1] ?? STANDARD[path];
    if (named !== undefined) return { type: 'descriptor', fd: Number(named) };
    const rest = path.split('/').filter((part) => part !== '' && part !== '.');
    const slash = /\/\.?$/.test(path);
    const start: Directory = path.startsWith('/') ? { path: '/' } : from;
    return this.#walk(start, rest, follow || slash, 0);
  }

  #walk(start: Directory, parts: readonly string[], follow: boolean, hops: number): Place {
    if (hops > HOPS_MAX) return { type: 'nowhere' };
    let at = this.#enter(start);
    for (const [i, part] of parts.entries()) {
      const isLast = i === parts.length - 1;
      const next = 'ino' in at ? this.#inside(at.ino, part) : this.#outside(at.path, part);
      if (next !== undefined && 'path' in next && HIDDEN.test(next.path) && (follow || !isLast))
        return { type: 'hidden', path: [next.path, ...parts.slice(i + 1)].join('/') };
      if (next === undefined) {
        if (!('ino' in at) || !isLast) return { type: 'nowhere' };
        return this.#place(at.ino, part, 0);
      }
      if (next.link !== undefined) {
        if (isLast && !follow) {
          if ('ino' in at) return this.#place(at.ino, part, next.ino);
          return { type: 'elsewhere', path: join(at.path, part) };
        }
        const from = next.link.startsWith('/') ? { path: '/' } : at;
        return this.#walk(from, [...namesIn(next.link), ...parts.slice(i + 1)], follow, hops + 1);
      }
      if ('ino' in at && 'ino' in next && part !== '..' && isLast) return this.#place(at.ino, part, next.ino);
      at = next;
    }
    if (!('ino' in at)) return { type: 'elsewhere', path: at.path };
    return this.#at(at.ino);
  }

  /** The place of a directory that a path ends in without naming it: the root, or by `..`. */
  #at(ino: number): Place {
    if (ino === ROOT_INO) return { type: 'disk', dir: 0, name: '', ino, path: '/' };
    const name = this.#image.inode(ino)?.names[0];
    return name === undefined ? { type: 'nowhere' } : this.#place(name.dir, name.name, ino);
  }

  #place(dir: number, name: string, ino: number): Place {
    const above = pathOf(this.#image, dir);
    if (above === undefined) return { type: 'nowhere' };
    const path = join(above, name);
    return this.#ignored(path) ? { type: 'ignored', path } : { type: 'disk', dir, name, ino, path };
  }

  #enter(at: Directory): Directory {
    return 'path' in at && at.path === this.#root ? { ino: ROOT_INO } : at;
  }

  #inside(ino: number, part: string): Next | undefined {
    const inode = this.#image.inode(ino);
    if (inode?.kind !== 'dir') return undefined;
    if (part === '..') return ino === ROOT_INO ? { path: dirname(this.#root) } : { ino: parentOf(inode) };
    this.#asked(ino, part);
    const child = inode.entries.get(part);
    if (child === undefined) return undefined;
    const found = this.#image.inode(child);
    return found?.kind === 'symlink' ? { link: found.target, ino: child } : { ino: child };
  }

  #outside(path: string, part: string): Next {
    if (part === '..') return this.#enter({ path: dirname(path) });
    const next = join(path, part);
    if (next === this.#root) return { ino: ROOT_INO };
    const link = linkAt(next);
    return link === null ? { path: next } : { link, ino: 0 };
  }
}

function namesIn(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function linkAt(path: string): string | null {
  if (path.startsWith('/proc/')) return null;
  let link = links.get(path);
  if (link === undefined) {
    if (links.size > LINKS_MAX) links.clear();
    links.set(path, (link = readLink(path)));
  }
  return link;
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null; // It is no symlink, or nothing at all.
  }
}
