import type { Image } from '../disk/image/image.ts';
import type { Change, Op } from '../disk/journal.ts';

/** The smallest part of an op that may survive a cut alone. */
export interface Effect {
  /** Counts the effects of a life from 0. */
  readonly id: number;
  readonly op: Op;
  /** Which of the op's effects this is, from 0. With the op's index it names the effect in tokens: `129.0`. */
  readonly part: number;
  /** Atomic together: all of them survive, or none. */
  readonly changes: readonly Change[];
  /**
   * The effects that must have survived if this one does. Those among them that are durable have. The graph keeps the
   * list up to date: when an effect becomes durable before one that it needs, whoever needs it needs that one instead.
   */
  readonly needs: readonly Effect[];
  /** Earlier effects that can't have survived if this one does: both tell of the same block, or of the same moment. */
  readonly excludes: readonly Effect[];
}

/**
 * A persistence model's memory during one life. It sees every op once, in order: `split`, then `precedes` for each
 * of the op's effects, then `syncs`. Its answers may depend on all that it has seen.
 */
export interface Machine {
  /** Which effects the op has: groups of changes that are atomic together. `[]` for an op that changes nothing. */
  split(op: Op): readonly (readonly Change[])[];
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
}

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
  /** @param boot the disk at the beginning of the life, all of it durable; not to be changed */
  start(boot: Image): Machine;
}
