import type { Paint } from './paint.ts';
import type { StoryLifeReport, TreeRow } from './schema/story.ts';
import { differs } from './tree-row.ts';
import { clip, count, escapeText } from './text.ts';

interface TableOptions {
  readonly rowsMax: number;
  readonly width: number;
}

const ABSENT = '-';

/** Columns that would be narrower than this stand below each other. */
const COLUMN_MIN = 14;

/**
 * The disk as the program saw it, as the cut left it and as recovery left it, side by side; and before that, what files
 * held that the program cut short. Rows that are the same in
 * all columns are only counted.
 */
export function treeTable(life: StoryLifeReport, options: TableOptions, paint: Paint): readonly string[] {
  const withAfter = life.tree.some((row) => row.after !== undefined);
  const changed = life.tree.filter(differs);
  const same = life.tree.length + life.treeLeftOut - changed.length;
  if (changed.length === 0) return [`  The trees are the same before and after: ${count(same, 'path')}.`];
  const withBefore = changed.some((row) => row.before !== undefined);
  const head = [
    'path',
    ...(withBefore ? ['before it was cut short'] : []),
    'the program saw',
    'the disk held',
    ...(withAfter ? ['after recovery'] : []),
  ];
  const rows = changed.slice(0, options.rowsMax).map((row) => cells(row, withBefore, withAfter));
  const isNarrow = (options.width - 4) / head.length < COLUMN_MIN;
  const widths = columnWidths([head, ...rows], options.width - 4);
  const mark = (i: number): string =>
    paint('bad', changed[i]!.saw?.text === changed[i]!.disk?.text ? ' ' : '*');
  const lines = isNarrow
    ? rows.flatMap(([path, ...row], i) => [
        `  ${mark(i)} ${path}`,
        ...row.map((cell, column) => `      ${paint('dim', `${head[column + 1]}:`)} ${cell}`),
      ])
    : [
        paint('dim', `    ${line(head, widths)}`),
        ...rows.map((row, i) => `  ${mark(i)} ${line(row, widths)}`),
      ];
  const left = changed.length - options.rowsMax;
  if (left > 0) lines.push(`    ... and ${count(left, 'more path')} that differ`);
  if (same > 0) lines.push(paint('dim', `    ${count(same, 'path')} the same in all columns`));
  return lines;
}

/** The texts of nodes come escaped from an exploration, but from a file they may be anything. */
function cells(row: TreeRow, withBefore: boolean, withAfter: boolean): string[] {
  const text = (node: TreeRow['saw'] | undefined): string => (node ? escapeText(node.text) : ABSENT);
  const before = row.before === undefined ? '' : text(row.before);
  return [
    escapeText(row.path),
    ...(withBefore ? [before] : []),
    text(row.saw),
    text(row.disk),
    ...(withAfter ? [text(row.after)] : []),
  ];
}

function columnWidths(rows: readonly (readonly string[])[], width: number): readonly number[] {
  const wanted = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const total = wanted.reduce((sum, each) => sum + each + 2, 0);
  if (total <= width) return wanted;
  const most = Math.max(12, Math.floor(width / wanted.length) - 2);
  return wanted.map((each) => Math.min(each, most));
}

function line(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, i) => clip(cell, widths[i]!).padEnd(widths[i]!))
    .join('  ')
    .trimEnd();
}
