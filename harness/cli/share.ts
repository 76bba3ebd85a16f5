/** Time is shared evenly among the jobs that are left, so that a large one can't starve the others. */
export function shareOf(deadline: number, now: number, jobsLeft: number, threads: number): number {
  return Math.min(deadline, now + ((deadline - now) * threads) / jobsLeft);
}
