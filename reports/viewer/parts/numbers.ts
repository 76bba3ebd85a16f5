import type { RunHead } from '../../html-data.ts';
import { count, number } from '../../text.ts';
import { h, type Child } from '../dom.ts';
import { printPlace } from '../route.ts';
import { completeness } from '../sentences.ts';
import { shown } from '../shown.ts';
import { curve } from './curve.ts';
import { verdictMark } from './verdict.ts';

const TITLES = ['model', 'cut points', 'reached', 'distinct', 'verified', 'complete'] as const;

/** How much was looked at, a line per model. */
function modelTable(runs: readonly RunHead[], chosen: RunHead): HTMLElement {
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'What was looked at, by model' },
    h(
      'table',
      { class: 'models' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          TITLES.map((title) => h('th', { scope: 'col' }, title)),
        ),
      ),
      h(
        'tbody',
        {},
        runs.map((run) => modelRow(run, run === chosen)),
      ),
    ),
  );
}

function modelRow(run: RunHead, chosen: boolean): HTMLElement {
  const { counts, scenario, model } = run;
  const href = printPlace({ page: 'run', scenario, model });
  const cells = counts
    ? [counts.mainOps + 1, counts.generated, counts.states, counts.verified]
    : Array.from({ length: 4 }, () => undefined);
  return h(
    'tr',
    { class: chosen ? 'chosen' : undefined },
    h(
      'th',
      { scope: 'row' },
      verdictMark(run.verdict),
      ' ',
      h('a', { href, 'aria-current': chosen && 'true' }, model),
    ),
    cells.map((value) => h('td', { class: 'number' }, value === undefined ? '–' : number(value))),
    h('td', {}, completeness(run).whole ? 'yes' : 'no'),
  );
}

/** How complete the chosen run is, in words, with what was left out. */
export function completeCard(runs: readonly RunHead[], run: RunHead): HTMLElement {
  const { title, text, whole } = completeness(run);
  const { counts } = run;
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'complete-title' },
    h(
      'h2',
      { id: 'complete-title' },
      'How complete this is ',
      h('span', { class: 'note' }, `under ${run.model}`),
    ),
    modelTable(runs, run),
    h(
      'p',
      {},
      h('b', { class: whole ? 'whole' : 'part' }, whole || !counts ? `${title}. ` : 'Not complete. '),
      shown(text),
    ),
    // A run that passes says it where it says what was proved.
    run.claim !== undefined && !run.proof && h('p', {}, shown(run.claim)),
    run.reason !== null && h('p', {}, shown(`Why the verdict is ${run.verdict}: ${run.reason}`)),
    counts &&
      h(
        'p',
        { class: 'note' },
        `${count(counts.exhaustive, 'crash point')} of all lives with every survival` +
          (counts.bounded > 0 ? `, ${number(counts.bounded)} with a part of them` : '') +
          (counts.unexpanded > 0
            ? `; ${count(counts.unexpanded, 'recovery was', 'recoveries were')} not cut again`
            : '') +
          '.',
      ),
    run.knownToBreak &&
      h(
        'p',
        { class: 'note' },
        `${run.scenario} is broken on purpose, and known to break under ${run.model}.`,
      ),
    h(
      'p',
      {},
      h(
        'a',
        { href: printPlace({ page: 'states', scenario: run.scenario, model: run.model, state: undefined }) },
        'Walk through the states',
      ),
    ),
  );
}

/** How it comes back: restarts by uptime, and the work that cuts cost. */
export function convergenceCard(run: RunHead): HTMLElement {
  const { convergence: numbers } = run;
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'convergence-title' },
    h(
      'h2',
      { id: 'convergence-title' },
      'How it comes back ',
      h('span', { class: 'note' }, `under ${run.model}`),
    ),
    numbers
      ? [curve(numbers), facts(numbers)]
      : h('p', { class: 'note' }, shown(`Not computed: ${run.convergenceNote ?? 'nothing is known of it'}.`)),
  );
}

function facts(numbers: NonNullable<RunHead['convergence']>): Child {
  const rows: (readonly [string, string])[] = [
    [
      'minimum uptime',
      numbers.minimumUptime === 0 ? 'none' : `${count(numbers.minimumUptime, 'op')} per life`,
    ],
    ['longest recovery', count(numbers.longestRecovery, 'op')],
    ['most restarts', number(numbers.mostRestarts)],
    ['work amplification', `${numbers.workAmplification.toFixed(1)} ×`],
  ];
  return h(
    'dl',
    { class: 'facts-row' },
    rows.map(([term, text]) => h('div', {}, h('dt', {}, term), h('dd', {}, text))),
  );
}
