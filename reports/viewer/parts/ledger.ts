import {
  ledgerRows,
  placeText,
  standingOf,
  tellingPlace,
  type LedgerRow,
  type LedgerRun,
} from '../../ledger.ts';
import { editSentence } from '../../edit-text.ts';
import type { MainLifeReport } from '../../schema/run.ts';
import type { SyncReport } from '../../schema/syncs.ts';
import { count, disksOf } from '../../text.ts';
import { h, type Child } from '../dom.ts';
import { code, shown } from '../shown.ts';
import { idsOf, ledgerPicture } from './ledger-picture.ts';

const WORDS = { needed: 'needed', redundant: 'redundant', unknown: 'not known' } as const;
const GLYPHS = { needed: '■', redundant: '○', unknown: '?' } as const;

/** The sync ledger of a scenario: its run as a picture under one model, and a table under all. */
export function ledgerCard(
  runs: readonly (LedgerRun & { readonly life: MainLifeReport | null })[],
  chosen: string,
): HTMLElement {
  const rows = ledgerRows(runs);
  const run = runs.find(({ model }) => model === chosen) ?? runs[0]!;
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'ledger-title' },
    h(
      'h2',
      { id: 'ledger-title' },
      'Which syncs are needed ',
      h('span', { class: 'note' }, 'each left out in turn, and everything explored again'),
    ),
    runs.map(
      ({ model, ledger }) =>
        ledger.note !== null && h('p', { class: 'note' }, `${model}: `, shown(ledger.note)),
    ),
    rows.length === 0 && h('p', {}, 'It never syncs.'),
    run.life && rows.length > 0 && [legend(run.model), ledgerPicture(run.life, run, idsOf(runs))],
    rows.length > 0 && table(rows, runs),
    fewest(runs),
    missing(runs),
  );
}

function legend(model: string): Child {
  return h(
    'p',
    { class: 'note ledger-legend' },
    `The run under ${model}: a dot is an op, a bar a sync, and an arc leads to it from what it made durable. `,
    (['needed', 'redundant', 'unknown'] as const).map((verdict) => [mark(verdict), ' ']),
  );
}

function mark(verdict: SyncReport['verdict']): HTMLElement {
  return h(
    'span',
    { class: `necessity ${verdict}` },
    h('span', { 'aria-hidden': 'true' }, `${GLYPHS[verdict]} `),
    h('span', { class: 'word' }, WORDS[verdict]),
  );
}

function table(rows: readonly LedgerRow[], runs: readonly LedgerRun[]): HTMLElement {
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Syncs and models' },
    h(
      'table',
      { class: 'overview ledger' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'sync'),
          runs.map(({ model }) => h('th', { scope: 'col' }, disksOf(model).root)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) => rowOf(row, rows, runs)),
      ),
    ),
  );
}

function rowOf(row: LedgerRow, rows: readonly LedgerRow[], runs: readonly LedgerRun[]): HTMLElement {
  const { id, sync, under } = row;
  const ways = rows.filter((other) => other.sync.part === sync.part).map((other) => other.sync.places);
  const place = tellingPlace(sync.places, ways);
  const where = place ? placeText(place) : (sync.paths[0] ?? '/');
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      h(
        'details',
        {},
        h(
          'summary',
          {},
          h('b', {}, id),
          ` ${sync.kinds.join(', ')} `,
          code(where),
          sync.part === 'recover' && ' in recoveries',
        ),
        details(row),
      ),
    ),
    runs.map(({ model }) => h('td', {}, under.has(model) ? mark(under.get(model)!.verdict) : '·')),
  );
}

function details(row: LedgerRow): Child {
  const { sync, under } = row;
  const { needed, unknown } = standingOf(row);
  const first = needed.length > 0 ? under.get(needed[0]!) : undefined;
  const made = sync.durable.flatMap(({ effects }) => effects);
  return h(
    'div',
    { class: 'ledger-details' },
    h('p', {}, 'Called in:'),
    h(
      'ul',
      {},
      sync.places.map((each) => h('li', {}, code(placeText(each)))),
    ),
    h(
      'p',
      {},
      'Of: ',
      sync.paths.map((path, i) => [i > 0 && ', ', code(path)]),
      sync.pathCount > sync.paths.length && ` and ${sync.pathCount - sync.paths.length} more`,
    ),
    h('p', {}, callsText(sync)),
    made.length > 0 &&
      h(
        'ul',
        {},
        made.map(({ op, text }) => h('li', {}, `op ${op}: `, shown(text))),
      ),
    first && storyOf(needed[0]!, first),
    unknown.map((model) =>
      h('p', { class: 'note' }, `Not known under ${model}: `, shown(under.get(model)!.reason ?? '')),
    ),
  );
}

function callsText({ part, calls, lives, most, durable }: SyncReport): string {
  if (part === 'recover')
    return `${count(lives, 'recovery', 'recoveries')} with ${count(calls, 'call')}, ${most} in one at most`;
  const effects = durable.reduce((sum, each) => sum + each.effects.length + each.more, 0);
  return `${count(calls, 'call')} in a run, ${effects === 0 ? 'with nothing to do' : `which made ${count(effects, 'effect')} durable:`}`;
}

function storyOf(model: string, { invariant, story }: SyncReport): Child {
  return [
    h('p', {}, `Without it, under ${model}: `, h('b', {}, shown(invariant ?? '')), ' is broken'),
    story &&
      h(
        'ul',
        {},
        story.lives.map((life) => {
          const op = life.ops.find(({ index }) => index === life.at);
          const name = life.role === 'run' ? 'the run' : 'a recovery';
          return h(
            'li',
            {},
            `${name} is ${life.killed ? 'killed' : 'cut'} after op ${life.at}`,
            op && [': ', code(op.text)],
          );
        }),
        story.culprit && h('li', {}, 'what is lost: ', code(story.culprit.text)),
        story.findings.map(({ message }) => h('li', {}, shown(message))),
      ),
  ];
}

function fewest(runs: readonly LedgerRun[]): Child {
  const known = runs.filter(({ ledger }) => ledger.fewest !== null);
  if (known.length === 0) return null;
  return [
    h('h3', {}, 'The fewest with which it still closes'),
    h(
      'ul',
      { class: 'plain' },
      known.map(({ model, ledger: { fewest: set, syncs } }) =>
        h(
          'li',
          {},
          `${model}: ${set!.ids.length} of ${syncs.length}`,
          set!.ids.length > 0 && `: ${set!.ids.join(', ')}`,
          !set!.proved && ' (fewer may do: some smaller sets are not known)',
        ),
      ),
    ),
  ];
}

function missing(runs: readonly LedgerRun[]): Child {
  return runs.map(({ model, ledger }) => {
    if (!ledger.missing) return null;
    const { edits, change, note } = ledger.missing;
    return [
      h('h3', {}, `Missing under ${model}`),
      h(
        'ul',
        { class: 'plain' },
        change !== null && h('li', {}, shown(change)),
        edits.map((edit) =>
          h(
            'li',
            {},
            shown(editSentence(edit)),
            edit.places[0] && [', in ', code(placeText(edit.places[0]))],
          ),
        ),
        note !== null && h('li', {}, shown(note)),
      ),
    ];
  });
}
