import type { ExploreOptions, Scenario } from '../../harness/index.ts';

/** A program of Debian's, unmodified: what is asked of it, and the models under which it does not hold. */
export interface Subject {
  /** As the table has it. */
  readonly program: string;
  /** How it is told to work. */
  readonly settings: string;
  /** What is asked of it, in a few words. */
  readonly claim: string;
  /** What its documentation says of that, in short, and where; or nothing. */
  readonly promise?: { readonly words: string; readonly at: string };
  readonly scenario: Scenario;
  /** Programs that must be on the machine. */
  readonly needs: readonly string[];
  /** Of the models that a run has if nobody says otherwise. */
  readonly breaksUnder: readonly string[];
  /** What its exploration to closure needs, besides. */
  readonly plan?: Partial<ExploreOptions>;
}

export const EVERYWHERE = ['ext4', 'xfs', 'btrfs', 'posix'];

/** All states, where some crash points of it have more survivals than are looked at if nobody asks for it. */
export const ALL: Partial<ExploreOptions> = { cap: 1 << 20 };
