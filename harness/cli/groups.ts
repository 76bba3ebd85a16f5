import type { Canonical } from '../explore/canonical.ts';

/**
 * Failures that are taken for one until they have been looked into: the same outcome, broken invariant, and kind of op
 * before the cut of the main life. By group, in the order of their first states.
 *
 * @param kinds the kinds of the main life's ops
 */
export function groupsOf(
  { states, failures }: Canonical,
  kinds: readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const number of failures) {
    let root = states[number]!;
    while (root.parent >= 0) root = states[root.parent]!;
    const { outcome, findings } = states[number]!.verdict!;
    const key = JSON.stringify([outcome, findings[0]?.invariant, kinds[root.cut - 1] ?? 'start']);
    const group = groups.get(key);
    if (group) group.push(number);
    else groups.set(key, [number]);
  }
  return groups;
}
