/** Where jiggle takes the time from. The storage engine itself never calls `Date`. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Minutes by which the local time is ahead of UTC at a time in milliseconds since 1970; none if not given. */
  zone?(milliseconds: number): number;
}
