import type { FirstScreen, RunHead } from '../../html-data.ts';
import { MAIN_LIFE } from '../../state-graph.ts';
import { h, type Child } from '../dom.ts';
import { loadRun, type OpenRun } from '../load.ts';
import { GLYPHS } from '../../glyphs.ts';
import { OUTCOME_WORDS, outcomeOf } from '../outcomes.ts';
import { copyLine } from '../parts/copy.ts';
import { neighboursCard } from '../parts/neighbours.ts';
import { stateList } from '../parts/state-list.ts';
import { storyView } from '../parts/story.ts';
import { timeline } from '../parts/timeline.ts';
import { printPlace, type Place } from '../route.ts';
import { cutsText, promiseText } from '../sentences.ts';
import { code, shown } from '../shown.ts';
import type { Page } from './page.ts';
import { severalScenarios } from './run.ts';

type CutPlace = Extract<Place, { page: 'cut' }>;

/** One crash point: what a cut there leaves, and the whole story if one begins there. */
export function cutPage(screen: FirstScreen, place: CutPlace): Page | undefined {
  const { scenario, model, at } = place;
  const index = screen.runs.findIndex((run) => run.scenario === scenario && run.model === model);
  const run = screen.runs[index];
  if (!run || at >= Math.max(1, run.heat.length)) return undefined;
  const told = toldAt(run, at, place.cause);
  const details = h('div', {}, h('p', { class: 'note', role: 'status' }, 'Unpacking…'));
  return {
    title: `${scenario}, ${model}, cut ${cutsText([at])}`,
    crumbs: [
      ...(severalScenarios(screen)
        ? [{ text: scenario, href: printPlace({ page: 'run', scenario, model: undefined }) }]
        : []),
      { text: model, href: printPlace({ page: 'run', scenario, model }) },
      { text: `cut ${cutsText([at])}`, href: printPlace(place) },
    ],
    content: [header(run, at, told), details],
    later: async () => {
      const open = await loadRun(index);
      const cause = told === undefined ? undefined : open.causes[told];
      details.replaceChildren(
        ...[
          cause ? storyView(cause) : opsCard(open, at),
          neighboursCard(run, at, cause?.story),
          statesCard(run, open, at),
          alternativesCard(run, open, at),
        ]
          .flat()
          .filter((part): part is HTMLElement => part instanceof HTMLElement),
      );
    },
  };
}

/** Which of the run's causes is told here, from 0. */
function toldAt(run: RunHead, at: number, asked: number | undefined): number | undefined {
  if (asked !== undefined && run.causes[asked - 1]?.cuts[0] === at) return asked - 1;
  const found = run.causes.findIndex((cause) => cause.cuts[0] === at);
  return found < 0 ? undefined : found;
}

function header(run: RunHead, at: number, told: number | undefined): Child {
  const outcome = told === undefined ? outcomeOf(run.heat[at]) : run.causes[told]!.outcome;
  const cause = told === undefined ? undefined : run.causes[told];
  const promise = cause && promiseText(cause);
  const label = outcome === undefined ? 'not looked at' : OUTCOME_WORDS[outcome].label;
  return h(
    'div',
    { class: `cut-head ${outcome ?? 'unlooked'}` },
    h(
      'p',
      { class: 'kicker' },
      h(
        'span',
        { class: `badge wide ${outcome ?? 'unlooked'}` },
        outcome ? `${GLYPHS[outcome]} ${label}` : label,
      ),
      ` ${run.scenario} under ${run.model}, ${cause?.killed[0] ? 'killed' : 'cut'} ${cutsText(cause?.cuts ?? [at], cause?.killed)}`,
    ),
    h(
      'h1',
      {},
      cause
        ? shown(cause.message)
        : outcome === undefined
          ? 'This crash point was not looked at'
          : `The worst that a cut here leads to: ${label}`,
    ),
    cause &&
      h(
        'p',
        { class: 'summary' },
        cause.outcome === 'unknown' ? 'Not known: ' : 'Broken promise: ',
        h('b', {}, shown(cause.invariant)),
        promise !== undefined && ['; ', shown(promise)],
        '.',
      ),
    cause?.culprit && h('p', { class: 'summary' }, 'The loss that matters: ', code(cause.culprit.text), '.'),
    cause?.rescue &&
      h(
        'p',
        { class: 'summary remedy' },
        'What prevents it, tried on the model: ',
        code(cause.rescue.text),
        '.',
      ),
    !cause && outcome && outcome !== 'converged' && elsewhere(run, at),
  );
}

