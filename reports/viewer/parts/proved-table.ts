import type { FirstScreen, RunHead } from '../../html-data.ts';
import { deathsCount } from '../../claim.ts';
import { count, number } from '../../text.ts';
import { h, svg, type Child } from '../dom.ts';
import { printPlace } from '../route.ts';
import { shown } from '../shown.ts';

/** Scenarios before the rest is folded away. */
const OPEN_MAX = 12;

/** What all runs that pass have shown, a line for each scenario: those that need the longest lives come first. */
export function provedCard({ runs, proved }: FirstScreen): Child {
  const passing = runs.filter((run) => run.proof !== null);
  if (proved === null) return null;
  const scenarios = [...new Set(passing.map((run) => run.scenario))]
    .map((scenario) => passing.filter((run) => run.scenario === scenario))
    .sort((left, right) => (uptimeOf(right) ?? -1) - (uptimeOf(left) ?? -1));
  const more = scenarios.slice(OPEN_MAX);
  return h(
    'section',
    { class: 'card proof', 'aria-labelledby': 'proved-title' },
    h(
      'h2',
      { id: 'proved-title' },
      'What was proved ',
      passing.length < runs.length &&
        h('span', { class: 'note' }, `by the ${count(passing.length, 'run')} that pass`),
    ),
    h('p', { class: 'claim' }, shown(proved)),
    table(scenarios.slice(0, OPEN_MAX), 'What was proved, by scenario'),
    more.length > 0 &&
      h(
        'details',
        {},
        h('summary', {}, count(more.length, 'more scenario')),
        table(more, 'What was proved, by scenario, the others'),
      ),
  );
}

const COLUMNS = ['states, by cuts in a row', 'furthest', 'shortest uptime', 'work at most'] as const;

function table(rows: readonly (readonly RunHead[])[], label: string): HTMLElement {
  const head = ['scenario', ...COLUMNS].map((title) => h('th', { scope: 'col' }, title));
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
    h('table', { class: 'proved' }, h('thead', {}, h('tr', {}, head)), h('tbody', {}, rows.map(row))),
  );
}

function row(runs: readonly RunHead[]): HTMLElement {
  const { scenario } = runs[0]!;
  const deepest = runs.reduce((most, run) => (depthOf(run) > depthOf(most) ? run : most));
  const work = known(runs, ({ convergence }) => convergence?.workAmplification);
  const cells: Child[] = [
    [spark(runs, deepest.plan), ` ${number(runs.reduce((sum, run) => sum + run.counts!.states, 0))}`],
    deathsCount(depthOf(deepest), deepest.plan),
    uptimeText(runs),
    work === undefined ? 'not known' : `${work.toFixed(1)} ×`,
  ];
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      h('a', { href: printPlace({ page: 'run', scenario, model: runs.at(-1)!.model }) }, shown(scenario)),
      h('div', { class: 'note' }, shown(`under ${runs.map((run) => run.model).join(', ')}`)),
    ),
    cells.map((cell, i) => h('td', { 'data-label': COLUMNS[i] }, cell)),
  );
}

function depthOf({ proof }: RunHead): number {
  return proof!.depths.at(-1)?.depth ?? 0;
}

/** The most of what is known of any run; undefined if it is known of none. */
function known(runs: readonly RunHead[], of: (run: RunHead) => number | undefined): number | undefined {
  const values = runs.map(of).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : Math.max(...values);
}

function uptimeOf(runs: readonly RunHead[]): number | undefined {
  return known(runs, ({ convergence }) => convergence?.minimumUptime);
}

/** The shortest uptime that all its disks can do with. */
function uptimeText(runs: readonly RunHead[]): Child {
  const uptime = uptimeOf(runs);
  if (uptime === undefined) return 'not known';
  const open = runs.filter(({ convergence }) => !convergence).map(({ model }) => model);
  const text = uptime === 0 ? 'none' : count(uptime, 'op');
  return open.length === 0
    ? text
    : [text, h('div', { class: 'note' }, shown(`not known under ${open.join(', ')}`))];
}

const WIDTH = 64;
const HEIGHT = 16;
const BARS_MAX = 16;

/** How many states one, two, three ... cuts lead to, all models together; the last bar holds what is deeper. */
function spark(runs: readonly RunHead[], plan: RunHead['plan']): Child {
  const bars: (number | undefined)[] = [];
  for (const { depth, states } of runs.flatMap((run) => run.proof!.depths)) {
    const at = Math.min(depth, BARS_MAX - 1);
    bars[at] = (bars[at] ?? 0) + states;
  }
  const heights = Array.from(bars, (states = 0) => states).slice(bars[0] === undefined ? 1 : 0);
  const most = Math.log1p(Math.max(1, ...heights));
  const step = Math.min(10, WIDTH / Math.max(1, heights.length));
  const words = heights.map(
    (states, i) => `${number(states)} after ${deathsCount(i + (bars[0] === undefined ? 1 : 0), plan)}`,
  );
  return svg(
    'svg',
    { class: 'spark', width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': words.join(', ') },
    heights.map((states, i) => {
      // On a logarithmic scale: the few that are deepest are what was hardest to reach.
      const height = states === 0 ? 0 : Math.max(2, (HEIGHT * Math.log1p(states)) / most);
      return svg('rect', { x: i * step, y: HEIGHT - height, width: step - 1.5, height, rx: 1 });
    }),
  );
}
