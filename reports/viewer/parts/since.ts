import type { FirstScreen, RunHead } from '../../html-data.ts';
import type { Change } from '../../compare.ts';
import { number } from '../../text.ts';
import { h, type Child } from '../dom.ts';
import { printPlace } from '../route.ts';
import { shown } from '../shown.ts';

/**
 * What changed since the base that the report was compared with; nothing where there is none.
 *
 * @param scenario only what is of one scenario
 */
export function sinceCard({ since, runs }: FirstScreen, scenario?: string): Child {
  if (!since) return null;
  const moved = since.moved.filter(({ run }) => scenario === undefined || runs[run]!.scenario === scenario);
  const [hash, day] = [since.base.commit?.hash.slice(0, 10), since.base.startedAt.slice(0, 10)];
  const base = `${hash === undefined ? 'a report' : `commit ${hash}`} of ${day}`;
  return h(
    'section',
    { class: 'card since', 'aria-labelledby': 'since-title' },
    h('h2', { id: 'since-title' }, 'What changed ', h('span', { class: 'note' }, `since ${base}`)),
    scenario === undefined && h('p', {}, shown(since.verdict)),
    moved.length === 0
      ? h(
          'p',
          { class: 'note' },
          'No verdict, count or convergence number of a run that both have is another one.',
        )
      : h(
          'ul',
          {},
          moved.map(({ run, changes }) => h('li', {}, nameOf(runs[run]!), ': ', changesText(changes))),
        ),
    scenario === undefined && [
      listed('Only now', since.added),
      listed('Not run this time', since.gone),
      since.notes.map((note) => h('p', { class: 'note' }, shown(note))),
    ],
  );
}

function nameOf({ scenario, model }: RunHead): HTMLElement {
  return h('a', { href: printPlace({ page: 'run', scenario, model }) }, shown(`${scenario} under ${model}`));
}

function changesText(changes: readonly Change[]): Child {
  return changes.map(({ what, before, after, worse }, i) => [
    i > 0 && '; ',
    h(
      'span',
      { class: worse ? 'worse' : undefined },
      `${what} ${value(before)} → ${value(after)}${worse ? ' (worse)' : ''}`,
    ),
  ]);
}

function value(of: string | number): string {
  return typeof of === 'number' ? number(of) : of;
}

function listed(what: string, names: readonly string[]): Child {
  return names.length > 0 && h('p', {}, `${what}: `, shown(names.join(', ')));
}
