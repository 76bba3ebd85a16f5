import type { Image } from '../../disk/image/image.ts';
import { inoAt } from '../../disk/image/ino-at.ts';
import type { DirInode, Inode } from '../../disk/image/types.ts';
import type { Learning } from '../../trace/recorded-life.ts';
import { join, pathOf } from '../../trace/places.ts';
import { hashKey } from '../../disk/image/hash-key.ts';

/**
 * Something that a life learned of the disk that it found, as a question that any disk can answer:
 * - `entry`: what a name leads to: nothing, a kind and a mode, or a symlink's text;
 * - `look`: what stat(2) tells besides: a file's size and names, how many entries and subdirectories a directory has;
 * - `inode`: all of it: what a file holds, too;
 * - `names`: which other names lead to the same;
 * - `listing`: a directory's names, and the kind of each;
 * - `all`: the whole disk. No other disk is the same to a life that asks this.
 */
export type Question =
  | { readonly about: 'entry' | 'inode' | 'look' | 'names' | 'listing'; readonly path: string }
  | { readonly about: 'all'; readonly path: '' };

/**
 * Notes what a life learns, in order, each thing once. What it has made itself is no question, and what it has moved is
 * one about where that was.
 */
export class Questions implements Learning {
  readonly asked: Question[] = [];
  readonly #boot: Image;
  readonly #known = new Set<string>();

  constructor(boot: Image) {
    this.#boot = boot;
    // Whoever enters the disk at all learns of its root's mode whether he may.
    this.#ask({ about: 'entry', path: '/' });
  }

  entry(dir: number, name: string): void {
    const path = this.#path(dir);
    if (path !== undefined) this.#ask({ about: 'entry', path: join(path, name) });
  }

  inode(ino: number): void {
    const path = this.#path(ino);
    if (path !== undefined) this.#ask({ about: 'inode', path });
  }

  look(ino: number): void {
    const path = this.#path(ino);
    if (path !== undefined) this.#ask({ about: 'look', path });
  }

  listing(ino: number): void {
    const path = this.#path(ino);
    if (path !== undefined) this.#ask({ about: 'listing', path });
  }

  /** What the life has made itself is the same as nothing that was there. */
  same(one: number, other: number): void {
    const [path, second] = [this.#path(one), this.#path(other)];
    if (path === undefined || second === undefined) return;
    this.#ask({ about: 'names', path });
    this.#ask({ about: 'names', path: second });
  }

  other(): void {
    this.#ask({ about: 'all', path: '' });
  }

  #path(ino: number): string | undefined {
    return this.#boot.inode(ino) === undefined ? undefined : pathOf(this.#boot, ino);
  }

  #ask(question: Question): void {
    const key = `${question.about} ${question.path}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.asked.push(question);
  }
}

/** What a disk answers: the same for two disks only if no program could tell them apart by asking this. */
export function answer(image: Image, { about, path }: Question): string {
  if (about === 'all') return hashKey(image.hash);
  const ino = inoAt(image, path);
  const inode = ino === undefined ? undefined : image.inode(ino);
  if (ino === undefined || inode === undefined) return 'nothing';
  if (about === 'entry') return inode.kind === 'symlink' ? `symlink ${inode.target}` : kindAndMode(inode);
  if (inode.kind === 'dir') return ofDirectory(image, ino, inode, about);
  const names = inode.names.length < 2 ? '' : namesOf(image, inode);
  if (about === 'names') return `${inode.kind} ${names}`;
  if (inode.kind === 'symlink') return `symlink ${inode.target}\0${names}`;
  const seen = about === 'look' ? `${inode.mode} ${inode.size}` : hashKey(image.digest(ino));
  return `file ${seen} ${names}`;
}

function kindAndMode({ kind, mode }: Inode): string {
  return `${kind} ${mode}`;
}

/** A directory has one name. Its size, in memory and elsewhere, tells how many entries it has. */
function ofDirectory(image: Image, ino: number, inode: DirInode, about: Question['about']): string {
  if (about === 'names') return 'dir';
  if (about !== 'listing') return `${kindAndMode(inode)} ${image.links(ino)} ${inode.entries.size}`;
  const kinds = inode.entries.sorted().map(([name, child]) => `${image.inode(child)!.kind} ${name}`);
  return `dir ${kinds.join('/')}`;
}

function namesOf(image: Image, { names }: Inode): string {
  return names
    .map(({ dir, name }) => join(pathOf(image, dir) ?? '', name))
    .sort()
    .join('\0');
}
