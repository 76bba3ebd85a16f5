import { editReport } from '../runs/syncs/edit-report.ts';
import type { Opened } from '../runs/syncs/all-models.ts';
import type { Remedy } from '../runs/syncs/remedy.ts';
import { editLines, type SourceOf } from '../../reports/edit-text.ts';
import type { Paint } from '../../reports/paint.ts';
import { count, escapeText } from '../../reports/text.ts';

export interface FixTextOptions {
  readonly paint: Paint;
  readonly columns: number;
  readonly source: SourceOf;
}

/** What `fix` prints. */
export function fixText(
  scenario: string,
  opened: readonly Opened[],
  remedy: Remedy,
  options: FixTextOptions,
): string {
  const { paint } = options;
  const of = (held: string): string =>
    opened
      .filter(({ bench }) => bench.base.held === held)
      .map(({ bench }) => escapeText(bench.job.model))
      .join(', ');
  const [broken, unknown] = [of('fails'), of('unknown')];
  const name = escapeText(scenario);
  const lines: string[] = [];
  if (broken === '') {
    const closes = of('closes');
    if (closes !== '')
      lines.push(`${paint('good', `${name} closes as it is`)} under ${closes}: there is nothing to fix.`);
  } else
    lines.push(
      `${paint('bad', `${name} breaks`)} under ${broken}.`,
      '',
      ...remedyLines(opened, remedy, options),
    );
  for (const { bench } of opened) {
    if (bench.base.held !== 'unknown') continue;
    lines.push(`Not known under ${escapeText(bench.job.model)}: ${escapeText(bench.base.reason ?? '')}.`);
  }
  if (unknown !== '' && broken === '')
    lines.push('What was not looked at whole can not be said to need nothing.');
  return `${lines.join('\n')}\n`;
}

function remedyLines(opened: readonly Opened[], remedy: Remedy, options: FixTextOptions): string[] {
  const { paint, columns, source } = options;
  const tried = opened.reduce((sum, { bench }) => sum + bench.tried, 0);
  switch (remedy.type) {
    case 'mended': {
      const edits = remedy.added.map(editReport);
      const one = edits.length === 1;
      const fewest = remedy.proved ? 'no fewer are enough' : 'fewer may be: not all could be ruled out';
      const mends = `${count(edits.length, 'sync')} that ${one ? 'mends' : 'mend'} it; ${fewest}`;
      const models = opened.map(({ bench }) => escapeText(bench.job.model)).join(', ');
      const { change } = remedy;
      const title =
        change === undefined ? [paint('bold', mends)] : changeLines(change.text, edits.length, paint);
      return [
        ...title,
        ...edits.flatMap((edit) => ['', ...editLines(edit, source, paint, columns)]),
        '',
        `Tried${change ? ' on the journal' : ''}: so changed, it closes under ${models} (${count(tried, 'exploration')}).`,
      ];
    }
    case 'no sync helps':
      return [
        `${paint('bold', 'No sync helps:')} it breaks even if each op is followed by the syncs of all that it changes.`,
        ...(remedy.changesTried > 0
          ? [
              `Nor does any of ${count(remedy.changesTried, 'other way', 'other ways')} to do the same: a temporary file and a rename, another order of two ops.`,
            ]
          : []),
        ...remedy.hints.map((hint) => `What it takes (not tried): ${escapeText(hint)}.`),
      ];
    default:
      return [`No remedy is known: ${escapeText(remedy.reason)}.`];
  }
}

function changeLines(text: string, syncs: number, paint: Paint): string[] {
  const more = syncs === 0 ? 'no sync more is needed' : `and with it ${count(syncs, 'sync')}`;
  return [`${paint('bold', 'No sync helps alone.')} This does, ${more}:`, `  ${escapeText(text)}`];
}
