/** One job may take this part of the time that is left, however many others wait. */
const LARGEST_SHARE = 1 / 8;

/**
 * When a job that begins now has to end, in the unit of `now`. Time is shared evenly among the jobs that are left, so that
 * one without end can't starve the others; but most jobs are over at once, so a large one may take more than that.
 */
export function shareOf(deadline: number, now: number, jobsLeft: number, threads: number): number {
  const left = deadline - now;
  return Math.min(deadline, now + Math.max((left * threads) / jobsLeft, left * LARGEST_SHARE));
}
