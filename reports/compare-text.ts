import { OUTCOME_WORDS } from './cause-text.ts';
import type { Change, Comparison } from './compare.ts';
import type { DistinctCause } from './model.ts';
import type { Paint } from './paint.ts';
import { count, escapeText, number } from './text.ts';

/** What changed, as lines: the news first. */
export function comparisonText(comparison: Comparison, paint: Paint): readonly string[] {
  const { newCauses, fixedCauses, sameCauses, moved, added, gone, notes } = comparison;
  const lines = [
    ...newCauses.flatMap((cause) => [paint('bad', `new:   ${causeText(cause)}`), reproduce(cause)]),
    ...fixedCauses.map((cause) => paint('good', `fixed: ${causeText(cause)}`)),
    ...(sameCauses > 0 ? [`${count(sameCauses, 'cause')} as before`] : []),
    ...moved.map(
      ({ name, changes }) =>
        `${escapeText(name)}: ${changes.map((change) => changeText(change, paint)).join('; ')}`,
    ),
    ...listed('only now', added),
    ...listed('not run this time', gone),
    ...notes.map((note) => paint('unsure', `note: ${escapeText(note)}`)),
  ];
  return [...lines, verdictLine(comparison, paint)];
}

/** The news in a line. */
export function verdictLine({ newCauses, fixedCauses, moved }: Comparison, paint: Paint): string {
  const worse = moved.filter(({ changes }) => changes.some((change) => change.worse)).length;
  const text = [
    count(newCauses.length, 'new cause'),
    count(fixedCauses.length, 'fixed cause'),
    `${count(moved.length, 'run')} moved${worse > 0 ? `, ${number(worse)} for the worse` : ''}`,
  ].join(', ');
  if (newCauses.length > 0) return paint('bad', `WORSE  ${text}`);
  return worse > 0 ? paint('unsure', `CHANGED  ${text}`) : paint('good', `NO WORSE  ${text}`);
}

function causeText({ scenario, outcome, invariant, culpritKind, found }: DistinctCause): string {
  const models = found.map(({ run }) => run.model).join(', ');
  const culprit = culpritKind === null ? '' : `, by a lost ${culpritKind}`;
  return escapeText(`${scenario} under ${models}: ${OUTCOME_WORDS[outcome]}: ${invariant}${culprit}`);
}

function reproduce({ found }: DistinctCause): string {
  return `       reproduce: ${escapeText(found[0]!.cause.reproduce)}`;
}

function changeText({ what, before, after, worse }: Change, paint: Paint): string {
  const show = (value: string | number): string => (typeof value === 'number' ? number(value) : value);
  const text = `${what} ${show(before)} -> ${show(after)}`;
  return worse ? paint('bad', `${text} (worse)`) : text;
}

function listed(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${what}: ${names.map(escapeText).join(', ')}`];
}
