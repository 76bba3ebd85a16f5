import { EntryMap } from './entries.ts';
import { hashText, LANE_A, LANE_B, LANE_C, LANE_D, pair, type Lanes } from './mix.ts';
import { cutPage } from './page.ts';
import { PAGE_SIZE, type Inode, type Name, type Page } from './types.ts';

/**
 * How an image keeps an inode: one class for all kinds, so that the engine sees one shape. A node is never changed;
 * the `with` functions make the next one. They name every field: an object spread would be ten times slower here,
 * and this is the innermost loop of the whole tester.
 */
export class Node {
  readonly kind: Inode['kind'];
  readonly mode: number;
  readonly size: number;
  readonly pages: readonly (Page | null)[];
  readonly target: string;
  readonly entries: EntryMap;
  readonly subdirs: number;
  readonly names: readonly Name[];
  /** What the visible pages or the entries weigh, added up. */
  readonly sum: Lanes;
  /** The hash of all that a program can see through one name of the inode. */
  readonly digest: Lanes;
  /** What its being hard-linked adds to the state hash. */
  readonly group: Lanes;

  constructor(
    kind: Inode['kind'],
    mode: number,
    size: number,
    pages: readonly (Page | null)[],
    target: string,
    entries: EntryMap,
    subdirs: number,
    names: readonly Name[],
    sum: Lanes,
    digest: Lanes,
    group: Lanes,
  ) {
    this.kind = kind;
    this.mode = mode;
    this.size = size;
    this.pages = pages;
    this.target = target;
    this.entries = entries;
    this.subdirs = subdirs;
    this.names = names;
    this.sum = sum;
    this.digest = digest;
    this.group = group;
  }
}

export const NO_LANES: Lanes = { a: 0, b: 0, c: 0, d: 0 };
const NO_PAGES: readonly (Page | null)[] = [];
const NO_NAMES: readonly Name[] = [];
const FILE_SALT = 0x51ed270b | 0;
const DIR_SALT = 0x2127599b | 0;
const LINK_SALT = 0x165667b1 | 0;

export function addLanes(left: Lanes, right: Lanes): Lanes {
  return {
    a: (left.a + right.a) | 0,
    b: (left.b + right.b) | 0,
    c: (left.c + right.c) | 0,
    d: (left.d + right.d) | 0,
  };
}

/** `sum`, with `before` taken out of it and `after` put in. */
export function exchange(sum: Lanes, before: Lanes, after: Lanes): Lanes {
  return {
    a: (sum.a - before.a + after.a) | 0,
    b: (sum.b - before.b + after.b) | 0,
    c: (sum.c - before.c + after.c) | 0,
    d: (sum.d - before.d + after.d) | 0,
  };
}

/**
 * A directory's sum when the entry `name` weighs `after` instead of `before`. Written out lane by lane: it is the
 * innermost step of all, and objects for what lies between would cost more than the arithmetic.
 */
export function reweigh(sum: Lanes, name: Lanes, before: Lanes, after: Lanes): Lanes {
  return {
    a: (sum.a - pair(LANE_A, name.a, before.a) + pair(LANE_A, name.a, after.a)) | 0,
    b: (sum.b - pair(LANE_B, name.b, before.b) + pair(LANE_B, name.b, after.b)) | 0,
    c: (sum.c - pair(LANE_C, name.c, before.c) + pair(LANE_C, name.c, after.c)) | 0,
    d: (sum.d - pair(LANE_D, name.d, before.d) + pair(LANE_D, name.d, after.d)) | 0,
  };
}

export function sameLanes(left: Lanes, right: Lanes): boolean {
  return left.a === right.a && left.b === right.b && left.c === right.c && left.d === right.d;
}

export function pairLanes(left: Lanes, right: Lanes): Lanes {
  return {
    a: pair(LANE_A, left.a, right.a),
    b: pair(LANE_B, left.b, right.b),
    c: pair(LANE_C, left.c, right.c),
    d: pair(LANE_D, left.d, right.d),
  };
}

function salted(sum: Lanes, salt: number, rest: number): Lanes {
  const right = (salt ^ Math.imul(rest, 0x9e3779b1)) | 0;
  return {
    a: pair(LANE_A, sum.a, right),
    b: pair(LANE_B, sum.b, right),
    c: pair(LANE_C, sum.c, right ^ LANE_C),
    d: pair(LANE_D, sum.d, right ^ LANE_D),
  };
}

/** What a page weighs in its file's sum: its hash and its place. */
export function pageWeight(index: number, page: Page | null): Lanes {
  if (page === null) return NO_LANES;
  return {
    a: pair(LANE_A, page.a, index + 1),
    b: pair(LANE_B, page.b, index + 1),
    c: pair(LANE_C, page.c, index + 1),
    d: pair(LANE_D, page.d, index + 1),
  };
}

/** What of a page a program can read when the file's size is `size` bytes. */
export function visible(page: Page | null, index: number, size: number): Page | null {
  const room = size - index * PAGE_SIZE;
  return room <= 0 ? null : room >= PAGE_SIZE ? page : cutPage(page, room);
}

function digestOf(kind: Inode['kind'], mode: number, size: number, target: string, sum: Lanes): Lanes {
  if (kind === 'dir') return salted(sum, DIR_SALT, mode);
  if (kind === 'symlink') return salted(hashText(target), LINK_SALT, mode);
  const low = salted(sum, FILE_SALT, size | 0);
  return salted(low, Math.floor(size / 2 ** 32) | 0, mode);
}

/** A file with other pages or another size; `sum` must be that of what is visible then. */
export function withData(node: Node, size: number, pages: Node['pages'], sum: Lanes): Node {
  const digest = digestOf('file', node.mode, size, '', sum);
  return new Node('file', node.mode, size, pages, '', node.entries, 0, node.names, sum, digest, node.group);
}

export function withEntries(node: Node, entries: EntryMap, subdirs: number, sum: Lanes): Node {
  const digest = digestOf('dir', node.mode, 0, '', sum);
  return new Node('dir', node.mode, 0, NO_PAGES, '', entries, subdirs, node.names, sum, digest, node.group);
}

export function withMode(node: Node, mode: number): Node {
  const { kind, size, pages, target, entries, subdirs, names, sum, group } = node;
  const digest = digestOf(kind, mode, size, target, sum);
  return new Node(kind, mode, size, pages, target, entries, subdirs, names, sum, digest, group);
}

/** Other names or another group: what the inode looks like through a name stays the same. */
export function withNames(node: Node, names: readonly Name[], group: Lanes = node.group): Node {
  const { kind, mode, size, pages, target, entries, subdirs, sum, digest } = node;
  return new Node(kind, mode, size, pages, target, entries, subdirs, names, sum, digest, group);
}

/** A new inode without names. A directory starts empty, whatever `inode` says of its entries. */
export function birth(inode: Inode): Node {
  const { kind, mode } = inode;
  const pages = kind === 'file' ? inode.pages : NO_PAGES;
  const size = kind === 'file' ? inode.size : 0;
  const target = kind === 'symlink' ? inode.target : '';
  let sum = NO_LANES;
  pages.forEach((page, i) => (sum = addLanes(sum, pageWeight(i, visible(page, i, size)))));
  const digest = digestOf(kind, mode, size, target, sum);
  return new Node(kind, mode, size, pages, target, EntryMap.empty, 0, NO_NAMES, sum, digest, NO_LANES);
}
