import type { Canonical, CanonicalState } from '../../explore/canonical.ts';

/** Failures that are taken for one until they have been looked into. */
export interface Group {
  /** The invariant that they all break, perhaps among others. */
  readonly invariant: string;
  readonly states: readonly number[];
}

/**
 * Groups failures that break the same invariant after the same kind of op: the one before the cut of the main life, or
 * the one that it does where its first call fails. A
 * state that breaks several invariants is in a group for each, so that none is hidden behind another. In the order of
 * their first states.
 *
 * @param kinds the kinds of the main life's ops
 */
export function groupsOf({ states, failures }: Canonical, kinds: readonly string[]): readonly Group[] {
  const groups = new Map<string, { invariant: string; states: number[] }>();
  for (const number of failures) {
    let root = states[number]!;
    while (root.parent >= 0) root = states[root.parent]!;
    const { findings } = states[number]!.verdict!;
    for (const invariant of new Set(findings.map((finding) => finding.invariant))) {
      const key = JSON.stringify([invariant, placeOf(root, kinds)]);
      const group = groups.get(key);
      if (group) group.states.push(number);
      else groups.set(key, { invariant, states: [number] });
    }
  }
  return [...groups.values()];
}

function placeOf({ branch, cut }: CanonicalState, kinds: readonly string[]): string {
  return branch ? `failing ${kinds[cut] ?? 'at the end'}` : (kinds[cut - 1] ?? 'start');
}
