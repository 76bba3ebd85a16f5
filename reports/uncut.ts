/**
 * What there is to say of a story in which nothing had to be lost.
 *
 * @param failed the calls that failed in it
 * @param early the calls in it that took effect before others that were made earlier
 */
export function withoutLoss(
  uncut: 'start' | 'end' | 'untried' | undefined,
  failed: readonly string[] = [],
  early: readonly string[] = [],
): string {
  if (early.length > 0 && failed.length === 0 && uncut === undefined) {
    return `Nothing had to be lost, another order of overlapping calls is enough: ${early.join('; ')}.`;
  }
  if (failed.length > 0 && uncut === undefined) {
    const enough = failed.length === 1 ? 'one failing call is enough' : 'failing calls are enough';
    return `Nothing had to be lost, ${enough}: ${failed.join('; ')}.`;
  }
  switch (uncut) {
    case 'start':
      return 'It fails without any cut: the disk fails as setup left it.';
    case 'end':
      return 'It fails without any cut: what the program leaves when it has run to its end fails too.';
    case 'untried':
      return 'It is told as it was found: to try others might never end.';
    case undefined:
      return 'Nothing had to be lost: the cut alone is enough.';
  }
}

/** A forgotten `await` comes before all syncs: what was not waited for has not happened yet. */
export function unawaited({
  unawaited: texts = [],
}: {
  readonly unawaited?: readonly string[] | undefined;
}): string[] {
  return texts.map((text) => `Is an await missing? ${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`);
}
