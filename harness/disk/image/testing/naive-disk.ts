import type { Change } from '../../journal.ts';
import type { Image } from '../image.ts';
import { PAGE_SIZE, ROOT_INO, SECTOR_SIZE, type Inode, type Page } from '../types.ts';
import { describeTree, type PlainInode } from './describe.ts';

interface NaiveInode {
  readonly kind: Inode['kind'];
  mode: number;
  size: number;
  /** All data that there is, beyond the size too. */
  data: Uint8Array;
  readonly target: string;
  readonly entries: Map<string, number>;
}

/**
 * A disk of plain maps and whole files: no sharing, no back links, no hash. It says what each change means, in the
 * fewest words, so that the image can be held against it.
 */
export class NaiveDisk {
  readonly #inodes = new Map<number, NaiveInode>();

  constructor() {
    this.#inodes.set(ROOT_INO, { ...newInode('dir', 0o755), entries: new Map() });
  }

  /** The same tree as an image's, with the inodes that a path leads to, and with no data beyond any size. */
  static of(image: Image): NaiveDisk {
    const disk = new NaiveDisk();
    const visit = (ino: number): void => {
      const inode = image.inode(ino)!;
      disk.#inodes.set(ino, fromInode(inode));
      if (inode.kind !== 'dir') return;
      for (const [name, child] of inode.entries.sorted()) {
        disk.#inodes.get(ino)!.entries.set(name, child);
        visit(child);
      }
    };
    visit(ROOT_INO);
    return disk;
  }

  clone(): NaiveDisk {
    const twin = new NaiveDisk();
    for (const [ino, inode] of this.#inodes) {
      twin.#inodes.set(ino, { ...inode, data: inode.data.slice(), entries: new Map(inode.entries) });
    }
    return twin;
  }

  add(ino: number, inode: Inode): void {
    if (!this.#inodes.has(ino)) this.#inodes.set(ino, fromInode(inode));
  }

  apply(change: Change): void {
    if (change.type === 'entry') return this.#enter(change.dir, change.name, change.ino);
    const inode = this.#inodes.get(change.ino)!;
    if (change.type === 'mode') inode.mode = change.mode;
    if (change.type === 'grow') inode.size = Math.max(inode.size, change.size);
    if (change.type === 'truncate') {
      inode.size = Math.min(inode.size, change.size);
      const end = change.tail ? Math.ceil(change.size / PAGE_SIZE) * PAGE_SIZE : change.size;
      inode.data = inode.data.slice(0, end);
    }
    if (change.type === 'page') put(inode, change.index * PAGE_SIZE, PAGE_SIZE, change.page);
    if (change.type === 'sector') {
      put(inode, change.index * PAGE_SIZE + change.sector * SECTOR_SIZE, SECTOR_SIZE, change.bytes);
    }
  }

  /** As after a mount: what lies beyond a file's size is gone. */
  seal(): void {
    for (const inode of this.#inodes.values()) inode.data = inode.data.slice(0, inode.size);
  }

  isDirectory(ino: number): boolean {
    return this.#inodes.get(ino)?.kind === 'dir';
  }

  text(): string {
    return describeTree((ino): PlainInode => {
      const { kind, mode, size, data, target, entries } = this.#inodes.get(ino)!;
      return { kind, mode, size, content: data.slice(0, size), target, entries: [...entries] };
    });
  }

  /** A directory and all that it lies in. */
  above(dir: number): readonly number[] {
    const parent = [...this.#inodes].find(([, inode]) => [...inode.entries.values()].includes(dir));
    return parent ? [dir, ...this.above(parent[0])] : [dir];
  }

  #enter(dir: number, name: string, ino: number): void {
    const { entries } = this.#inodes.get(dir)!;
    if ((entries.get(name) ?? 0) === ino) return;
    if (this.#inodes.get(ino)?.kind === 'dir') {
      // A directory that would hold itself is in no place at all.
      if (this.above(dir).includes(ino)) return void entries.delete(name);
      // It has one name: it leaves the place where it was.
      for (const other of this.#inodes.values()) {
        for (const [known, child] of other.entries) if (child === ino) other.entries.delete(known);
      }
    }
    if (ino === 0) entries.delete(name);
    else entries.set(name, ino);
  }
}

/** Replaces so many bytes of a file's data, whether its size reaches that far or not. */
function put(inode: NaiveInode, start: number, length: number, bytes: Page | null): void {
  const data = new Uint8Array(Math.max(inode.data.length, start + length));
  data.set(inode.data);
  data.fill(0, start, start + length);
  if (bytes) data.set(bytes.bytes, start);
  inode.data = data;
}

function newInode(kind: Inode['kind'], mode: number): NaiveInode {
  return { kind, mode, size: 0, data: new Uint8Array(0), target: '', entries: new Map() };
}

function fromInode(inode: Inode): NaiveInode {
  const naive = newInode(inode.kind, inode.mode);
  if (inode.kind === 'symlink') return { ...naive, target: inode.target };
  if (inode.kind === 'dir') return naive;
  const data = new Uint8Array(Math.max(inode.size, inode.pages.length * PAGE_SIZE));
  for (const [index, page] of inode.pages.entries()) if (page) data.set(page.bytes, index * PAGE_SIZE);
  return { ...naive, size: inode.size, data };
}
