import type { Image } from '../../disk/image/image.ts';
import { ROOT_INO } from '../../disk/image/types.ts';
import type { Learning } from '../../trace/recorded-life.ts';
import { join, pathOf } from '../../trace/places.ts';
import { hashKey } from '../../disk/image/hash-key.ts';

/** Something that a life learned of the disk that it found, as a question that any disk can answer. */
export type Question =
  | { readonly about: 'entry' | 'inode' | 'look' | 'listing'; readonly path: string }
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
  const ino = lookUp(image, path);
  const inode = ino === undefined ? undefined : image.inode(ino);
  if (ino === undefined || inode === undefined) return 'nothing';
  if (inode.kind === 'symlink') return `symlink ${inode.target}`;
  if (about === 'entry') return `${inode.kind} ${inode.mode}`;
  if (inode.kind === 'file') {
    const names =
      inode.names.length < 2 ? [] : inode.names.map(({ dir, name }) => `${pathOf(image, dir)}/${name}`);
    const seen = about === 'look' ? `${inode.mode} ${inode.size}` : hashKey(image.digest(ino));
    return `file ${seen} ${names.sort().join('\n')}`;
  }
  if (about !== 'listing') return `dir ${inode.mode} ${image.links(ino)}`;
  const kinds = inode.entries.sorted().map(([name, child]) => `${image.inode(child)!.kind} ${name}`);
  return `dir ${kinds.join('/')}`;
}

/** No symlink is followed: a question names the directories themselves. */
function lookUp(image: Image, path: string): number | undefined {
  let at: number | undefined = ROOT_INO;
  for (const name of path.split('/')) {
    if (name === '' || at === undefined) continue;
    const dir = image.inode(at);
    at = dir?.kind === 'dir' ? dir.entries.get(name) : undefined;
  }
  return at;
}
