import { hashOnce, hashText, type Lanes } from '../disk/image/mix.ts';
import { addLanes, pairLanes } from '../disk/image/node.ts';
import { ROOT_INO, type Inode } from '../disk/image/types.ts';
import type { Image } from '../disk/image/image.ts';
import type { Change } from '../disk/journal.ts';
import type { Step } from './graph.ts';
import { GONE, type Effect, type Standing } from './model.ts';

/** What of a graph a configuration is made of. */
interface Graph extends Omit<Standing, 'name'> {
  readonly volatile: Image;
  memory(name: Standing['name']): string | undefined;
}

/**
 * A hash of what decides the crash states at a crash point: the durable image, and the pending effects in order. Many
 * recoveries come through the same configurations on their way to the same end, and each need be expanded only once.
 *
 * Inode numbers differ from life to life, so an inode is called by its paths in the durable image or, if it has none,
 * by the order in which the pending effects come to it, and by its durable content.
 */
export class Configuration {
  readonly #graph: Graph;
  #labels = new Map<number, Lanes>();
  /** Labels as text. */
  #names = new Map<number, string>();
  #nameless = 0;
  #key: Lanes | undefined;
  /** Null until it has been asked for. */
  #machineKey: Lanes | null | undefined = null;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#key = this.#fresh();
  }

  /** The configuration after the last step; undefined where no exact key is known, and nothing may be skipped. */
  get key(): Lanes | undefined {
    return this.#key;
  }

  /**
   * A hash of all that decides what the machine does next if its process is killed here: what decides the crash states,
   * what the next life sees, and what the model remembers. Undefined where one of them is not known exactly.
   */
  get machineKey(): Lanes | undefined {
    if (this.#machineKey === null) this.#machineKey = this.#ofMachine();
    return this.#machineKey;
  }

  #ofMachine(): Lanes | undefined {
    const key = this.#key;
    if (!key) return undefined;
    let exact = true;
    const name = (ino: number): string => {
      const known = this.#known(ino);
      exact &&= known !== undefined;
      return known ?? '';
    };
    const memory = this.#graph.memory(name);
    const told = this.#graph.pending.map((effect) => origin(effect, name)).join();
    if (memory === undefined || !exact) return undefined;
    return pairLanes(pairLanes(key, this.#graph.volatile.hash), hashOnce(`${memory}\n${told}`));
  }

  /** What an inode is called, as text; those that no path leads to, now or after any cut, all have one name. */
  #known(ino: number): string | undefined {
    const inode = this.#graph.durable.inode(ino);
    const gone = inode === undefined || (inode.names.length === 0 && !this.#labels.has(ino));
    if (gone && ino !== ROOT_INO) return GONE;
    const known = this.#names.get(ino);
    if (known !== undefined) return known;
    const label = this.#label(ino);
    if (label === undefined) return undefined;
    const name = `${label.a} ${label.b} ${label.c} ${label.d}`;
    this.#names.set(ino, name);
    return name;
  }

  /** Takes in what the last op did to the graph. Costs little unless the durable image changed. */
  step({ added, synced, dead, adrift, reduced }: Step): void {
    this.#machineKey = null;
    if (synced.length + dead.length + adrift.length + reduced.length > 0) this.#key = this.#fresh();
    else for (const effect of added) this.#append(effect);
  }

  #fresh(): Lanes | undefined {
    this.#labels = new Map();
    this.#names = new Map();
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
    this.#key = key && pairLanes(key, effect.adrift ? ADRIFT : END_OF_EFFECT);
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
const ADRIFT: Lanes = hashText('end of an effect that is adrift');

/**
 * Whether paths and digest say all about an inode. Data beyond the size, and what a nameless directory holds, could
 * come to light later and are in neither.
 */
function isPlain(inode: Inode, durable: Image): boolean {
  if (inode.kind === 'dir') return inode.names.length > 0 || inode.entries.size === 0;
  return inode.kind !== 'file' || !durable.hides(inode);
}

/** What a model may ask of an effect besides its changes: which op it came from. */
function origin({ op }: Effect, name: Standing['name']): string {
  const inodes = [op.ino, op.replaced, op.freed, op.birth?.ino].map((ino) =>
    ino === undefined ? '' : name(ino),
  );
  return `${op.kind} ${inodes.join('/')}`;
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
