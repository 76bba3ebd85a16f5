import type { FaultKind } from '../disk/fault-kinds.ts';
import type { Shard } from './shard.ts';
import type { Scope } from '../persistence/survivals.ts';
import { randomly } from '../persistence/choices.ts';

/** How far to explore. */
export interface ExploreOptions {
  /**
   * `closure`: every survival of every life, until no new state appears. `bounded`: survivals that lose at most, or
   * keep at most, `t` effects a cut.
   */
  readonly tier: 'closure' | 'bounded';
  readonly t: number;
  /** Cuts and kills in a row at most. */
  readonly depth: number;
  /** How lives end: cuts only, if nothing is said. A kill ends the process, and the machine goes on. */
  readonly deaths?: readonly ('cut' | 'kill')[];
  /** Kills in a row, between two cuts, at most; any number, if nothing is said. */
  readonly kills?: number;
  /** How calls may fail, in any life; none does, if nothing is said. */
  readonly faults?: readonly FaultKind[];
  /** Calls that fail in one story, at most; 1, if nothing is said. */
  readonly faultCount?: number;
  /**
   * Departures from the order of the calls in one life, at most, where calls overlap; none, if nothing is said. They are
   * counted in each life for itself: a recovery may depart as often as the life before it did.
   */
  readonly orders?: number;
  /** Crash points of the main life to look at; all, if nothing is said. */
  readonly at?: { readonly from: number; readonly to: number };
  /** Only this shard's part of the states that cuts of the main life leave, and what can be reached from there. */
  readonly shard?: Shard;
  /** More survivals than this at one crash point are not all generated; the coverage says so. */
  readonly cap: number;
  readonly seed: number;
  /** Stop after so many failures; 1 if nothing is said. */
  readonly bail?: number;
  /** States to recover after the first failure, to find other causes; any number if nothing is said. */
  readonly after?: number;
  readonly statesMax?: number;
  /**
   * Where closure is out of reach, because some crash point has more survivals than the cap, so many states are recovered
   * at most: without that, one that never closes would go on for as long as there is time. Any number if nothing is said.
   */
  readonly openMax?: number;
  /** Lowers the cap there, so that all crash points get their share of these states: see `affordable.ts`. */
  readonly evenly?: boolean;
  /** Why to stop now, if there is a reason: asked after each state. */
  readonly expired?: () => 'time' | 'interrupted' | 'bail' | undefined;
  /** Awaited now and then, so that others get a turn; told how far it is. */
  readonly breathe?: (progress: Progress) => Promise<void>;
  /**
   * States that programs which are run for real may go through at the same time; one, if nothing is said. It changes no
   * result, and no order.
   */
  readonly atOnce?: number;
  /** Every n-th recovery is run twice, to catch programs that are not deterministic. */
  readonly recheck?: number;
  /** Take disks for one state that differ only in what the scenario declares not to matter. Checked: `dont-care.ts`. */
  readonly dontCare?: boolean;
  /** Reductions that can be switched off, to prove that they change nothing. */
  readonly purge?: boolean;
  readonly merge?: boolean;
  /** Expand a configuration that several lives come through only once. */
  readonly share?: boolean;
  /** Live a recovery once for all states whose disks no program can tell apart. */
  readonly reuse?: boolean;
  /**
   * Lives that are kept until their crash states are derived, in ops and their changes; the others are lived again. It
   * changes no result; a number that does not change from machine to machine keeps the count of recoveries the same, too.
   */
  readonly room?: number;
}

/** How far an exploration is: states that were found, those that were checked, crash states that were generated. */
export interface Progress {
  readonly states: number;
  readonly verified: number;
  readonly generated: number;
}

/** Closure under any number of cuts: what is explored where nobody asks for less. */
export const DEFAULTS: ExploreOptions = { tier: 'closure', t: 1, depth: Infinity, cap: 1 << 16, seed: 1 };

/** Whether one more call may fail in a story in which so many have. */
export function mayFail({ faults = [], faultCount = 1 }: ExploreOptions, failed: number): boolean {
  return faults.length > 0 && failed < faultCount;
}

/** Survivals that a coin picks at a crash point that has too many. */
const SAMPLES = 64;

export function scopeOf(options: ExploreOptions): Scope {
  return {
    tier: options.tier === 'closure' ? 'all' : 'bounded',
    t: options.t,
    cap: options.cap,
    samples: SAMPLES,
    choices: randomly(options.seed),
    purge: options.purge ?? true,
    merge: options.merge ?? true,
  };
}
