import type { Image } from '../disk/image/image.ts';
import type { Change, Op } from '../disk/journal.ts';

/** The smallest part of an op that may survive a cut alone. */
export interface Effect {
  /** Counts the effects of a life from 0. */
  readonly id: number;
  readonly op: Op;
  /** How many lives had been killed since the machine was booted when its op was made: ops count anew in each life. */
  readonly life: number;
  /** Which of the op's effects this is, from 0. With the op's index it names the effect in tokens: `129.0`. */
  readonly part: number;
  /**
   * Atomic together: all of them survive, or none. The graph takes out what is durable without the rest: by a sync that
   * logs a part, or because a later effect that is durable overrides it.
   */
  readonly changes: readonly Change[];
  /**
   * The effects that must have survived if this one does. Those among them that are durable have. The graph keeps the
   * list up to date: when an effect becomes durable before one that it needs, whoever needs it needs that one instead.
   */
  readonly needs: readonly Effect[];
  /** Earlier effects that can't have survived if this one does: both tell of the same block, or of the same moment. */
  readonly excludes: readonly Effect[];
  /** It is a run of pages of a large write, which the model would let survive in part: see `runs.ts`. */
  readonly run?: true;
  /**
   * A sync of its file has failed, and the system takes its data for written. It may be on the disk or not, and no sync
   * will ever change that. Nothing needs it any more.
   */
  readonly adrift?: true;
}

/**
 * A persistence model's memory during one life. It sees every op once, in order: `split`, then `precedes` for each
 * of the op's effects, then `syncs`. Its answers may depend on all that it has seen.
 */
export interface Machine {
  /**
   * Which effects the op has: groups of changes that are atomic together. `[]` for an op that changes nothing. What
   * went before and is `pending` may be written once more, by a log that holds more than the op alone.
   */
  split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[];
  /**
   * Which of the `earlier` pending effects must have survived if `effect` does. Those they need follow by closure.
   * Of one op's effects, earlier ones are among `earlier` already.
   */
  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[];
  /**
   * Which of the `earlier` pending effects can't have survived if `effect` does; none without this method. Once one of
   * them is durable, the effect can't survive any more.
   */
  excludes?(effect: Effect, earlier: readonly Effect[]): readonly Effect[];
  /** Which pending effects, the op's own included, are durable when the op has returned. */
  syncs(op: Op, pending: readonly Effect[]): readonly Effect[];
  /**
   * What becomes durable with an effect that a sync makes durable. Without this method it is all that the effect
   * needs. A file system that keeps an order by committing everything at once, and can also log a file on its own,
   * names less here: what it logs is durable before what it would else come after.
   */
  carries?(effect: Effect): readonly Effect[];
  /**
   * Told of a sync that has failed, in place of all the others: see `adrift.ts`. A call that failed otherwise has changed
   * nothing, and no machine hears of it. Gives the `pending` effects that are given up besides the data of the file.
   */
  fails?(op: Op, pending: readonly Effect[]): readonly Effect[];
  /**
   * What of an effect becomes durable by a sync that makes it durable; all of it without this method. The rest stays
   * pending, and survives or not as the effect would: a journal keeps both halves of a rename together, and a log of
   * one directory holds only its own half.
   */
  logs?(effect: Effect, op: Op): readonly Change[];
  /**
   * All that the machine remembers besides what is pending, as a text that is the same for the same memory; '' if that
   * is nothing that a machine which boots from the durable image would not know as well. A process that is killed leaves
   * the machine on, and where this is known, two lives that come to the same machine are explored once. Without this
   * method, and where it gives undefined, nothing is known, and nothing is merged.
   *
   * What each pending effect is, its op's kind, inodes and way of writing included, need not be said.
   */
  memory?(standing: Standing): string | undefined;
}

/** How things stand, in words that are the same in every life: inode numbers and the numbers of effects are not. */
export interface Standing {
  /** What an inode is called; `GONE` if no path leads to it, now or after any cut. */
  readonly name: (ino: number) => string;
  readonly pending: readonly Effect[];
  readonly durable: Image;
}

/** What all inodes are called that nobody will ever name again. */
export const GONE = 'gone';

/**
 * The rules that say which sets of pending effects may survive a cut: one file system's promise, or one's real
 * behaviour. A crash state is the durable image plus any set of pending effects that holds what its members need, and
 * nothing that they exclude, applied in journal order.
 */
export interface PersistenceModel {
  readonly name: string;
  /** One sentence for `blackout models`. */
  readonly summary: string;
  /** Where the rules come from. */
  readonly source: string;
  /** The rules in words, one sentence each. */
  readonly rules: readonly string[];
  /** Data is never overwritten in place, or goes through a journal: no tear of a page is ever seen. */
  readonly neverTears?: true;
  /** Why no program, or none of some sort, can hold under it, where that is so. */
  readonly hopeless?: string;
  /** No effect ever needs another: `precedes` is always empty. */
  readonly independent: boolean;
  /**
   * Whether the pages of one write survive each alone, or each with those behind it; then a large write may be taken in
   * runs of pages, as the set of survivals is far too large. Without it, it never is.
   */
  readonly pages?: 'alone' | 'chained';
  /**
   * A file whose sync has failed goes back to what was synced of it; the file system at `/`, where there are several.
   * Elsewhere it stays as it was written: see `adrift.ts`.
   */
  readonly failedSync?: 'reverts';
  /** By mount point, where several file systems are in one tree: the directories must be on the disk that is booted. */
  readonly mounts?: ReadonlyMap<string, PersistenceModel>;
  /** @param boot the disk at the beginning of the life, all of it durable; not to be changed */
  start(boot: Image): Machine;
}
