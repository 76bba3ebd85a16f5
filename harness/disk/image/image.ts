import type { Change } from '../journal.ts';
import { grow, hidesData, inBatches, putPage, putSector, truncate, write, type HiddenList } from './data.ts';
import { finish, hashText, type Lanes } from './mix.ts';
import * as nodes from './node.ts';
import { addLanes, exchange, NO_LANES, pairLanes, sameLanes, type Node } from './node.ts';
import { emptyTable, tableGet, tableSet, type Table } from './table.ts';
import { ROOT_INO, type Hash, type Inode, type Name } from './types.ts';

/**
 * A disk. Changes go through `apply`; `fork` makes a second disk that shares everything with this one. The state hash
 * is kept up to date by each change, at a cost that grows with the depth of the tree and not with its size:
 * - every inode has a digest of what can be seen through one of its names, a directory's built from its entries';
 * - inodes with several names add a hash of their set of paths, so that hard-link identity counts, while inode
 *   numbers, the order of events, and what no path leads to don't.
 */
export class Image {
  #table: Table<Node>;
  /** Nodes of the table that carry this token are ours alone. A fork leaves both sides with nothing of their own. */
  #owner: object;
  #next: number;
  /** Sum of the groups of all hard-linked inodes. */
  #groups: Lanes;
  /** How many inodes have two names or more; with none, moving a directory need not look for them. */
  #shared: number;
  /** Inodes that may have data beyond their size: a list that forks share. */
  #hidden: HiddenList | null;

  private constructor(table: Table<Node>, owner: object, next: number) {
    this.#table = table;
    this.#owner = owner;
    this.#next = next;
    this.#groups = NO_LANES;
    this.#shared = 0;
    this.#hidden = null;
  }

  /** An empty disk: `/` alone, mode 0755. */
  static empty(): Image {
    const owner = {};
    const image = new Image(emptyTable(owner), owner, ROOT_INO);
    image.add(ROOT_INO, { kind: 'dir', mode: 0o755, entries: noEntries, names: [] });
    return image;
  }