/** A crash point that fails without a story of its own leads to those that were told. */
function elsewhere(run: RunHead, at: number): Child {
  const links = run.causes.map((cause, i) =>
    h(
      'li',
      {},
      h(
        'a',
        {
          href: printPlace({
            page: 'cut',
            scenario: run.scenario,
            model: run.model,
            at: cause.cuts[0] ?? 0,
            cause: i + 1,
          }),
        },
        `${cause.killed[0] ? 'killed' : 'cut'} ${cutsText(cause.cuts, cause.killed)}`,
      ),
      ': ',
      shown(cause.message),
    ),
  );
  return [
    h(
      'p',
      { class: 'summary' },
      links.length > 0 ? 'Its smallest stories begin at other crash points:' : 'No story of it was told.',
    ),
    h('ul', { class: 'links-list' }, links),
    copyLine(
      `npx blackout repro ${run.scenario} --at ${at} --model ${run.model}${run.reproduceWith}`,
      'the line that shows all that a cut here leaves',
    ),
  ];
}

const AROUND = 30;

/** The main life's ops around the cut, where no story tells more. */
function opsCard({ life }: OpenRun, at: number): Child[] {
  if (!life) return [];
  const from = Math.max(0, at - AROUND);
  const ops = life.ops.slice(from, at + 4).map(({ text, sync }, i) => {
    const index = from + i + 1;
    return {
      index,
      text,
      sync,
      phase: life.phases.findLast((phase) => phase.from < index)?.name,
      fates: [],
      promises: life.acknowledged.filter((mark) => mark.after === index).map((mark) => mark.what),
    };
  });
  return [
    h(
      'section',
      { class: 'card' },
      h('h2', {}, 'The ops around it'),
      timeline({ ops, cut: at, length: life.ops.length }),
    ),
  ];
}

const COVERAGE: Readonly<Record<string, string>> = {
  e: 'Every survival was made here: these are all the states that a cut can leave.',
  b: 'Only a part of the survivals was made here: those that lose or keep few of the pending effects.',
  s: 'Only a part of the survivals was made here: those that lose or keep few of the pending effects, and a sample.',
};

/** What a cut here can leave, the worst first. */
function statesCard(run: RunHead, { graph, pointCoverage }: OpenRun, at: number): Child[] {
  const steps = graph.steps(MAIN_LIFE).filter((step) => step.at === at);
  const states = new Set(steps.flatMap((step) => [...graph.leavesOf(step.configuration)]));
  if (states.size === 0) return [];
  return [
    h(
      'section',
      { class: 'card' },
      h('h2', {}, 'The states that a cut here can leave'),
      h(
        'p',
        { class: 'note' },
        COVERAGE[pointCoverage[at] ?? ''] ?? 'How much of it was looked at is not known.',
      ),
      stateList(graph, [...states], (state) =>
        printPlace({ page: 'states', scenario: run.scenario, model: run.model, state }),
      ),
    ),
  ];
}

/** The same life with a call after this op that goes otherwise: no cut leads there. */
function alternativesCard(run: RunHead, { graph }: OpenRun, at: number): Child[] {
  const states = (graph.branches.get(MAIN_LIFE) ?? []).filter((state) => graph.cuts[state] === at);
  if (states.length === 0) return [];
  return [
    h(
      'section',
      { class: 'card' },
      h('h2', {}, 'The same life, with the next call going otherwise'),
      h('p', { class: 'note' }, 'It fails, or comes before one that was made earlier, and the life goes on.'),
      stateList(graph, states, (state) =>
        printPlace({ page: 'states', scenario: run.scenario, model: run.model, state }),
      ),
    ),
  ];
}
