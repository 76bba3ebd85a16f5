import type { Image } from '../../disk/image/image.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel } from '../model.ts';
import { isSync } from '../rules.ts';
import {
  FerriteEvents,
  isDirOp,
  isExtend,
  isMetadata,
  isWrite,
  sameBlock,
  sameFile,
} from './ferrite-events.ts';

class FerriteCode implements Machine {
  readonly #events: FerriteEvents;
  readonly #delayedAllocation: boolean;

  constructor(boot: Image, delayedAllocation: boolean) {
    this.#events = new FerriteEvents(boot);
    this.#delayedAllocation = delayedAllocation;
  }

  split(op: Op): readonly (readonly Change[])[] {
    return this.#events.split(op);
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    if (isDirOp(effect)) {
      const last = earlier.findLast(isDirOp);
      return last ? [last] : [];
    }
    return earlier.filter((other) => sameFile(other, effect) && this.#stays(other, effect));
  }

  /** Whether two events of one file keep their order. The code asks in both directions, whichever comes first. */
  #stays(left: Effect, right: Effect): boolean {
    if (isMetadata(left) && isMetadata(right)) return true;
    if (sameBlock(left, right)) return true;
    return this.#waitsForData(left, right) || this.#waitsForData(right, left);
  }

  #waitsForData(one: Effect, other: Effect): boolean {
    return isWrite(one) && (isExtend(other) || (!this.#delayedAllocation && isMetadata(other)));
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    return isSync(op) ? pending : [];
  }

  /** The view is what is visible. */
  memory(): string {
    return '';
  }
}

const source = 'github.com/uwplse/ferrite (9237361), rosette/lang.rkt, rosette/ext4.rkt';

const EVENTS =
  'Data in a page that is new to the file survives with the size that it raises, as one effect; a page that the file has, a size and a mode each survive alone. Link, unlink, rename and the making of a file are one effect each.';
const NAMES = 'Directory ops survive in the order of the ops, all before one if it does.';
const SYNC =
  'Any sync makes everything durable: the code takes it for a barrier to all, and says in a TODO that this is too strong. So does a write through O_SYNC or O_DSYNC, which the code does not have.';

/**
 * What FERRITE's code does, which is stronger than its paper, and what its published counts of states come from. Two
 * things of it are left out, because none of its programs can show them: a rename empties the file that it replaces,
 * which nobody can name any more; and each new block of a write sets the size that the whole write will have.
 */
export const ferriteCode: PersistenceModel = {
  name: 'ferrite-code',
  summary: "FERRITE's ext4 as its code has it: names in order, and every fsync a barrier to everything",
  source,
  rules: [
    EVENTS,
    NAMES,
    'Of one file, these survive in the order of the ops: its sizes and modes, pages that are new to it included; data in the same page; and data in a page that it has, with pages that are new to it, before and after.',
    SYNC,
  ],
  independent: false,
  start: (boot) => new FerriteCode(boot, true),
};

export const ferriteCodeNodelalloc: PersistenceModel = {
  name: 'ferrite-code-nodelalloc',
  summary: "FERRITE's ext4 code without delayed allocation: a size also keeps its place among the data",
  source,
  rules: [
    EVENTS,
    NAMES,
    'Of one file, all survive in the order of the ops, but for data in different pages that it has, which is not ordered.',
    SYNC,
  ],
  independent: false,
  start: (boot) => new FerriteCode(boot, false),
};
