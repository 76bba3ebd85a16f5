import { editSentence } from './edit-text.ts';
import { causeLines } from './story-text.ts';
import {
  ledgerRows,
  placeText,
  sharedRows,
  standingOf,
  tellingPlace,
  type LedgerRow,
  type LedgerRun,
  type SharedRow,
} from './ledger.ts';
import type { Paint, Style } from './paint.ts';
import type { NecessityName, SyncReport } from './schema/syncs.ts';
import { clip, count, disksOf, escapeText, number } from './text.ts';

export interface LedgerTextOptions {
  readonly paint: Paint;
  readonly columns: number;
}

const WORD: Readonly<Record<NecessityName, string>> = {
  needed: 'needed',
  redundant: 'redundant',
  unknown: 'not known',
};
const STYLE: Readonly<Record<NecessityName, Style>> = { needed: 'good', redundant: 'unsure', unknown: 'dim' };
const CELL = 11;

/** The sync ledger of one scenario: a table by models, then what is to be said of each sync, and the fewest. */
export function ledgerText(
  scenario: string,
  runs: readonly LedgerRun[],
  options: LedgerTextOptions,
): readonly string[] {
  const { paint } = options;
  const rows = ledgerRows(runs);
  const title = `${escapeText(scenario)}: ${count(rows.length, 'place')} where it syncs, each left out in turn`;
  const notes = runs.flatMap(({ model, ledger }) =>
    ledger.note === null ? [] : [`${escapeText(model)}: ${escapeText(ledger.note)}.`],
  );
  if (rows.length === 0)
    return [
      paint('bold', `${escapeText(scenario)}: it never syncs`),
      '',
      ...missingLines(runs, paint),
      ...notes,
    ];
  return [
    paint('bold', title),
    '',
    ...tableLines(rows, runs, options),
    '',
    ...rows.flatMap((row) => [...rowLines(row, options), '']),
    ...fewestLines(rows, runs, paint),
    ...missingLines(runs, paint),
    ...notes,
  ];
}

function tableLines(
  rows: readonly LedgerRow[],
  runs: readonly LedgerRun[],
  { paint, columns }: LedgerTextOptions,
): string[] {
  const ways = (part: string): SyncReport['places'][] =>
    rows.filter(({ sync }) => sync.part === part).map(({ sync }) => sync.places);
  const width = Math.max(24, Math.min(60, columns - 8 - runs.length * CELL));
  const head = runs.map(({ model }) => clip(escapeText(disksOf(model).root), CELL - 1).padEnd(CELL)).join('');
  const lines = [paint('dim', `${' '.repeat(width + 7)}${head}`.trimEnd())];
  let part: string | undefined;
  for (const { id, sync, under } of rows) {
    if (sync.part !== part)
      lines.push(paint('dim', `  in ${sync.part === 'run' ? 'the run' : 'recoveries'}`));
    part = sync.part;
    const place = tellingPlace(sync.places, ways(sync.part));
    const where = place ? placeText(place) : `of ${sync.paths[0] ?? '/'}`;
    const cells = runs.map(({ model }) => {
      const found = under.get(model);
      return found ? paint(STYLE[found.verdict], WORD[found.verdict].padEnd(CELL)) : '·'.padEnd(CELL);
    });
    const name = clip(`${sync.kinds.join(', ')} ${escapeText(where)}`, width - 1);
    lines.push(`  ${id.padEnd(4)} ${name.padEnd(width)}${cells.join('')}`.trimEnd());
  }
  return lines;
}

function rowLines(row: LedgerRow, { paint, columns }: LedgerTextOptions): string[] {
  const { id, sync, under } = row;
  const { needed, redundant, unknown } = standingOf(row);
  const paths = sync.paths.map(escapeText).join(', ');
  const more = sync.pathCount > sync.paths.length ? ` and ${sync.pathCount - sync.paths.length} more` : '';
  const way = sync.places.map(placeText).map(escapeText);
  const lines = [
    paint('bold', clip(`${id}  ${sync.kinds.join(', ')} of ${paths}${more}`, columns - 2)),
    ...way
      .slice(0, WAY_MAX)
      .map((place, i) => paint('dim', `    ${i === 0 ? 'called in' : '      by  '} ${place}`)),
    `    ${callsText(sync)}`,
  ];
  const first = needed.length > 0 ? under.get(needed[0]!)! : undefined;
  if (first) {
    const only = redundant.length > 0 ? ' only' : '';
    lines.push(
      `    ${paint('good', `needed${only} under ${needed.map(escapeText).join(', ')}`)}: without it, "${escapeText(first.invariant ?? '')}" is broken`,
    );
    if (first.story) lines.push(...storyLines(first.story).map((line) => `      ${line}`));
  }
  if (redundant.length > 0) lines.push(...redundantLines(row, redundant, paint));
  for (const model of unknown) {
    lines.push(
      `    ${paint('dim', `not known under ${escapeText(model)}`)}: ${escapeText(under.get(model)!.reason ?? '')}`,
    );
  }
  return [...lines, ...eachLines(row)];
}

/** Places on the way to a call that are shown. */
const WAY_MAX = 4;

function callsText({ part, lives, calls, most, durable }: SyncReport): string {
  if (part === 'recover') {
    const times = most === 1 ? 'once' : `up to ${most} times`;
    return `${count(lives, 'recovery', 'recoveries')} ${lives === 1 ? 'calls' : 'call'} it, ${times}: ${count(calls, 'call')} in all`;
  }
  if (calls === 0) return 'the uncut run does not call it; one in which a call fails does';
  const effects = durable.reduce((sum, each) => sum + each.effects.length + each.more, 0);
  const nothing = durable.filter((each) => each.effects.length + each.more === 0).length;
  const idle =
    nothing === 0 ? '' : `; ${nothing === calls ? 'none' : `${nothing} of them`} found anything to do`;
  const made =
    effects === 0
      ? ': nothing was pending'
      : `, which made ${count(effects, 'effect')} durable${nothing === calls ? '' : idle}`;
  return `${count(calls, 'call')} in a run${made}`;
}

