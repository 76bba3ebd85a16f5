import type { FirstScreen, RunHead } from '../../html-data.ts';
import { count, number } from '../../text.ts';
import { h } from '../dom.ts';
import { causesSection } from '../parts/causes.ts';
import { overviewTable } from '../parts/overview-table.ts';
import { provedCard } from '../parts/proved-table.ts';
import { sinceCard } from '../parts/since.ts';
import { verdictHeader } from '../parts/verdict.ts';
import { printPlace, type Only, type Place } from '../route.ts';
import { verdictOfAll } from '../sentences.ts';
import type { Page } from './page.ts';

type Overview = Extract<Place, { page: 'overview' }>;

/** All scenarios at a glance, those that fail on top. */
export function overviewPage(screen: FirstScreen, place: Overview): Page {
  const { runs } = screen;
  return {
    title: 'All scenarios',
    crumbs: [],
    content: [
      verdictHeader(runs, h('p', { class: 'summary' }, totals(runs))),
      causesSection(screen),
      sinceCard(screen),
      // Who has something to mend looks for that first.
      screen.verdict === 'converged' && provedCard(screen),
      h(
        'section',
        { class: 'card', 'aria-labelledby': 'all-title' },
        h('h2', { id: 'all-title' }, 'All scenarios'),
        filtered(runs, place),
      ),
      screen.verdict !== 'converged' && provedCard(screen),
    ],
  };
}

function totals(runs: readonly RunHead[]): string {
  const sum = (of: (run: RunHead) => number | undefined): number =>
    runs.reduce((total, run) => total + (of(run) ?? 0), 0);
  const closed = runs.filter((run) => run.closed).length;
  const reached = sum((run) => run.counts?.generated);
  return (
    `${count(runs.length, 'run')} (a scenario under a model), ${number(closed)} of them complete: ` +
    `${count(reached, 'crash state')} reached, ${number(sum((run) => run.counts?.states))} distinct, ` +
    `${number(sum((run) => run.counts?.verified))} recovered and checked.`
  );
}

/** The table behind a filter. The address follows without leaving the page, so that typing is not interrupted. */
function filtered(runs: readonly RunHead[], place: Overview): HTMLElement {
  let { only, search } = place;
  const outlet = h('div', {});
  const told = h('p', { class: 'note', 'aria-live': 'polite' });
  const show = (): void => {
    const shownRuns = matching(runs, only, search);
    outlet.replaceChildren(overviewTable(shownRuns));
    const names = new Set(shownRuns.map((run) => run.scenario)).size;
    told.textContent = names === 0 ? 'No scenario fits the filter.' : '';
  };
  const change = (): void => {
    history.replaceState(null, '', printPlace({ page: 'overview', only, search }));
    show();
  };
  const field = h('input', {
    type: 'search',
    value: search,
    placeholder: 'scenario or model',
    'aria-label': 'Search',
  });
  field.addEventListener('input', () => {
    search = field.value;
    change();
  });
  const choices = (['all', 'failing', 'passing'] as const).map((each) => {
    const radio = h('input', { type: 'radio', name: 'only', checked: each === only });
    radio.addEventListener('change', () => {
      only = each;
      change();
    });
    return h('label', {}, radio, ` ${each}`);
  });
  show();
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'filters' },
      field,
      h('fieldset', {}, h('legend', { class: 'skip' }, 'Which'), choices),
    ),
    outlet,
    told,
  );
}

/** Runs of the scenarios that fit: all models of each, so that a row is never half a row. */
function matching(runs: readonly RunHead[], only: Only, search: string): readonly RunHead[] {
  const wanted = search.trim().toLowerCase();
  return runs.filter(({ scenario, model }) => {
    const own = runs.filter((run) => run.scenario === scenario);
    const passes = verdictOfAll(own) === 'converged';
    if (only !== 'all' && passes !== (only === 'passing')) return false;
    return `${scenario} ${model}`.toLowerCase().includes(wanted);
  });
}
