import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { Image } from '../disk/image/image.ts';
import { EntryMap } from '../disk/image/entries.ts';
import { makePage } from '../disk/image/page.ts';
import { listTree, type TreeEntry } from '../disk/image/tree.ts';
import { PAGE_SIZE, ROOT_INO, type Inode, type Page } from '../disk/image/types.ts';
import type { Ignored } from './ignored.ts';
import { join } from './places.ts';
import { Unfollowed } from './unfollowed.ts';
import { WHEN } from './write-tree.ts';

/**
 * A real directory as a disk: names, contents, sizes, modes, links. Files are read once, and again only if they have
 * changed since, which the kernel's own time of change tells.
 */
export class RealTree {
  readonly #root: string;
  readonly #ignored: Ignored;
  readonly #ours: boolean;
  /** That of the disk's own directory, which a folder of the machine may hand down. */
  #group = 0;
  /** Real paths of the files that somebody has written since the tester did. */
  touched: string[] = [];
  /** Paths on the disk of the directories in which somebody has made or removed names since. */
  stale: string[] = [];
  readonly #known = new Map<string, { readonly stamp: string; readonly pages: readonly (Page | null)[] }>();

  /** @param owners whose files may be: `ours` are the tester's, who writes disks out and can give them to nobody else */
  constructor(root: string, ignored: Ignored, owners: 'ours' | 'anybody') {
    this.#root = root;
    this.#ignored = ignored;
    this.#ours = owners === 'ours';
  }

  /** @throws Unfollowed if there is something that no simulated disk can hold */
  read(): Image {
    const image = Image.empty();
    const inodes = new Map<string, number>();
    this.touched = [];
    this.stale = [];
    const root = lstatSync(this.#root);
    this.#group = root.gid;
    image.apply({ type: 'mode', ino: ROOT_INO, mode: root.mode & 0o7777 });
    this.#fill(image, ROOT_INO, '/', inodes);
    return image;
  }

  #fill(image: Image, dir: number, path: string, inodes: Map<string, number>): void {
    if (lstatSync(this.#root + path).mtimeMs !== WHEN.getTime()) this.stale.push(path);
    for (const bytes of readdirSync(this.#root + path, { encoding: 'buffer' })) {
      const name = bytes.toString();
      if (!Buffer.from(name).equals(bytes)) throw new Unfollowed(`a name in ${path} is no UTF-8`);
      const at = join(path, name);
      if (this.#ignored(at)) continue;
      const real = this.#root + at;
      const stats = lstatSync(real);
      if (this.#ours) this.#demandOurs(stats, at);
      const id = `${stats.dev}:${stats.ino}`;
      let ino = inodes.get(id);
      if (ino === undefined) {
        ino = image.allocate();
        image.add(ino, this.#inode(real, at, stats));
        inodes.set(id, ino);
      }
      image.apply({ type: 'entry', dir, name, ino });
      if (stats.isDirectory()) this.#fill(image, ino, at, inodes);
    }
  }

  #demandOurs({ uid, gid }: Stats, path: string): void {
    if (uid === process.geteuid?.() && gid === this.#group) return;
    throw new Unfollowed(`${path} belongs to ${uid}:${gid}, and owners are not part of the simulated disk`);
  }

  #inode(real: string, path: string, stats: Stats): Inode {
    const mode = stats.mode & 0o7777;
    if (stats.isDirectory()) return { kind: 'dir', mode, entries: EntryMap.empty, names: [] };
    if (stats.isSymbolicLink())
      return { kind: 'symlink', mode: 0o777, target: readlinkSync(real, 'utf8'), names: [] };
    if (!stats.isFile())
      throw new Unfollowed(`${path} is a device, a pipe or a socket: say that it is to be disregarded`);
    return { kind: 'file', mode, size: stats.size, pages: this.#pages(real, path, stats), names: [] };
  }

  #pages(real: string, path: string, stats: Stats): readonly (Page | null)[] {
    if (stats.mtimeMs !== WHEN.getTime()) this.touched.push(real);
    const stamp = [stats.ino, stats.size, lstatSync(real, { bigint: true }).ctimeNs].join(' ');
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known.pages;
    const bytes = readFileSync(real);
    const pages = Array.from({ length: Math.ceil(bytes.length / PAGE_SIZE) }, (_, i) =>
      makePage(bytes.subarray(i * PAGE_SIZE, (i + 1) * PAGE_SIZE)),
    );
    this.#known.set(path, { stamp, pages });
    return pages;
  }
}

/** The first difference between two trees, in words; undefined if no program can tell them apart. */
export function difference(recorded: Image, found: Image): string | undefined {
  const [one, other] = [recorded.hash, found.hash];
  if (one.a === other.a && one.b === other.b && one.c === other.c && one.d === other.d) return undefined;
  const [left, right] = [listTree(recorded), listTree(found)];
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const [a, b] = [left.get(path), right.get(path)];
    if (a === undefined) return `${path} is there, and the record has no such name`;
    if (b === undefined) return `${path} is not there, and the record has it`;
    const [shownA, shownB] = [shown(a), shown(b)];
    if (shownA !== shownB) return `${path} is ${shownB}, and in the record ${shownA}`;
    if (a.type === 'file' && b.type === 'file' && !Buffer.from(a.content).equals(b.content))
      return `${path} holds other bytes than in the record, from byte ${firstOther(a.content, b.content)} on`;
  }
  return 'the mode of the disk itself is another than in the record';
}

function shown(entry: TreeEntry): string {
  const same = 'sameAs' in entry && entry.sameAs !== undefined ? `, the same as ${entry.sameAs}` : '';
  switch (entry.type) {
    case 'dir':
      return `a directory with mode ${entry.mode.toString(8)}`;
    case 'symlink':
      return `a symlink to ${JSON.stringify(entry.target)}${same}`;
    case 'file':
      return `a file of ${entry.size} bytes with mode ${entry.mode.toString(8)}${same}`;
  }
}

function firstOther(one: Uint8Array, other: Uint8Array): number {
  return one.findIndex((byte, i) => byte !== other[i]);
}
