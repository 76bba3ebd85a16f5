/** Where jiggle takes the time from. The storage engine itself never calls `Date`. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}