function storyLines(story: NonNullable<SyncReport['story']>): readonly string[] {
  const lives = story.lives.map((life, i) => {
    const name = life.role === 'run' ? 'the run' : `recovery ${i}`;
    const op = life.ops.find(({ index }) => index === life.at);
    return `${name} ${life.killed ? 'is killed' : 'is cut'} after op ${life.at}${op ? `, ${op.text}` : ''}`;
  });
  return [
    escapeText(lives.join('; ')),
    ...causeLines({ ...story, rescue: null, neighbours: [] })
      .slice(0, 1)
      .map((line) => line.trim()),
  ];
}

function redundantLines({ under }: LedgerRow, redundant: readonly string[], paint: Paint): string[] {
  return [
    `    ${paint('unsure', `redundant under ${redundant.map(escapeText).join(', ')}`)}: it closes without it`,
    ...redundant.flatMap((model) => {
      const without = under.get(model)!.without;
      const uptime = without?.minimumUptime ?? null;
      if (!without) return [];
      const needs = uptime === null ? '' : `, and a minimum uptime of ${count(uptime, 'op')}`;
      return [`      ${escapeText(model)}: with ${count(without.states, 'state')}${needs}`];
    }),
  ];
}

function eachLines({ under }: LedgerRow): string[] {
  return [...under].flatMap(([model, { each }]) => {
    if (!each) return [];
    const of = (verdict: NecessityName): string =>
      each
        .filter((call) => call.verdict === verdict)
        .map(({ nth }) => nth)
        .join(', ');
    const words = (['needed', 'redundant', 'unknown'] as const).filter((verdict) => of(verdict) !== '');
    const text = words.map((verdict) => `${WORD[verdict]}: ${of(verdict)}`).join('; ');
    return [`    call by call under ${escapeText(model)}: ${text}`];
  });
}

function fewestLines(rows: readonly LedgerRow[], runs: readonly LedgerRun[], paint: Paint): string[] {
  const lines = runs.flatMap(({ model, ledger: { fewest, syncs } }) => {
    if (!fewest) return [];
    const known = fewest.proved ? '' : ' (fewer may do: some smaller sets are not known)';
    const which = fewest.ids.length > 0 ? `: ${fewest.ids.join(', ')}` : '';
    const calls = (own: readonly SyncReport[]): number => own.reduce((sum, sync) => sum + sync.ops.length, 0);
    const kept = calls(syncs.filter(({ id }) => fewest.ids.includes(id)));
    const saved = ` (${kept} of the ${count(calls(syncs), 'call')} of a run)`;
    return [
      `  ${escapeText(model)}: ${number(fewest.ids.length)} of ${syncs.length}${which}${saved}${known}`,
    ];
  });
  return lines.length === 0 ? [] : [paint('bold', 'The fewest with which it still closes'), ...lines, ''];
}

/** What is missing where it breaks, once for all models that miss the same. */
function missingLines(runs: readonly LedgerRun[], paint: Paint): string[] {
  const found = new Map<string, string[]>();
  for (const { model, ledger } of runs) {
    if (!ledger.missing) continue;
    const { edits, change, note } = ledger.missing;
    const lines = [
      ...(change === null ? [] : [change]),
      ...edits.map(
        (edit) => `${editSentence(edit)}${edit.places[0] ? `, in ${placeText(edit.places[0])}` : ''}`,
      ),
      ...(note === null ? [] : [note]),
    ];
    const text = lines.map((line) => `  ${escapeText(line)}`).join('\n');
    found.set(text, [...(found.get(text) ?? []), escapeText(model)]);
  }
  return [...found].flatMap(([text, models]) => [
    paint('bad', `Missing under ${models.join(', ')}`),
    text,
    '',
  ]);
}

/** What none of several scenarios needs, and what is not known of; nothing if there is only one. */
export function sharedText(
  scenarios: readonly { readonly scenario: string; readonly runs: readonly LedgerRun[] }[],
  { paint }: LedgerTextOptions,
): readonly string[] {
  if (scenarios.length < 2) return [];
  const rows = sharedRows(scenarios);
  const ways = rows.map(({ sync }) => sync.places);
  const name = ({ sync }: SharedRow): string => {
    const place = tellingPlace(sync.places, ways);
    return `${sync.kinds.join(', ')} ${escapeText(place ? placeText(place) : `of ${sync.paths[0] ?? '/'}`)}`;
  };
  const spare = rows.filter(({ neededIn, openIn }) => neededIn.length + openIn.length === 0);
  const open = rows.filter(({ neededIn, openIn }) => neededIn.length === 0 && openIn.length > 0);
  return [
    paint(
      'bold',
      `Together: of ${count(rows.length, 'place')}, ${rows.length - spare.length - open.length} are needed in some scenario`,
    ),
    ...(spare.length > 0 ? ['  No scenario misses any one of these, if all others stay:'] : []),
    ...spare.map(
      (row) => `    ${name(row)}  ${paint('dim', `called in ${count(row.redundantIn.length, 'scenario')}`)}`,
    ),
    ...(open.length > 0 ? ['  Not known of these:'] : []),
    ...open.map((row) => `    ${name(row)}`),
    '',
  ];
}
