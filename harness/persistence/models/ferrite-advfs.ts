import type { Change, Op } from '../../disk/journal.ts';
import { GONE, type Effect, type Machine, type PersistenceModel, type Standing } from '../model.ts';
import { isSync, isSyncOfAll, splitByOp } from '../rules.ts';
import { dataText } from './memory-text.ts';

class AdvFs implements Machine {
  /** By inode: contents that no sync has forced yet, and that can't survive before one does. */
  readonly #unforced = new Map<number, Change[]>();

  split(op: Op): readonly (readonly Change[])[] {
    if (op.kind === 'write' || op.kind === 'truncate') {
      const held = this.#unforced.get(op.ino) ?? [];
      this.#unforced.set(op.ino, [...held, ...op.changes]);
      return [];
    }
    if (isSyncOfAll(op)) return [...this.#unforced.keys()].flatMap((ino) => this.#force(ino));
    return isSync(op) ? this.#force(op.ino) : splitByOp(op);
  }

  precedes(_effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    return earlier.slice(-1);
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    return isSync(op) ? pending : [];
  }

  memory({ name }: Standing): string {
    const held = [...this.#unforced].filter(([ino]) => name(ino) !== GONE);
    return held.map(([ino, changes]) => `${name(ino)}: ${changes.map(dataText).join()}`).join(';');
  }

  /** All contents of a file at once: they are an effect of the sync that forces them. */
  #force(ino: number): readonly (readonly Change[])[] {
    const held = this.#unforced.get(ino);
    this.#unforced.delete(ino);
    return held ? [held] : [];
  }
}

/**
 * FERRITE's model of a file system whose contents stay in memory until they are asked for. The one model under which
 * something is surely lost that the program saw: what a write did is no effect until a sync forces it.
 */
export const ferriteAdvfs: PersistenceModel = {
  name: 'ferrite-advfs',
  summary: "HP's AdvFS as FERRITE has it: contents reach the disk by fsync only, names in order",
  source: 'github.com/uwplse/ferrite (9237361), rosette/advfs.rkt',
  rules: [
    'Names and modes survive in the order of the ops, all before one if it does.',
    'What a write or a truncation does to a file does not survive until a sync forces it, and then all of it at once.',
    'fsync or fdatasync forces the contents of the file, and makes all names and modes durable; so does a write through O_SYNC or O_DSYNC.',
    'sync and syncfs make everything durable.',
  ],
  independent: false,
  start: () => new AdvFs(),
};
