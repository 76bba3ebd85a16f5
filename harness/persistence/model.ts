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
  /** The pending effects that must have survived if this one does. */
  readonly needs: readonly Effect[];
}

/**
 * A persistence model's memory during one life. It sees every op once, in order: `split`, then `precedes` for each
 * of the op's effects, then `syncs`. Its answers may depend on all that it has seen.
 */
export interface Machine {
  /** Which effects the op has: groups of changes that are atomic together. `[]` for an op that changes nothing. */
  split(op: Op): readonly (readonly Change[])[];
  /** Which of the `earlier` pending effects must have survived if `effect` does. Those they need follow by closure. */
  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[];
  /** Which pending effects, the op's own included, are durable when the op has returned. */
  syncs(op: Op, pending: readonly Effect[]): readonly Effect[];
}

/**
 * The rules that say which sets of pending effects may survive a cut: one file system's promise, or one's real
 * behaviour. A crash state is the durable image plus any set of pending effects that holds what its members need,
 * applied in journal order.
 */
export interface PersistenceModel {
  readonly name: string;
  /** One sentence for `blackout models`. */
  readonly summary: string;
  /** Where the rules come from. */
  readonly source: string;
  /** The rules in words, one sentence each. */
  readonly rules: readonly string[];
  /** No effect ever needs another: `precedes` is always empty. */
  readonly independent: boolean;
  start(): Machine;
}

export function isSync(op: Op): boolean {
  return op.kind === 'fsync' || op.kind === 'fdatasync' || op.kind === 'sync';
}
