import type { CauseReport } from './schema/story.ts';

/**
 * What makes two failures of one scenario the same. Whatever the check says of them: if the loss of the same op is to
 * blame, there is one mistake. Where nothing had to be lost, the broken invariant has to tell.
 */
export function causeKey({ outcome, invariant, culpritKind, story: { culprit } }: CauseReport): string {
  if (!culprit) return JSON.stringify([outcome, invariant, culpritKind]);
  return JSON.stringify([culprit.life === 0 ? 'run' : 'recovery', culprit.kind, lineOf(culprit.path)]);
}

/** A path without its numbers: files that a program numbers are written by one line of it. */
function lineOf(path: string): string {
  return path.replace(/\d+/g, '#');
}

/** One cause that was told twice: the first time it was told, with what the second adds. */
export function joined(first: CauseReport, second: CauseReport): CauseReport {
  const { outcome, invariant, message, failures, reproduce } = second;
  if (invariant === first.invariant) return { ...first, failures: first.failures + failures };
  const also = first.also ?? [];
  const known = also.find((each) => each.invariant === invariant);
  if (!known) return { ...first, also: [...also, { outcome, invariant, message, failures, reproduce }] };
  const more = { ...known, failures: known.failures + failures };
  return { ...first, also: also.map((each) => (each === known ? more : each)) };
}

/** Names that are the same for the same thing in other runs, one for each claim that is broken. */
export function causeNames(
  scenario: string,
  { outcome, invariant, culpritKind, also = [] }: CauseReport,
): string[] {
  return [{ outcome, invariant }, ...also].map((claim) =>
    [scenario, claim.outcome, claim.invariant, culpritKind ?? 'nothing lost'].join('/'),
  );
}
