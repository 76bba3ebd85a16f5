import type { CauseHead, FirstScreen, RunHead } from '../../html-data.ts';
import { GLYPHS } from '../../glyphs.ts';
import { count } from '../../text.ts';
import { unawaited, withoutLoss } from '../../uncut.ts';
import { h, type Child } from '../dom.ts';
import { OUTCOME_WORDS } from '../outcomes.ts';
import { printPlace } from '../route.ts';
import { cutsText, promiseText } from '../sentences.ts';
import { code, shown } from '../shown.ts';
import { copyLine } from './copy.ts';

interface Found {
  readonly run: RunHead;
  readonly cause: CauseHead;
  /** Its number among its run's causes, from 1. */
  readonly number: number;
}

/** Causes on a page before the rest is folded away. */
const OPEN_MAX = 4;

/**
 * What went wrong, once for each cause, whichever models show it and however many states fail of it.
 *
 * @param scenario only those of one scenario
 */
export function causesSection(screen: FirstScreen, scenario?: string): Child {
  const causes = screen.causes
    .map((found) => found.map(({ run, cause }) => foundAt(screen, run, cause)))
    .filter((found) => scenario === undefined || found[0]?.run.scenario === scenario);
  if (causes.length === 0) return null;
  const more = causes.slice(OPEN_MAX);
  const runs = screen.runs.filter((run) => scenario === undefined || run.scenario === scenario);
  const left = runs.reduce((sum, run) => sum + run.failuresNotGrouped, 0);
  const withName = scenario === undefined;
  return h(
    'section',
    { class: 'causes', 'aria-labelledby': 'causes-title' },
    h('h2', { id: 'causes-title' }, count(causes.length, 'distinct cause')),
    causes.slice(0, OPEN_MAX).map((found) => causeCard(found, withName)),
    more.length > 0 &&
      h(
        'details',
        {},
        h('summary', {}, count(more.length, 'more cause')),
        more.map((found) => causeCard(found, withName)),
      ),
    left > 0 && h('p', { class: 'note' }, `${count(left, 'more failing state')} not looked into one by one.`),
  );
}

function foundAt(screen: FirstScreen, run: number, cause: number): Found {
  const head = screen.runs[run]!;
  return { run: head, cause: head.causes[cause]!, number: cause + 1 };
}

function causeCard(found: readonly Found[], withName: boolean): Child {
  const [first, ...others] = found;
  if (!first) return null;
  const { run, cause } = first;
  return h(
    'article',
    { class: `card cause ${cause.outcome}` },
    h(
      'header',
      {},
      h(
        'span',
        { class: `badge wide ${cause.outcome}` },
        `${GLYPHS[cause.outcome]} ${OUTCOME_WORDS[cause.outcome].label}`,
      ),
      h('h3', {}, shown(cause.message)),
    ),
    h(
      'p',
      { class: 'broken' },
      withName && [h('b', {}, run.scenario), ': '],
      'broken promise: ',
      shown(cause.invariant),
    ),
    facts(cause),
    copyLine(cause.reproduce, 'the line that plays this story again'),
    h(
      'p',
      { class: 'links' },
      h('a', { href: hrefOf(first) }, 'See it happen, step by step'),
      h('span', { class: 'note' }, alsoText(first, others)),
      others.map((other) => [' ', h('a', { href: hrefOf(other) }, other.run.model)]),
    ),
  );
}

/** Why, in the order in which it happens; then what would have helped. */
function facts(cause: CauseHead): HTMLElement {
  const { culprit, rescue } = cause;
  const promise = promiseText(cause);
  const of = culprit && culprit.life > 0 ? ` of recovery ${culprit.life}` : '';
  const rows: (readonly [string, Child])[] = [
    [
      'Lost',
      culprit
        ? [
            code(culprit.text.replace(/^op \d+[^,]*, /, '')),
            ` (op ${culprit.op}${of}), which no sync had made sure by then`,
          ]
        : withoutLoss(cause.uncut, cause.failed, cause.early),
    ],
    ...(cause.failed && culprit
      ? [['Failing', cause.failed.map((call) => h('div', {}, code(call)))] as const]
      : []),
    ...unawaited(cause).map((text) => ['Not awaited', shown(text)] as const),
    [cause.killed[0] ? 'Killed' : 'Cut', cutsText(cause.cuts, cause.killed)],
    ...(promise === undefined ? [] : [['Promised', shown(promise)] as const]),
    [
      'Remedy',
      rescue
        ? [code(rescue.text), ' prevents it: tried on the model']
        : cause.remedy !== undefined
          ? shown(cause.remedy)
          : culprit
            ? 'no single sync right after that op prevents it'
            : 'no sync would help',
    ],
  ];
  return h(
    'dl',
    { class: 'why' },
    rows.map(([term, text]) => [h('dt', {}, term), h('dd', {}, text)]),
  );
}

function hrefOf({ run, cause, number }: Found): string {
  const { scenario, model } = run;
  return printPlace({ page: 'cut', scenario, model, at: cause.cuts[0] ?? 0, cause: number });
}

function alsoText({ run, cause }: Found, others: readonly Found[]): string {
  const told = cause.toldBy === run.scenario ? '' : `, told by the simpler ${cause.toldBy}`;
  const states = `${count(cause.failures, 'failing state')} under ${run.model}${told}`;
  return others.length === 0 ? ` ${states}` : ` ${states}; also under`;
}
