import { hashText } from './mix.ts';
import type { Entries } from './types.ts';

/**
 * A directory's entries as a persistent hash trie: buckets of up to BUCKET names, split by five bits of the name's
 * hash when they overflow. Small directories are one flat bucket, and a change in a large one copies one short path.
 */
const BUCKET = 16;
const BITS = 5;
const WIDTH = 1 << BITS;
/** Below this many bits the hash has run out; names that still collide share a bucket of any size. */
const SHIFT_MAX = 30;

interface Bucket {
  readonly names: readonly string[];
  readonly inos: readonly number[];
}
type Branch = readonly (Trie | undefined)[];
type Trie = Bucket | Branch;

const EMPTY: Bucket = { names: [], inos: [] };

function isBranch(trie: Trie): trie is Branch {
  return Array.isArray(trie);
}

/** A sorted listing, and what has changed since: the next listing is made from it without sorting anew. */
interface Hint {
  readonly sorted: readonly (readonly [string, number])[];
  readonly changes: { readonly name: string; readonly ino: number; readonly before: Hint['changes'] } | null;
  readonly count: number;
}

/** With more changes than this since the last listing, sorting anew is cheaper. */
const CHANGES_MAX = 16;

export class EntryMap implements Entries {
  static readonly empty: EntryMap = new EntryMap(EMPTY, 0, undefined);

  readonly size: number;
  readonly #trie: Trie;
  #hint: Hint | undefined;

  private constructor(trie: Trie, size: number, hint: Hint | undefined) {
    this.#trie = trie;
    this.size = size;
    this.#hint = hint;
  }

  get(name: string): number | undefined {
    let trie = this.#trie;
    if (isBranch(trie)) {
      const hash = hashText(name).a;
      for (let shift = 0; isBranch(trie); shift += BITS) {
        const next: Trie | undefined = trie[(hash >>> shift) & (WIDTH - 1)];
        if (next === undefined) return undefined;
        trie = next;
      }
    }
    const at = trie.names.indexOf(name);
    return at < 0 ? undefined : trie.inos[at];
  }

  /** The same entries, but for `name`: it leads to `ino`, or is gone if that is 0. */
  with(name: string, ino: number): EntryMap {
    const before = this.get(name);
    if (before === ino || (before === undefined && ino === 0)) return this;
    const trie = replace(this.#trie, name, hashText(name).a, 0, ino);
    const hint = this.#hint && changed(this.#hint, name, ino);
    return new EntryMap(trie, this.size + (before === undefined ? 1 : ino === 0 ? -1 : 0), hint);
  }

  sorted(): readonly (readonly [string, number])[] {
    const hint = this.#hint;
    if (hint && hint.count === 0) return hint.sorted;
    const sorted = hint ? merged(hint) : this.#sort();
    this.#hint = { sorted, changes: null, count: 0 };
    return sorted;
  }

  #sort(): readonly (readonly [string, number])[] {
    const all: (readonly [string, number])[] = [];
    collect(this.#trie, all);
    return all.sort((left, right) => (left[0] < right[0] ? -1 : 1));
  }
}

function changed(hint: Hint, name: string, ino: number): Hint | undefined {
  if (hint.count === CHANGES_MAX) return undefined;
  return { sorted: hint.sorted, changes: { name, ino, before: hint.changes }, count: hint.count + 1 };
}

/** The listing with the changes in it; the latest one of a name counts. */
function merged({ sorted, changes }: Hint): readonly (readonly [string, number])[] {
  const all = sorted.slice();
  const done = new Set<string>();
  for (let change = changes; change; change = change.before) {
    if (done.has(change.name)) continue;
    done.add(change.name);
    const at = place(all, change.name);
    const there = all[at]?.[0] === change.name ? 1 : 0;
    if (change.ino === 0) all.splice(at, there);
    else all.splice(at, there, [change.name, change.ino]);
  }
  return all;
}

/** Where a name stands in a sorted listing, or would. */
function place(sorted: readonly (readonly [string, number])[], name: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]![0] < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

function replace(trie: Trie, name: string, hash: number, shift: number, ino: number): Trie {
  if (isBranch(trie)) {
    const digit = (hash >>> shift) & (WIDTH - 1);
    const copy = trie.slice();
    copy[digit] = replace(trie[digit] ?? EMPTY, name, hash, shift + BITS, ino);
    return copy;
  }
  const at = trie.names.indexOf(name);
  const names = trie.names.slice();
  const inos = trie.inos.slice();
  if (ino === 0) {
    names.splice(at, 1);
    inos.splice(at, 1);
  } else if (at >= 0) {
    inos[at] = ino;
  } else {
    names.push(name);
    inos.push(ino);
  }
  return names.length > BUCKET && shift <= SHIFT_MAX ? split(names, inos, shift) : { names, inos };
}

function split(names: readonly string[], inos: readonly number[], shift: number): Branch {
  const branch: (Trie | undefined)[] = Array.from({ length: WIDTH });
  names.forEach((name, i) => {
    const hash = hashText(name).a;
    const digit = (hash >>> shift) & (WIDTH - 1);
    branch[digit] = replace(branch[digit] ?? EMPTY, name, hash, shift + BITS, inos[i]!);
  });
  return branch;
}

function collect(trie: Trie, into: (readonly [string, number])[]): void {
  if (isBranch(trie)) {
    for (const child of trie) if (child) collect(child, into);
  } else {
    trie.names.forEach((name, i) => into.push([name, trie.inos[i]!]));
  }
}
