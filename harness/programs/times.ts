/** Where simulated time begins: 2026-01-01, 00:00 UTC. */
export const EPOCH = Date.UTC(2026, 0, 1);

const HOUR = 3_600_000;

/**
 * When the lives begin that come after one that ended at `time`: at the next full hour. All recoveries of a story begin
 * at the same time, since a recovery may depend on nothing but the disk: else there would be no end of states.
 */
export function afterwards(time: number): number {
  return (Math.floor(time / HOUR) + 1) * HOUR;
}
