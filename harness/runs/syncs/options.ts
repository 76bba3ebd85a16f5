/** How far to go into which syncs are needed: plain data, so that a worker can be told. */
export interface LedgerOptions {
  /** Whether to look for the fewest syncs, which takes more explorations than all the rest. */
  readonly fewest: boolean;
  /** Whether to tell the smallest story of each sync that is needed. */
  readonly stories: boolean;
  /** Whether to leave out each call alone, too, where several are made at one place. */
  readonly each?: boolean;
}
