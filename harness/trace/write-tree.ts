import {
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { Image } from '../disk/image/image.ts';
import { finish } from '../disk/image/mix.ts';
import { contentOf } from '../disk/image/tree.ts';
import { ROOT_INO, type DirInode, type Hash, type Inode } from '../disk/image/types.ts';
import { join } from './places.ts';

/** All files have this time when a program finds them, so that none sees when the tester made them. */
export const WHEN = new Date(Date.UTC(2026, 0, 1));

/**
 * Makes a real directory what a disk is. Of what is there already, as `held` says, nothing is written again that is the
 * same: states of one exploration have most in common. Files with several names are made anew.
 *
 * @param stale paths of directories on the disk in which somebody has made or removed names since
 */
export function writeTree(root: string, image: Image, held: Image, stale: readonly string[] = []): void {
  const writer = new Writer(root, image, held, new Set(stale));
  writer.directory(ROOT_INO, ROOT_INO, '/');
  chmodSync(root, image.inode(ROOT_INO)!.mode);
}

class Writer {
  readonly #root: string;
  readonly #image: Image;
  readonly #held: Image;
  readonly #mayShare: boolean;
  /** The first real path of each inode with several names. */
  readonly #first = new Map<number, string>();

  readonly #stale: Set<string>;

  constructor(root: string, image: Image, held: Image, stale: Set<string>) {
    this.#stale = stale;
    this.#root = root;
    this.#image = image;
    this.#held = held;
    this.#mayShare = !hasHardLinks(image) && !hasHardLinks(held);
  }

  /** @param old what is there now; undefined for an empty directory */
  directory(ino: number, old: number | undefined, path: string): void {
    const wanted = dirAt(this.#image, ino);
    const there = old === undefined ? undefined : dirAt(this.#held, old);
    for (const [name, child] of there?.entries.sorted() ?? []) {
      if (this.#isKept(wanted.entries.get(name), child)) continue;
      this.#stale.add(path);
      rmSync(this.#root + join(path, name), { recursive: true, force: true });
    }
    for (const [name, child] of wanted.entries.sorted()) {
      const before = there?.entries.get(name);
      const kept = this.#isKept(child, before) ? before : undefined;
      if (kept === undefined) this.#stale.add(path);
      this.#entry(child, kept, join(path, name));
    }
    if (this.#stale.has(path)) putInOrder(this.#root + path, wanted);
  }

  #hasStale(at: string): boolean {
    return this.#stale.size > 0 && [...this.#stale].some((path) => path === at || path.startsWith(`${at}/`));
  }

  /** A directory stays and is gone through; anything else stays if it is the same and has no other name. */
  #isKept(wanted: number | undefined, old: number | undefined): boolean {
    if (wanted === undefined || old === undefined) return false;
    const [now, before] = [this.#image.inode(wanted)!, this.#held.inode(old)!];
    if (now.kind === 'dir' || before.kind === 'dir') return now.kind === before.kind;
    const single = now.names.length === 1 && before.names.length === 1;
    return single && same(this.#image.digest(wanted), this.#held.digest(old));
  }

  #entry(ino: number, old: number | undefined, at: string): void {
    const inode = this.#image.inode(ino)!;
    const real = this.#root + at;
    if (inode.kind === 'dir') return this.#subdirectory(ino, old, at, inode.mode);
    if (old !== undefined) return;
    const first = this.#first.get(ino);
    if (first !== undefined) return linkSync(first, real);
    this.#first.set(ino, real);
    make(real, inode);
  }

  #subdirectory(ino: number, old: number | undefined, at: string, mode: number): void {
    const real = this.#root + at;
    if (old === undefined) {
      mkdirSync(real, { mode: 0o700 });
      this.#stale.add(at);
    } else if (this.#mayShare && same(this.#image.digest(ino), this.#held.digest(old)) && !this.#hasStale(at))
      return;
    else chmodSync(real, 0o700);
    this.directory(ino, old, at);
    chmodSync(real, mode);
  }
}

/** A name that no program is likely to give; it is gone before one sees it. */
const AWAY = '.blackout-in-order';

/**
 * Directories in memory list names in the order in which they came, others in one of their own. Which states were
 * written out before must not show in that, nor in a directory's time.
 */
function putInOrder(real: string, { entries }: DirInode): void {
  if (entries.size > 1 && entries.get(AWAY) === undefined)
    for (const [name] of entries.sorted()) {
      renameSync(join(real, name), join(real, AWAY));
      renameSync(join(real, AWAY), join(real, name));
    }
  utimesSync(real, WHEN, WHEN);
}

function make(real: string, inode: Exclude<Inode, DirInode>): void {
  if (inode.kind === 'symlink') return symlinkSync(inode.target, real);
  writeFileSync(real, contentOf(inode), { flag: 'wx', mode: 0o600 });
  chmodSync(real, inode.mode);
  utimesSync(real, WHEN, WHEN);
}

function dirAt(image: Image, ino: number): DirInode {
  const inode = image.inode(ino);
  if (inode?.kind !== 'dir') throw new Error(`harness fault: inode ${ino} is no directory`);
  return inode;
}

/** A disk's hash is that of its root, and of its sets of hard links, if it has any. */
function hasHardLinks(image: Image): boolean {
  const { hash } = image;
  const root = image.digest(ROOT_INO);
  return (['a', 'b', 'c', 'd'] as const).some((lane) => hash[lane] !== finish(root[lane]) >>> 0);
}

function same(one: Hash, other: Hash): boolean {
  return one.a === other.a && one.b === other.b && one.c === other.c && one.d === other.d;
}
