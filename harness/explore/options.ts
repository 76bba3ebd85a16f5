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
  /** Cuts in a row at most. */
  readonly depth: number;
  /** Crash points of the main life to look at; all, if nothing is said. */
  readonly at?: { readonly from: number; readonly to: number };
  /** Only this shard's part of the states that cuts of the main life leave, and what can be reached from there. */
  readonly shard?: Shard;
  /** More survivals than this at one crash point are not all generated; the coverage says so. */
  readonly cap: number;
  readonly seed: number;
  /** Stop after so many failures; 1 if nothing is said. */
  readonly bail?: number;
  readonly statesMax?: number;
  /** Why to stop now, if there is a reason: asked after each state. */
  readonly expired?: () => 'time' | 'interrupted' | undefined;
  /** Awaited now and then, so that others get a turn; told how far it is. */
  readonly breathe?: (progress: Progress) => Promise<void>;
  /** Every n-th recovery is run twice, to catch programs that are not deterministic. */
  readonly recheck?: number;
  /** Take disks for one state that differ only in what the scenario declares not to matter. Checked: `dont-care.ts`. */
  readonly dontCare?: boolean;
  /** Reductions that can be switched off, to prove that they change nothing. */
  readonly purge?: boolean;
  readonly merge?: boolean;
  /** Expand a configuration that several lives come through only once. */
  readonly share?: boolean;
}

export interface Progress {
  readonly states: number;
  readonly verified: number;
  readonly generated: number;
}

export const DEFAULTS: ExploreOptions = { tier: 'closure', t: 1, depth: Infinity, cap: 1 << 16, seed: 1 };

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
