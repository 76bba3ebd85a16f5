import type { Image } from './image/image.ts';
import { ROOT_INO } from './image/types.ts';
import type { Change, Op } from './journal.ts';

/**
 * What the inodes of one disk are called on another that no program can tell from it. Numbers are not part of what a disk
 * is, so two disks that are the same may give different ones to the same files, and a life that was lived on the one did
 * its ops under the numbers of that.
 */
export class Renumbering {
  readonly #from: Image;
  readonly #to: Image;
  /** The first numbers that a life gives out on them. */
  readonly #firstFrom: number;
  readonly #firstTo: number;
  readonly #known = new Map([
    [NOBODY, NOBODY],
    [ROOT_INO, ROOT_INO],
  ]);

  /** @param to has the same hash as `from` */
  constructor(from: Image, to: Image) {
    this.#from = from;
    this.#to = to;
    this.#firstFrom = from.fork().allocate();
    this.#firstTo = to.fork().allocate();
  }

  /**
   * The ops of a life that began on the one disk, as the same life does them on the other; undefined if it can't be told,
   * since they are about something that no path leads to, or that holds more than can be seen.
   *
   * @param inodes of these ops: see `inodesIn`
   */
  ops(ops: readonly Op[], inodes: readonly number[]): readonly Op[] | undefined {
    let isSame = true;
    for (const ino of inodes) {
      const number = this.#number(ino);
      if (number === undefined) return undefined;
      isSame &&= number === ino;
    }
    return isSame ? ops : ops.map((op) => this.#op(op));
  }

  #number(ino: number): number | undefined {
    const known = this.#known.get(ino);
    if (known !== undefined) return known;
    // Those that a life makes are numbered in the order in which it does.
    const number = ino >= this.#firstFrom ? ino - this.#firstFrom + this.#firstTo : this.#sameFile(ino);
    if (number !== undefined) this.#known.set(ino, number);
    return number;
  }

  #sameFile(ino: number): number | undefined {
    const inode = this.#from.inode(ino);
    if (inode === undefined || this.#from.hides(inode)) return undefined;
    for (const { dir, name } of inode.names) {
      const above = this.#number(dir);
      const found = above === undefined ? undefined : this.#to.inode(above);
      const number = found?.kind === 'dir' ? found.entries.get(name) : undefined;
      const twin = number === undefined ? undefined : this.#to.inode(number);
      if (twin !== undefined && !this.#to.hides(twin)) return number;
    }
    return undefined;
  }

  #op(op: Op): Op {
    const number = (ino: number): number => this.#known.get(ino)!;
    const { ino, replaced, freed, birth, changes } = op;
    return {
      ...op,
      ino: number(ino),
      ...(replaced === undefined ? {} : { replaced: number(replaced) }),
      ...(freed === undefined ? {} : { freed: number(freed) }),
      ...(birth === undefined ? {} : { birth: { ...birth, ino: number(birth.ino) } }),
      changes: changes.map((change): Change =>
        change.type === 'entry'
          ? { ...change, dir: number(change.dir), ino: number(change.ino) }
          : { ...change, ino: number(change.ino) },
      ),
    };
  }
}

/** In the place of an inode where there is none. */
const NOBODY = 0;

/** The numbers of all inodes that ops are about, each once. */
export function inodesIn(ops: readonly Op[]): readonly number[] {
  return [...new Set(ops.flatMap(inodesOf))];
}

function inodesOf({ ino, replaced, freed, birth, changes }: Op): readonly number[] {
  return [
    ino,
    replaced ?? NOBODY,
    freed ?? NOBODY,
    birth?.ino ?? NOBODY,
    ...changes.flatMap((change) => (change.type === 'entry' ? [change.dir, change.ino] : [change.ino])),
  ];
}
