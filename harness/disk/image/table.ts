/**
 * A persistent map from inode numbers to inodes: a radix trie of 8-way nodes. A node belongs to the image that made
 * it (`owner`) and is changed in place only by that one; everyone else copies it. So a fork costs nothing, and a
 * change copies one short path.
 */
const BITS = 3;
const WIDTH = 1 << BITS;

interface TrieNode<T> {
  readonly owner: object;
  readonly slots: (TrieNode<T> | T | undefined)[];
}

export interface Table<T> {
  readonly root: TrieNode<T>;
  /** Bits to the right of the root's digit: 0 for a trie of one level. */
  readonly shift: number;
}

function node<T>(owner: object): TrieNode<T> {
  return { owner, slots: Array.from({ length: WIDTH }) };
}

export function emptyTable<T>(owner: object): Table<T> {
  return { root: node(owner), shift: 0 };
}

export function tableGet<T>(table: Table<T>, key: number): T | undefined {
  let shift = table.shift;
  if (key >>> shift >= WIDTH) return undefined;
  let at = table.root;
  while (shift > 0) {
    const next = at.slots[(key >>> shift) & (WIDTH - 1)] as TrieNode<T> | undefined;
    if (next === undefined) return undefined;
    at = next;
    shift -= BITS;
  }
  return at.slots[key & (WIDTH - 1)] as T | undefined;
}

function own<T>(at: TrieNode<T>, owner: object): TrieNode<T> {
  return at.owner === owner ? at : { owner, slots: at.slots.slice() };
}

/** Sets or, with `undefined`, removes; returns the table to use from now on. */
export function tableSet<T>(table: Table<T>, owner: object, key: number, value: T | undefined): Table<T> {
  let { root, shift } = table;
  while (key >>> shift >= WIDTH) {
    const above = node<T>(owner);
    above.slots[0] = root;
    root = above;
    shift += BITS;
  }
  root = own(root, owner);
  let at = root;
  for (let level = shift; level > 0; level -= BITS) {
    const digit = (key >>> level) & (WIDTH - 1);
    const next = at.slots[digit] as TrieNode<T> | undefined;
    const mine = next === undefined ? node<T>(owner) : own(next, owner);
    if (mine !== next) at.slots[digit] = mine;
    at = mine;
  }
  at.slots[key & (WIDTH - 1)] = value;
  return root === table.root && shift === table.shift ? table : { root, shift };
}
