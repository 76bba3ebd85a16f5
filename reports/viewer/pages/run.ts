import type { FirstScreen, RunHead } from '../../html-data.ts';
import { h, type Child } from '../dom.ts';
import { loadRun } from '../load.ts';
import { causesSection } from '../parts/causes.ts';
import { ledgerCard } from '../parts/ledger.ts';
import { heatMap } from '../parts/heat-map.ts';
import { completeCard, convergenceCard } from '../parts/numbers.ts';
import { proofCard } from '../parts/proof.ts';
import { sinceCard } from '../parts/since.ts';
import { verdictHeader, verdictMark } from '../parts/verdict.ts';
import { printPlace, type Place } from '../route.ts';
import { completeness, spaceText } from '../sentences.ts';
import { shown } from '../shown.ts';
import type { Page } from './page.ts';

/** One scenario under all its models: what went wrong, where, and how much was looked at. */
export function runPage(screen: FirstScreen, place: Extract<Place, { page: 'run' }>): Page | undefined {
  const { scenario } = place;
  const runs = screen.runs.filter((run) => run.scenario === scenario);
  const chosen = choose(runs, place.model);
  if (!chosen) return undefined;
  const ledger = h('div', {});
  const texts: { ops: readonly { readonly text: string }[] } = { ops: [] };
  return {
    title: scenario,
    crumbs: severalScenarios(screen)
      ? [{ text: scenario, href: printPlace({ ...place, model: undefined }) }]
      : [],
    content: [
      verdictHeader(
        runs,
        chosen.summary !== '' && h('p', { class: 'summary' }, shown(chosen.summary)),
        h(
          'p',
          { class: 'chips' },
          runs.map((run) => chip(run)),
        ),
        h(
          'p',
          { class: 'summary' },
          `${chosen.model}: ${spaceText(chosen)}. `,
          h('b', {}, `${completeness(chosen).title}.`),
        ),
      ),
      causesSection(screen, scenario),
      proofCard(chosen),
      sinceCard(screen, scenario),
      mapCard(scenario, runs, texts),
      ledger,
      h('div', { class: 'pair' }, completeCard(runs, chosen), convergenceCard(chosen)),
    ],
    later: async () => {
      const { life } = await loadRun(screen.runs.indexOf(chosen));
      if (life) texts.ops = life.ops;
      const asked = runs.filter(({ hasLedger }) => hasLedger);
      const details = await Promise.all(asked.map(async (run) => await loadRun(screen.runs.indexOf(run))));
      const ledgers = details.flatMap((each, i) =>
        each.ledger ? [{ model: asked[i]!.model, ledger: each.ledger, life: each.life }] : [],
      );
      if (ledgers.length > 0) ledger.replaceChildren(ledgerCard(ledgers, chosen.model));
    },
  };
}

export function severalScenarios(screen: FirstScreen): boolean {
  return new Set(screen.runs.map((run) => run.scenario)).size > 1;
}

/** The model that was asked for; else one that fails; else the last, which allows the most. */
function choose(runs: readonly RunHead[], model: string | undefined): RunHead | undefined {
  if (model !== undefined) return runs.find((run) => run.model === model);
  const bad =
    runs.find((run) => run.verdict === 'counterexample') ?? runs.find((run) => run.verdict === 'unknown');
  return bad ?? runs.at(-1);
}

function chip(run: RunHead): Child {
  const href = printPlace({ page: 'run', scenario: run.scenario, model: run.model });
  return h('a', { class: 'chip', href }, verdictMark(run.verdict), ` ${run.model}`);
}

function mapCard(
  scenario: string,
  runs: readonly RunHead[],
  texts: { readonly ops: readonly { readonly text: string }[] },
): Child {
  const mapped = runs.filter((run) => run.heat.length > 0);
  const [first] = mapped;
  if (!first) return null;
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'map-title' },
    h(
      'h2',
      { id: 'map-title' },
      'Where a power cut hurts ',
      h('span', { class: 'note' }, 'the worst outcome, by crash point and model'),
    ),
    heatMap({
      scenario,
      rows: mapped.map(({ model, heat }) => ({
        model,
        cells: heat,
        href: printPlace({ page: 'run', scenario, model }),
      })),
      phases: first.phases,
      syncs: first.syncs,
      opText: (index) => texts.ops[index - 1]?.text,
      open: (model, at) =>
        (location.hash = printPlace({ page: 'cut', scenario, model, at, cause: undefined })),
    }),
  );
}
