/** When an exploration has seen enough failures: all parts of one must agree on it, so it rests on counts alone. */
export interface Limits {
  /** Failures after which it ends. */
  readonly bail?: number;
  /** States that are still recovered after the first failure, to find other causes. */
  readonly after?: number;
}

/**
 * @param failures states that failed so far
 * @param first how many were recovered before the first of them; undefined if there is none
 * @param verified how many were recovered so far
 */
export function isEnough(
  { bail = 1, after = Infinity }: Limits,
  failures: number,
  first: number | undefined,
  verified: number,
): boolean {
  return failures >= bail || (first !== undefined && verified - first > after);
}