  /** A second disk with the same state, in O(1); neither sees the other's changes. */
  fork(): Image {
    this.#owner = NOBODY;
    const twin = new Image(this.#table, NOBODY, this.#next);
    twin.#groups = this.#groups;
    twin.#shared = this.#shared;
    twin.#hidden = this.#hidden;
    return twin;
  }

  /** Equal if and only if no program can tell the trees apart. Costs nothing: it is always up to date. */
  get hash(): Hash {
    const root = this.#node(ROOT_INO).digest;
    const groups = this.#groups;
    return {
      a: (finish(root.a) + groups.a) >>> 0,
      b: (finish(root.b) + groups.b) >>> 0,
      c: (finish(root.c) + groups.c) >>> 0,
      d: (finish(root.d) + groups.d) >>> 0,
    };
  }

  inode(ino: number): Inode | undefined {
    return tableGet(this.#table, ino);
  }

  /** A fresh inode number, never given out before on this disk or one that it was forked from. */
  allocate(): number {
    return this.#next++;
  }

  /** Puts a new inode in the table, without a name: no path leads to it, so the state is the same. */
  add(ino: number, inode: Inode): void {
    if (ino >= this.#next) this.#next = ino + 1;
    this.#put(ino, nodes.birth(inode));
  }

  /** Drops an inode that has no names left, when nobody can name it or has it open any more. */
  forget(ino: number): void {
    if (this.#owner === NOBODY) this.#owner = {};
    this.#table = tableSet(this.#table, this.#owner, ino, undefined);
  }

  apply(change: Change): void {
    switch (change.type) {
      case 'entry':
        return this.#setEntry(change.dir, change.name, change.ino);
      case 'page':
        return this.#setData(change.ino, (node) => putPage(node, change.index, change.page));
      case 'sector': {
        const { ino, index, sector, bytes } = change;
        return this.#setData(ino, (node) => putSector(node, index, sector, bytes));
      }
      case 'grow':
        return this.#setData(change.ino, (node) => grow(node, change.size));
      case 'truncate':
        return this.#setData(change.ino, (node) => truncate(node, change.size, change.tail));
      case 'mode': {
        const node = this.#node(change.ino);
        return this.#replace(change.ino, node, nodes.withMode(node, change.mode));
      }
    }
  }

  /** All of them, in order. Many pages of one file at once cost no more than one does, and a page each. */
  applyAll(changes: readonly Change[]): void {
    for (const each of inBatches(changes)) {
      if ('type' in each) this.apply(each);
      else this.#setData(each[0]!.ino, (node) => write(node, each));
    }
  }

  /**
   * Mounts the disk after a crash: data beyond a file's size is zeroed, as a kernel does before it extends the file,
   * so that no later write can bring it back. The state, as programs see it, stays the same.
   */
  seal(): void {
    for (let at = this.#hidden; at; at = at.rest) {
      const node = tableGet(this.#table, at.ino);
      if (node) this.#put(at.ino, truncate(node, node.size));
    }
    this.#hidden = null;
  }

  /** Whether a path leads from `/` to the inode. */
  attached(ino: number): boolean {
    if (ino === ROOT_INO) return true;
    const node = tableGet(this.#table, ino);
    return node !== undefined && node.names.some((name) => this.attached(name.dir));
  }

  /** st_nlink: the names that paths lead to; for a directory 2 and one for each subdirectory. */
  links(ino: number): number {
    const node = this.#node(ino);
    if (node.kind === 'dir') return 2 + node.subdirs;
    if (node.names.length < 2) return node.names.length;
    return node.names.filter((name) => this.attached(name.dir)).length;
  }

  /** The hash of all that can be seen through a name of the inode, whether it has one or not. */
  digest(ino: number): Hash {
    return this.#node(ino).digest;
  }

  /** Whether a file holds data beyond its size. */
  hides(inode: Inode): boolean {
    return hidesData(inode as Node);
  }

  #node(ino: number): Node {
    const node = tableGet(this.#table, ino);
    if (node === undefined) throw new Error(`harness fault: no inode ${ino}`);
    return node;
  }

  #put(ino: number, node: Node): void {
    if (this.#owner === NOBODY) this.#owner = {};
    this.#table = tableSet(this.#table, this.#owner, ino, node);
  }

  /** Puts a changed node and tells the directories above it what it weighs now. */
  #replace(ino: number, before: Node, after: Node): void {
    if (before === after) return;
    this.#put(ino, after);
    if (sameLanes(before.digest, after.digest)) return;
    const { names } = after;
    for (let i = 0; i < names.length; i++) {
      const { dir, name } = names[i]!;
      const above = this.#node(dir);
      const sum = nodes.reweigh(above.sum, hashText(name), before.digest, after.digest);
      this.#replace(dir, above, nodes.withEntries(above, above.entries, above.subdirs, sum));
    }
  }

  #setData(ino: number, change: (node: Node) => Node): void {
    const before = this.#node(ino);
    const after = change(before);
    this.#replace(ino, before, after);
    if (after !== before && hidesData(after) && this.#hidden?.ino !== ino) {
      this.#hidden = { ino, rest: this.#hidden };
    }
  }

  #setEntry(dir: number, name: string, ino: number): void {
    const old = this.#node(dir).entries.get(name) ?? 0;
    const child = ino === 0 ? null : this.#node(ino);
    if (old === ino) return;
    if (child?.kind === 'dir') {
      // A surviving entry may name a directory that a lost one moved elsewhere: it has one name, the later one.
      // One that would close a circle leads nowhere; a file-system check would not keep it either.
      if (this.#within(dir, ino)) return this.#setEntry(dir, name, 0);
      for (const stale of child.names) this.#setEntry(stale.dir, stale.name, 0);
    }
    if (this.#shared === 0) {
      // With no hard links on the disk, the only one that there can be now is to the inode that got this name.
      this.#relink(dir, name, old, ino);
      if (this.#shared > 0) this.#regroup(ino);
      return;
    }
    const regroup = new Set<number>();
    if (old !== 0) this.#sharedBelow(old, regroup);
    if (ino !== 0) this.#sharedBelow(ino, regroup);
    this.#relink(dir, name, old, ino);
    if (old !== 0) this.#sharedBelow(old, regroup);
    if (ino !== 0) this.#sharedBelow(ino, regroup);
    for (const shared of regroup) this.#regroup(shared);
  }

  /** Exchanges the inode behind one entry and carries the new weights up to the root. */
  #relink(dir: number, name: string, old: number, ino: number): void {
    const text = hashText(name);
    let away = NO_LANES;
    let here = NO_LANES;
    let subdirs = 0;
    if (old !== 0) {
      const node = this.#node(old);
      away = pairLanes(text, node.digest);
      if (node.kind === 'dir') subdirs--;
      this.#rename(
        old,
        node,
        node.names.filter((known) => known.dir !== dir || known.name !== name),
      );
    }
    if (ino !== 0) {
      const node = this.#node(ino);
      here = pairLanes(text, node.digest);
      if (node.kind === 'dir') subdirs++;
      this.#rename(ino, node, [...node.names, { dir, name }]);
    }
    const before = this.#node(dir);
    const sum = exchange(before.sum, away, here);
    const entries = before.entries.with(name, ino);
    this.#replace(dir, before, nodes.withEntries(before, entries, before.subdirs + subdirs, sum));
  }

  #rename(ino: number, node: Node, names: readonly Name[]): void {
    if (node.names.length < 2 && names.length >= 2) this.#shared++;
    if (node.names.length >= 2 && names.length < 2) this.#shared--;
    this.#put(ino, nodes.withNames(node, names));
  }

  /** Whether `ino` is `above` or lies somewhere below it. */
  #within(ino: number, above: number): boolean {
    for (let at: number | undefined = ino; at !== undefined; at = this.#node(at).names[0]?.dir) {
      if (at === above) return true;
    }
    return false;
  }

  /** Collects the inodes with several names that `ino` is or holds: its move changes their paths. */
  #sharedBelow(ino: number, into: Set<number>): void {
    const node = this.#node(ino);
    if (node.kind === 'dir') {
      if (this.#shared > 0) for (const [, child] of node.entries.sorted()) this.#sharedBelow(child, into);
    } else if (node.names.length >= 2 || !sameLanes(node.group, NO_LANES)) {
      into.add(ino);
    }
  }

  #regroup(ino: number): void {
    const node = this.#node(ino);
    let [paths, count] = [NO_LANES, 0];
    for (const { dir, name } of node.names) {
      const above = this.#path(dir);
      if (above === null) continue;
      paths = addLanes(paths, pairLanes(above, hashText(name)));
      count++;
    }
    const group = count < 2 ? NO_LANES : pairLanes(paths, GROUP);
    if (sameLanes(group, node.group)) return;
    this.#groups = exchange(this.#groups, node.group, group);
    this.#put(ino, nodes.withNames(node, node.names, group));
  }

  /** The hash of a directory's path from the root; null if there is none. */
  #path(dir: number): Lanes | null {
    if (dir === ROOT_INO) return ROOT_PATH;
    const name = this.#node(dir).names[0];
    if (name === undefined) return null;
    const above = this.#path(name.dir);
    return above && pairLanes(above, hashText(name.name));
  }
}

/** Owns no node; whoever changes an image gets a token of its own first. */
const NOBODY: object = {};
const ROOT_PATH: Lanes = hashText('/');
const GROUP: Lanes = hashText('hard-linked');
const noEntries = { size: 0, get: () => undefined, sorted: () => [] };
