import type { FirstScreen, RunHead } from '../../html-data.ts';
import { MAIN_LIFE } from '../../state-graph.ts';
import { count } from '../../text.ts';
import { h, type Child } from '../dom.ts';
import { loadRun, type OpenRun } from '../load.ts';
import { wayTo } from '../parts/fold.ts';
import { graphPicture } from '../parts/graph-picture.ts';
import { outcomeBadge, outcomeLabel, tally } from '../parts/state-list.ts';
import { focusWalker, nextStates, walker, wayLinks } from '../parts/walker.ts';
import { printPlace, type Place } from '../route.ts';
import { shown } from '../shown.ts';
import type { Page } from './page.ts';
import { severalScenarios } from './run.ts';

type StatesPlace = Extract<Place, { page: 'states' }>;

/** The graph of reachable disks, to be walked from cut to cut. */
export function statesPage(screen: FirstScreen, place: StatesPlace): Page | undefined {
  const { scenario, model, state } = place;
  const index = screen.runs.findIndex((run) => run.scenario === scenario && run.model === model);
  const run = screen.runs[index];
  if (!run || (state !== undefined && state >= (run.counts?.states ?? 0))) return undefined;
  const title = state === undefined ? 'The states' : `State ${state}`;
  const details = h('div', {}, h('p', { class: 'note', role: 'status' }, 'Unpacking…'));
  return {
    title: `${title}, ${scenario}, ${model}`,
    crumbs: [
      ...(severalScenarios(screen)
        ? [{ text: scenario, href: printPlace({ page: 'run', scenario, model: undefined }) }]
        : []),
      { text: model, href: printPlace({ page: 'run', scenario, model }) },
      { text: 'states', href: printPlace({ ...place, state: undefined }) },
      ...(state === undefined ? [] : [{ text: `state ${state}`, href: printPlace(place) }]),
    ],
    content: [h('h1', { class: 'plain' }, title), details],
    later: async () => {
      details.replaceChildren(...view(run, await loadRun(index), state));
      focusWalker(details);
    },
  };
}

function view(run: RunHead, { graph, life, restarts }: OpenRun, here: number | undefined): HTMLElement[] {
  const href = (state: number | undefined): string =>
    printPlace({ page: 'states', scenario: run.scenario, model: run.model, state });
  const cutHref = (at: number): string =>
    printPlace({ page: 'cut', scenario: run.scenario, model: run.model, at, cause: undefined });
  const endless = (run.convergence?.circle ?? []).map(({ state }) => state);
  const intro =
    here === undefined
      ? h(
          'p',
          { class: 'summary' },
          `${count(graph.size, 'distinct state')}: ${
            graph.killed.size > 0 ? 'a disk after a cut, or a machine after a kill' : 'a disk'
          }, and what had been promised by then. ${tally(graph, graph.depths.keys())}.`,
        )
      : stateIntro(graph, here, restarts?.[here] ?? undefined);
  return [
    intro,
    ...(here === undefined
      ? []
      : [section('The shortest way here', wayLinks(graph, wayTo(graph, here), href, cutHref))]),
    section(
      here === undefined ? 'Where a cut of the main life leads' : 'Where a cut of its recovery leads',
      walker({
        graph,
        here,
        href,
        opText: (op) => (here === undefined ? life?.ops[op - 1]?.text : undefined),
      }),
      graph.isExpanded(here ?? MAIN_LIFE) &&
        h(
          'p',
          { class: 'note keys' },
          'Keys: ',
          [
            '↑ ↓ choose',
            '→ to the states',
            'Enter goes there',
            '← back',
            'Backspace to where it comes from',
          ].map((key) => h('span', {}, key)),
        ),
    ),
    section(
      'All states, folded by outcome and by cuts',
      graphPicture({ graph, here, next: nextStates(graph, here), endless: new Set(endless), href }),
      endless.length > 0 && endlessStory(run, href),
    ),
  ];
}

function section(title: string, ...content: readonly Child[]): HTMLElement {
  return h('section', { class: 'card' }, h('h2', {}, title), content);
}

function stateIntro(graph: OpenRun['graph'], state: number, restarts: number | undefined): HTMLElement {
  const record = graph.state(state);
  const findings = graph.findings.get(state) ?? [];
  return h(
    'div',
    { class: 'summary' },
    h(
      'p',
      {},
      outcomeBadge(record.glyph),
      ` ${outcomeLabel(record.glyph)}; ${deaths(graph, record.depth)} to get here`,
      record.outcome && `; its recovery is ${count(record.recovery, 'op')} long`,
      restarts !== undefined && `; ${count(restarts, 'restart')} to come back at most, at the minimum uptime`,
      '.',
    ),
    findings.map(({ invariant, message }) =>
      h(
        'p',
        {},
        h('b', {}, shown(message)),
        h(
          'span',
          { class: 'note' },
          record.outcome === 'unknown' ? ' — not known: ' : ' — broken promise: ',
          shown(invariant),
        ),
      ),
    ),
  );
}

function deaths({ killed }: OpenRun['graph'], depth: number): string {
  return killed.size > 0 ? `${depth} cuts and kills` : count(depth, 'cut');
}

/** The circle that makes lives shorter than the minimum uptime fail. */
function endlessStory(run: RunHead, href: (state: number) => string): Child {
  const { circle, minimumUptime } = run.convergence!;
  return h(
    'div',
    { class: 'endless-story' },
    h('h3', {}, `Why lives must last ${count(minimumUptime, 'op')}: with one less, this could go round`),
    h(
      'ol',
      { class: 'way' },
      circle.map(({ state, cutAfter }) =>
        h(
          'li',
          {},
          h('a', { href: href(state) }, `state ${state}`),
          h('span', { class: 'note' }, ` ⚡ cut after op ${cutAfter} of its recovery, to`),
        ),
      ),
      h('li', {}, 'the first of them again'),
    ),
  );
}
