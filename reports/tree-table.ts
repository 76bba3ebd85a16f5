import type { Paint } from './paint.ts';
import type { StoryLifeReport, TreeRow } from './schema/story.ts';
import { clip, count, escapeText } from './text.ts';

interface TableOptions {
  readonly rowsMax: number;
  readonly width: number;
}

const ABSENT = '-';

/**
 * The disk as the program saw it, as the cut left it and as recovery left it, side by side. Rows that are the same in
 * all columns are only counted.
 */
export function treeTable(life: StoryLifeReport, options: TableOptions, paint: Paint): readonly string[] {
  const withAfter = life.tree.some((row) => row.after !== undefined);
  const changed = life.tree.filter(differs);
  const same = life.tree.length + life.treeLeftOut - changed.length;
  if (changed.length === 0) return [`  The trees are the same before and after: ${count(same, 'path')}.`];
  const head = ['path', 'the program saw', 'the disk held', ...(withAfter ? ['after recovery'] : [])];
  const rows = changed.slice(0, options.rowsMax).map((row) => cells(row, withAfter));
  const widths = columnWidths([head, ...rows], options.width - 4);
  const lines = [
    paint('dim', `    ${line(head, widths)}`),
    ...rows.map(
      (row, i) =>
        `  ${paint('bad', changed[i]!.saw?.text === changed[i]!.disk?.text ? ' ' : '*')} ${line(row, widths)}`,
    ),
  ];
  const left = changed.length - options.rowsMax;
  if (left > 0) lines.push(`    ... and ${count(left, 'more path')} that differ`);
  if (same > 0) lines.push(paint('dim', `    ${count(same, 'path')} the same in all columns`));
  return lines;
}

function differs(row: TreeRow): boolean {
  const [saw, disk] = [row.saw?.text, row.disk?.text];
  return saw !== disk || (row.after !== undefined && row.after?.text !== disk);
}

/** The texts of nodes come escaped from an exploration, but from a file they may be anything. */
function cells(row: TreeRow, withAfter: boolean): string[] {
  const text = (node: TreeRow['saw'] | undefined): string => (node ? escapeText(node.text) : ABSENT);
  const texts = [escapeText(row.path), text(row.saw), text(row.disk)];
  return withAfter ? [...texts, text(row.after)] : texts;
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
