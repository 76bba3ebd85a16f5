import type { DistinctCause } from './model.ts';
import type { Paint } from './paint.ts';
import { storyText } from './story-text.ts';
import { count, escapeText } from './text.ts';

/** What went wrong, in capitals. */
export const OUTCOME_WORDS = {
  converged: 'CONVERGED',
  unknown: 'UNKNOWN',
  livelock: 'LIVELOCK',
  stuck: 'STUCK',
  corrupt: 'CORRUPT',
  lost: 'ACKNOWLEDGED DATA LOST',
} as const;

/** A cause and its story, told once, under the first model that shows it. */
export function causeLinesOf(
  index: number,
  { found, invariant, outcome }: DistinctCause,
  columns: number,
  paint: Paint,
): string[] {
  const { run, cause } = found[0]!;
  const title = `[${index}] ${OUTCOME_WORDS[outcome]}: ${escapeText(invariant)}`;
  const simpler = escapeText(cause.story.scenario);
  const smaller = cause.story.scenario === run.scenario ? '' : `, told by the simpler ${simpler}`;
  const window = { before: 12, pendingMax: 12, rowsMax: 12, width: columns - 4 };
  const story = storyText(cause.story, window, paint);
  return [
    paint('bad', title),
    `    ${escapeText(run.scenario)} under ${escapeText(run.model)}, ${count(cause.failures, 'failing state')}${smaller}`,
    `    reproduce: ${paint('bold', escapeText(cause.reproduce))}`,
    ...(cause.also ?? []).flatMap((claim) => [
      `    also breaks: ${escapeText(claim.invariant)} (${OUTCOME_WORDS[claim.outcome].toLowerCase()}), ${count(claim.failures, 'failing state')}`,
      `    reproduce: ${escapeText(claim.reproduce)}`,
    ]),
    ...found
      .slice(1)
      .flatMap((other) => [
        `    also under ${escapeText(other.run.model)}, ${count(other.cause.failures, 'failing state')}`,
        `    reproduce: ${escapeText(other.cause.reproduce)}`,
      ]),
    '',
    ...story.map((line) => (line === '' ? '' : `    ${line}`)),
    '',
  ];
}
