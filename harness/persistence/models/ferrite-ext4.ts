import { basename } from 'node:path/posix';
import type { Image } from '../../disk/image/image.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel, Standing } from '../model.ts';
import { syncedByInode } from '../rules.ts';
import {
  FerriteEvents,
  isDirOp,
  isExtend,
  isMetadata,
  isWrite,
  sameBlock,
  sameFile,
} from './ferrite-events.ts';

class FerriteExt4 implements Machine {
  readonly #events: FerriteEvents;
  /** By a directory op: the names that it is about. */
  readonly #arguments = new WeakMap<Op, ReadonlySet<string>>();

  constructor(boot: Image) {
    this.#events = new FerriteEvents(boot);
  }

  split(op: Op): readonly (readonly Change[])[] {
    const names = argumentsOf(op, this.#events.view);
    if (names.size > 0) this.#arguments.set(op, names);
    return this.#events.split(op);
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    if (isDirOp(effect)) return this.#sharing(effect, earlier);
    const last = (test: (other: Effect) => boolean): readonly Effect[] => {
      const found = earlier.findLast((other) => sameFile(other, effect) && test(other));
      return found ? [found] : [];
    };
    return [
      ...(isMetadata(effect) ? last(isMetadata) : []),
      ...last((other) => sameBlock(other, effect)),
      ...(isExtend(effect) ? earlier.filter((other) => sameFile(other, effect) && isWrite(other)) : []),
    ];
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    return syncedByInode(op, pending);
  }

  /** The name that a link goes by is in none of its changes. */
  memory({ pending, name }: Standing): string {
    const told = pending.map(({ op }) => {
      const names = [...(this.#arguments.get(op) ?? [])].map((each) => {
        const slash = each.indexOf('/');
        return name(Number(each.slice(0, slash))) + each.slice(slash);
      });
      return op.kind === 'link' ? names.join() : '';
    });
    return told.some((each) => each !== '') ? told.join(';') : '';
  }

  /** For each name, the last directory op before that is about it too. */
  #sharing(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const names = this.#arguments.get(effect.op) ?? new Set<string>();
    return [...names].flatMap((name) => {
      const found = earlier.findLast((other) => this.#arguments.get(other.op)?.has(name));
      return found ? [found] : [];
    });
  }
}

/** The names in directories that an op takes as arguments: those that it changes, and the one that `link` goes by. */
function argumentsOf(op: Op, before: Image): ReadonlySet<string> {
  const names = op.changes.flatMap((change) =>
    change.type === 'entry' ? [`${change.dir}/${change.name}`] : [],
  );
  if (op.kind === 'link') {
    const source = before.inode(op.ino)?.names ?? [];
    const named = source.filter(({ name }) => name === basename(op.path));
    names.push(...named.map(({ dir, name }) => `${dir}/${name}`));
  }
  return new Set(names);
}

/** What FERRITE's authors say of ext4 in their paper. Their code says more: see `ferrite-code`. */
export const ferriteExt4: PersistenceModel = {
  name: 'ferrite-ext4',
  summary: "FERRITE's ext4 on paper: names that have nothing in common, data and names, all may be reordered",
  source:
    'Bornholt et al., Specifying and Checking File System Crash-Consistency Models, ASPLOS 2016, Def. 2, 3, 7, Fig. 7',
  rules: [
    'Data in a page that is new to the file survives with the size that it raises, as one effect; a page that the file has, a size and a mode each survive alone. Link, unlink, rename and the making of a file are one effect each.',
    'An effect needs the earlier ones that Definition 7 keeps before it: (1) sizes and modes of the same file, if it sets one; (2) data in the same page; (3) directory ops that share a name with it; (4) for a page that is new to the file, data in the pages that the file has. A page that is new to the file counts for (1) and (2), as in Figure 7 of the paper.',
    'Everything else may be reordered: overwrites, different files, directory ops with disjoint names, data against a later rename.',
    'fsync makes the data and attributes of the file durable, or the entries of the directory. The paper does not say that it covers the name of the file, so it does not; fdatasync is read as in posix, and so is a write through O_SYNC or O_DSYNC.',
    'sync and syncfs make everything durable.',
  ],
  independent: false,
  start: (boot) => new FerriteExt4(boot),
};
