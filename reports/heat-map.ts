import { SEVERITY } from './glyphs.ts';
import type { RunModel } from './model.ts';
import type { Paint, Style } from './paint.ts';
import { escapeText } from './text.ts';

/** What a map needs of a run. */
export type Mapped = Pick<RunModel, 'model' | 'heat' | 'phases' | 'syncs'>;

/** The maps of one scenario, a row per model, under a ruler with its phases and syncs. */
export function heatMap(runs: readonly Mapped[], width: number, paint: Paint): readonly string[] {
  const mapped = runs.filter((run) => run.heat.length > 0);
  const first = mapped[0];
  if (first === undefined) return [];
  const label = Math.max(...mapped.map((run) => escapeText(run.model).length), 'crash point'.length) + 2;
  const points = Math.max(...mapped.map((run) => run.heat.length));
  const columns = Math.min(points, Math.max(10, width - label));
  const row = (name: string, cells: string): string => `${name.padEnd(label)}${cells}`;
  return [
    row('crash point', ruler(points, columns)),
    ...(first.phases.length > 0 ? [row('phase', phaseBand(first, points, columns))] : []),
    ...(first.syncs.length > 0 ? [row('sync', syncBand(first, points, columns))] : []),
    ...mapped.map((run) => row(escapeText(run.model), colour(squeeze(run.heat, columns), paint))),
  ];
}

/** Fits the cells into the columns: each column shows the worst of its crash points. */
export function squeeze(cells: string, columns: number): string {
  if (cells.length <= columns) return cells;
  const result: string[] = [];
  for (let column = 0; column < columns; column++) {
    const [from, to] = [start(column, cells.length, columns), start(column + 1, cells.length, columns)];
    result.push(worstGlyph(cells.slice(from, Math.max(to, from + 1))));
  }
  return result.join('');
}

function start(column: number, points: number, columns: number): number {
  return Math.floor((column * points) / columns);
}

function worstGlyph(cells: string): string {
  let worst = 0;
  for (const cell of cells) worst = Math.max(worst, SEVERITY.indexOf(cell));
  return SEVERITY[worst]!;
}

function columnOf(point: number, points: number, columns: number): number {
  return points <= columns ? point : Math.floor((point * columns) / points);
}

/** `0` on the left, the last crash point on the right, and round numbers where they fit. */
function ruler(points: number, columns: number): string {
  const last = points - 1;
  const cells = Array.from({ length: columns }, () => ' ');
  put(cells, 0, '0');
  const text = String(last);
  if (columns > text.length + 1) put(cells, columns - text.length, text);
  const step = niceStep(points, columns);
  for (let point = step; point < last; point += step) {
    const at = columnOf(point, points, columns);
    const number = String(point);
    if (at + number.length + 1 < columns - text.length) put(cells, at, number);
  }
  return cells.join('');
}

function niceStep(points: number, columns: number): number {
  let step = 10;
  while (columnOf(step, points, columns) < 10 && step < points)
    step *= step.toString().startsWith('1') ? 5 : 2;
  return step;
}

function put(cells: string[], at: number, text: string): void {
  for (let i = 0; i < text.length; i++) cells[at + i] = text[i]!;
}

function phaseBand(run: Mapped, points: number, columns: number): string {
  const width = Math.min(points, columns);
  const cells = Array.from({ length: width }, () => ' ');
  run.phases.forEach((phase, i) => {
    const from = columnOf(phase.from, points, columns);
    const next = run.phases[i + 1];
    const to = next ? columnOf(next.from, points, columns) : width;
    for (let at = from; at < to; at++) cells[at] = at === from ? '|' : '-';
    const room = to - from - 2;
    if (room >= 3) put(cells, from + 1, escapeText(phase.name).slice(0, room));
  });
  return cells.join('');
}

/** `|` where a sync ends: what was written before it can't be lost by a later cut. */
function syncBand(run: Mapped, points: number, columns: number): string {
  const cells = Array.from({ length: Math.min(points, columns) }, () => ' ');
  for (const sync of run.syncs) cells[columnOf(sync, points, columns)] = '|';
  return cells.join('');
}

const STYLES: Readonly<Record<string, Style>> = {
  '.': 'good',
  L: 'bad',
  X: 'bad',
  '!': 'bad',
  '8': 'bad',
  '?': 'unsure',
};

function colour(cells: string, paint: Paint): string {
  return cells.replace(/([^ ])\1*/g, (stretch) => {
    const style = STYLES[stretch[0]!];
    return style === undefined ? stretch : paint(style, stretch);
  });
}
