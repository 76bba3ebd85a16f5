import type { RunHead } from '../../html-data.ts';
import { count, disksOf } from '../../text.ts';
import { h, svg, type Child } from '../dom.ts';
import { printPlace } from '../route.ts';
import { completeness, verdictOfAll } from '../sentences.ts';
import { shown } from '../shown.ts';
import { columnsOf, stretchesOf } from './heat-columns.ts';
import { verdictMark } from './verdict.ts';

const STRIP_WIDTH = 120;
const STRIP_HEIGHT = 9;

/**
 * A row per scenario, a column per disk at `/`, each cell with its verdict and a small map of its crash points. Disks
 * below that are said in the cell: columns of their own would be empty for all other scenarios.
 */
export function overviewTable(runs: readonly RunHead[]): HTMLElement {
  const roots = [...new Set(runs.map((run) => disksOf(run.model).root))];
  const scenarios = [...new Set(runs.map((run) => run.scenario))];
  const rows = scenarios
    .map((scenario) => runs.filter((run) => run.scenario === scenario))
    .sort((left, right) => rank(left) - rank(right));
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'All scenarios and models' },
    h(
      'table',
      { class: 'overview' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'scenario'),
          roots.map((root) => h('th', { scope: 'col' }, root)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) => scenarioRow(row, roots)),
      ),
    ),
  );
}

/** Surprises first, then what is known to break, then what is not known, then what passes. */
function rank(runs: readonly RunHead[]): number {
  const failing = runs.filter((run) => run.verdict === 'counterexample');
  if (failing.some((run) => !run.knownToBreak)) return 0;
  if (failing.length > 0) return 1;
  return verdictOfAll(runs) === 'unknown' ? 2 : 3;
}

function scenarioRow(runs: readonly RunHead[], roots: readonly string[]): HTMLElement {
  const { scenario } = runs[0]!;
  const href = printPlace({ page: 'run', scenario, model: undefined });
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('a', { href }, shown(scenario))),
    // Where there is no room for columns, each cell says of which it is.
    roots.map((root) => {
      const own = runs.filter((run) => disksOf(run.model).root === root);
      const cells = own.length > 0 ? own.map(runCell) : h('span', { class: 'note' }, 'not run');
      return h('td', { 'data-model': root }, cells);
    }),
  );
}

function runCell(run: RunHead): Child {
  const { mounts } = disksOf(run.model);
  const href = printPlace({ page: 'run', scenario: run.scenario, model: run.model });
  const known = run.verdict === 'counterexample' && run.knownToBreak ? ', as is known' : '';
  return h(
    'a',
    { class: 'run-cell', href },
    h('span', { class: 'skip' }, `${run.scenario} under ${run.model}: `),
    h('span', {}, verdictMark(run.verdict), ` ${cellWords(run)}`),
    strip(run.heat),
    mounts !== '' && h('span', { class: 'note' }, shown(mounts)),
    known !== '' && h('span', { class: 'note' }, 'known to break'),
  );
}

function cellWords(run: RunHead): string {
  if (run.verdict === 'counterexample') return count(run.causes.length, 'cause');
  const states = run.counts ? count(run.counts.states, 'state') : 'not explored';
  return run.closed ? states : `${states}, ${completeness(run).title.toLowerCase()}`;
}

function strip(heat: string): Child {
  if (heat.length === 0) return null;
  const columns = columnsOf(heat.length, STRIP_WIDTH);
  const cell = STRIP_WIDTH / columns.length;
  return svg(
    'svg',
    {
      class: 'strip',
      viewBox: `0 0 ${STRIP_WIDTH} ${STRIP_HEIGHT}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    stretchesOf(heat, columns).map(({ first, last, outcome }) => {
      const height = outcome === undefined ? 1 : outcome === 'converged' ? 4 : STRIP_HEIGHT;
      return svg('rect', {
        class: `cell ${outcome ?? 'unlooked'}`,
        x: first * cell,
        y: STRIP_HEIGHT - height,
        width: (last - first + 1) * cell,
        height,
      });
    }),
  );
}
