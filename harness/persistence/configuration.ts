import { hashText, type Lanes } from '../disk/image/mix.ts';
import { addLanes, pairLanes } from '../disk/image/node.ts';
import { ROOT_INO, type Inode } from '../disk/image/types.ts';
import type { Image } from '../disk/image/image.ts';
import type { Change } from '../disk/journal.ts';
import type { Step } from './graph.ts';
import type { Effect } from './model.ts';

/** What of a graph a configuration is made of. */
interface Standing {
  readonly durable: Image;
  readonly pending: readonly Effect[];
}

/**
 * A hash of what decides the crash states at a crash point: the durable image, and the pending effects in order. Many
 * recoveries come through the same configurations on their way to the same end, and each need be expanded only once.
 *
 * Inode numbers differ from life to life, so an inode is called by its paths in the durable image or, if it has none,
 * by the order in which the pending effects come to it, and by its durable content.
 */
export class Configuration {
  readonly #graph: Standing;
  #labels = new Map<number, Lanes>();
  #nameless = 0;
  #key: Lanes | undefined;

  constructor(graph: Standing) {
    this.#graph = graph;
    this.#key = this.#fresh();
  }

  /** The configuration after the last step; undefined where no exact key is known, and nothing may be skipped. */
  get key(): Lanes | undefined {
    return this.#key;
  }

  /** Takes in what the last op did to the graph. Costs little unless the durable image changed. */
  step({ added, synced, dead }: Step): void {
    if (synced.length + dead.length > 0) this.#key = this.#fresh();
    else for (const effect of added) this.#append(effect);
  }

  #fresh(): Lanes | undefined {
    this.#labels = new Map();
    this.#nameless = 0;
    const { a, b, c, d } = this.#graph.durable.hash;
    this.#key = { a, b, c, d };
    for (const effect of this.#graph.pending) this.#append(effect);
    return this.#key;
  }

  #append(effect: Effect): void {
    let key = this.#key;
    for (const change of effect.changes) {
      const lanes = key && this.#change(change);
      key = lanes && key && pairLanes(key, lanes);
    }
    for (const need of effect.needs) {
      const at = this.#graph.pending.indexOf(need);
      if (key && at >= 0) key = pairLanes(key, { a: at, b: at, c: at, d: ~at });
    }
    for (const other of effect.excludes) {
      const at = this.#graph.pending.indexOf(other);
      if (key && at >= 0) key = pairLanes(key, { a: ~at, b: ~at, c: ~at, d: at });
    }
    this.#key = key && pairLanes(key, END_OF_EFFECT);
  }

  #change(change: Change): Lanes | undefined {
    if (change.type === 'entry') {
      const dir = this.#label(change.dir);
      const child = change.ino === 0 ? NOTHING : this.#label(change.ino);
      return dir && child && pairLanes(pairLanes(dir, hashText(change.name)), child);
    }
    const inode = this.#label(change.ino);
    return inode && pairLanes(inode, pairLanes(hashText(change.type), value(change)));
  }

  #label(ino: number): Lanes | undefined {
    if (ino === ROOT_INO) return ROOT;
    const known = this.#labels.get(ino);
    if (known) return known;
    const inode = this.#graph.durable.inode(ino);
    if (!inode || !isPlain(inode, this.#graph.durable)) return undefined;
    let label: Lanes | undefined;
    if (inode.names.length === 0) {
      const order = ++this.#nameless;
      label = pairLanes({ a: order, b: order, c: order, d: order }, this.#graph.durable.digest(ino));
    } else {
      label = inode.names.reduce<Lanes | undefined>((sum, { dir, name }) => {
        const above = sum && this.#label(dir);
        return above && sum && addLanes(sum, pairLanes(above, hashText(name)));
      }, NOTHING);
    }
    if (label) this.#labels.set(ino, label);
    return label;
  }
}

const ROOT: Lanes = hashText('/');
const NOTHING: Lanes = { a: 0, b: 0, c: 0, d: 0 };
const END_OF_EFFECT: Lanes = hashText('end of effect');

/**
 * Whether paths and digest say all about an inode. Data beyond the size, and what a nameless directory holds, could
 * come to light later and are in neither.
 */
function isPlain(inode: Inode, durable: Image): boolean {
  if (inode.kind === 'dir') return inode.names.length > 0 || inode.entries.size === 0;
  return inode.kind !== 'file' || !durable.hides(inode);
}

function value(change: Exclude<Change, { type: 'entry' }>): Lanes {
  switch (change.type) {
    case 'page': {
      const index: Lanes = { a: change.index, b: change.index, c: change.index, d: change.index };
      return change.page ? pairLanes(index, change.page) : index;
    }
    case 'sector': {
      const { index, sector } = change;
      const place: Lanes = { a: index, b: sector, c: index, d: ~sector };
      return change.bytes ? pairLanes(place, change.bytes) : place;
    }
    case 'mode':
      return { a: change.mode, b: change.mode, c: change.mode, d: ~change.mode };
    default:
      return {
        a: change.size | 0,
        b: Math.floor(change.size / 2 ** 32),
        c: change.size | 0,
        d: ~change.size,
      };
  }
}
