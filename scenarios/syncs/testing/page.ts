import { editSentence } from '../../../reports/edit-text.ts';
import {
  ledgerRows,
  standingOf,
  tellingPlace,
  type LedgerRow,
  type LedgerRun,
} from '../../../reports/ledger.ts';
import type { EditReport } from '../../../reports/schema/remedy.ts';
import type { PlaceReport } from '../../../reports/schema/place.ts';
import type { SyncReport } from '../../../reports/schema/syncs.ts';

/** The ledger of one scenario, and what would mend it if it breaks. */
export interface Page {
  readonly scenario: string;
  readonly runs: readonly LedgerRun[];
  /** The edits, a change that no sync stands for, or what it takes, in words; undefined if it does not break. */
  readonly remedy: { readonly edits: readonly EditReport[]; readonly text: string | undefined } | undefined;
}

const MARK = { needed: '**needed**', redundant: 'redundant', unknown: '?' } as const;

/** A table of one scenario's syncs. Without lines, which move with every edit. */
export function scenarioSection({ scenario, runs, remedy }: Page): string {
  const rows = ledgerRows(runs);
  const models = runs.map(({ model }) => model.split('@')[0]!);
  const head = [
    `| | sync | called by | ${models.join(' | ')} |`,
    `| --- | --- | --- | ${models.map(() => '---').join(' | ')} |`,
  ];
  const lines = rows.map((row) => {
    const { id, sync, under } = row;
    const cells = runs.map(({ model }) => (under.get(model) ? MARK[under.get(model)!.verdict] : '·'));
    return `| ${id} | ${nameOf(sync)} | ${callerOf(row, rows)} | ${cells.join(' | ')} |`;
  });
  const table = rows.length === 0 ? ['It never syncs.'] : [...head, ...lines];
  return [`### ${scenario}`, '', ...table, '', ...fewestOf(runs), ...remedyOf(remedy), ''].join('\n');
}

function nameOf({ kinds, paths, pathCount, part }: SyncReport): string {
  const more = pathCount > 1 ? ` and ${pathCount - 1} more` : '';
  return `${kinds.join(', ')} \`${paths[0]}\`${more}${part === 'run' ? '' : ', in recovery'}`;
}

function callerOf({ sync }: LedgerRow, rows: readonly LedgerRow[]): string {
  const ways = rows.filter((row) => row.sync.part === sync.part).map((row) => row.sync.places);
  const place = tellingPlace(sync.places, ways);
  return place ? placeName(place) : '?';
}

function placeName({ what, file }: PlaceReport): string {
  return what === undefined ? `\`${file}\`` : `${what} in \`${file}\``;
}

function fewestOf(runs: readonly LedgerRun[]): string[] {
  const known = new Map<string, string[]>();
  for (const { model, ledger } of runs) {
    if (!ledger.fewest) continue;
    const { ids, proved } = ledger.fewest;
    const text = `${ids.length === 0 ? 'none' : ids.join(', ')}${proved ? '' : ' (fewer may do)'}`;
    known.set(text, [...(known.get(text) ?? []), model.split('@')[0]!]);
  }
  if (known.size === 0) return [];
  return [`Fewest: ${[...known].map(([ids, models]) => `${ids} under ${models.join(', ')}`).join('; ')}.`];
}

function remedyOf(remedy: Page['remedy']): string[] {
  if (!remedy) return [];
  const edits = remedy.edits.map((edit) => {
    const place = edit.places[0];
    return `${editSentence(edit)}${place ? `, in ${placeName(place)}` : ''}`;
  });
  const all = [...(remedy.text === undefined ? [] : [remedy.text]), ...edits];
  return [
    `It breaks. ${remedy.edits.length > 0 || remedy.text === undefined ? 'Missing' : 'What helps'}: ${all.join('; ')}.`,
  ];
}

/** One way through jiggle's source to a sync, over all its scenarios. */
export interface SharedWay {
  readonly way: string;
  readonly neededIn: readonly string[];
  readonly redundantIn: readonly string[];
}

/** Ways through `src` alone: a line that is taken out is taken out of backups and recoveries alike. */
export function waysOf(pages: readonly Pick<Page, 'scenario' | 'runs'>[]): readonly SharedWay[] {
  const found = new Map<string, Map<string, boolean>>();
  for (const { scenario, runs } of pages) {
    for (const row of ledgerRows(runs)) {
      const own = row.sync.places.filter(({ file }) => file.startsWith('src/'));
      const way = own.map(({ what = '?', file }) => `${what} (${file.replace(/^src\/\w+\/|\.ts$/g, '')})`);
      const needed = standingOf(row).needed.length > 0;
      const name = shortened(way).join(' ← ');
      const known = found.get(name) ?? new Map<string, boolean>();
      found.set(name, known.set(scenario, (known.get(scenario) ?? false) || needed));
    }
  }
  return [...found].map(([way, scenarios]) => ({
    way,
    neededIn: [...scenarios].flatMap(([scenario, needed]) => (needed ? [scenario] : [])),
    redundantIn: [...scenarios].flatMap(([scenario, needed]) => (needed ? [] : [scenario])),
  }));
}

/** What all backups go through, and the helpers that all syncs end in, tell nobody anything. */
const COMMON = /^(?:syncPath|Store\.|recover \(recover|Batch\.|finish \(finish|syncOwn)/;

function shortened(way: readonly string[]): readonly string[] {
  const telling = way.filter((place) => !COMMON.test(place));
  return telling.length > 0 ? telling : way.slice(0, 2);
}

/** A table of ways, and which scenarios miss them. */
export function waysSection(ways: readonly SharedWay[]): string {
  const names = (list: readonly string[]): string =>
    list.map((name) => name.replace(/^backup-/, '')).join(', ') || '–';
  return [
    '| sync | needed in | redundant in |',
    '| --- | --- | --- |',
    ...ways.map(
      ({ way, neededIn, redundantIn }) => `| ${way} | ${names(neededIn)} | ${names(redundantIn)} |`,
    ),
    '',
  ].join('\n');
}
