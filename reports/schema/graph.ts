import { z } from 'zod';
import { natural } from './basics.ts';

/**
 * The graph of states: states, the configurations that lives come through, and which life comes through which of them.
 * Columns instead of records, and in pieces of a few thousand, so that 100,000 states stay small and no line is long.
 *
 * A state is a disk and what had been promised when the power went. Where processes are killed too, it can also be a
 * machine that goes on: what the next life sees, and what of it is not durable yet. States are numbered from 0 in the order of a walk
 * in breadth: those that a cut of the main life leaves come first, by crash point. A configuration is what holds at a
 * crash point: the states that a cut there may leave. It leaves its own `members` and all that its `base` leaves. The
 * state that a kill leaves belongs to its own configuration, and not to those that it is the base of.
 */

export const statesSchema = z.object({
  /** The number of the first state here. */
  first: natural,
  /** For each state: 128 bits of its disk and what was promised, as 22 characters of base64url. The same in all runs. */
  keys: z.array(z.string()),
  /** One glyph for each state, see `glyphs.ts`: ` ` if it was not recovered, `-` if another shard does that. */
  outcomes: z.string(),
  /** The smallest number of cuts and kills that lead to it. */
  depths: z.array(natural),
  /** The state whose recovery is cut or killed first on the shortest way to it, or -1 for the main life; and after which op. */
  parents: z.array(z.number().int().min(-1)),
  cuts: z.array(natural),
  /** Ops of its uncut recovery; 0 if it was not recovered. */
  recoveries: z.array(natural),
  /** States that were recovered and whose recovery was not cut: 1, else 0. */
  leaves: z.string(),
  /** States that a kill leads to: 1, else 0. Absent if there is none here. */
  killed: z.string().optional(),
  /**
   * States that are their parent's life lived again, in which the first call after op `cuts` fails: 1, else 0. There is
   * no other way to them, and they are as deep as their parent. Absent if there is none here.
   */
  branches: z.string().optional(),
});

/** What failing states break: `verdicts[which]` for each state of `states`. */
export const failuresSchema = z.object({
  verdicts: z.array(z.array(z.object({ invariant: z.string(), message: z.string() }))),
  states: z.array(natural),
  which: z.array(natural),
});

export const configurationsSchema = z.object({
  first: natural,
  /** The configuration that each of these adds to; -1 if it stands alone. */
  bases: z.array(z.number().int().min(-1)),
  /** The states that each adds, ascending, each number but the first as its distance from the one before. */
  members: z.array(z.array(natural)),
  /** The state that a kill leaves; -1 if none of its own. Absent if there is none here. */
  kills: z.array(z.number().int().min(-1)).optional(),
  /** `e`: every survival was looked at, `b`: not all. */
  coverage: z.string(),
});

/**
 * One life's way: `[life, tailLife, tailIndex, shift, at, configuration, at, configuration, ...]`. Life 0 is the main
 * one, life n + 1 the recovery of state n. If `tailLife` is not -1, the way goes on as that life's does from its step
 * `tailIndex` on, with each crash point plus `shift`; that life stands earlier in the file. The last step of a recovery
 * is its end, where a cut does not make the story longer.
 */
export const livesSchema = z.object({ lives: z.array(z.array(z.number().int().min(-1_000_000_000))) });
