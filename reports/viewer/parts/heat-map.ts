import { h, svg, type Child } from '../dom.ts';
import { GLYPHS } from '../../glyphs.ts';
import { OUTCOMES, OUTCOME_WORDS, outcomeOf } from '../outcomes.ts';
import { shown } from '../shown.ts';
import {
  columnAt,
  columnsOf,
  rulerStep,
  stretchesByPoint,
  stretchesOf,
  type Column,
} from './heat-columns.ts';
import { mapKeys } from './heat-keys.ts';

/** One persistence model's cells: a glyph for each crash point, see `reports/heat-map.ts`. */
export interface HeatRow {
  readonly model: string;
  readonly cells: string;
  /** Where the row's label leads. */
  readonly href: string;
}

export interface HeatMapProps {
  readonly scenario: string;
  readonly rows: readonly HeatRow[];
  readonly phases: readonly { readonly from: number; readonly name: string }[];
  readonly syncs: readonly number[];
  /** The text of an op of the main life, if it is known by now. */
  readonly opText: (index: number) => string | undefined;
  /** Opens a crash point. */
  readonly open: (model: string, at: number) => void;
}

const ROW = 26;
/** Narrower cells share one glyph per stretch instead of having one each. */
const GLYPH_WIDTH_MIN = 11;
const COLUMN_WIDTH_MIN = 3;
const RULER_GAP = 52;

/**
 * The dense picture of one scenario: a column per crash point (the worst of several, where they are too many), a row
 * per model, phases and syncs above. Height and glyph say what colour says.
 */
export function heatMap(props: HeatMapProps): HTMLElement {
  const points = Math.max(1, ...props.rows.map((row) => row.cells.length));
  const readout = h('p', { class: 'heat-readout', 'aria-live': 'polite' }, HINT);
  const grid = h('div', {
    class: 'heat-grid',
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'map of crash points',
    'aria-label': `${props.scenario}: the worst outcome by crash point and model. Arrow keys move, n and p go to the next and the previous change, Enter opens a crash point.`,
  });
  const show = (at: number, row: number): void =>
    readout.replaceChildren(h('span', {}, cellWords(props, at, props.rows[row]!)));
  const keys = mapKeys(grid, props.rows, { show, open: props.open });
  const draw = (width: number): void => {
    const columns = columnsOf(points, Math.max(20, Math.floor(width / COLUMN_WIDTH_MIN)));
    grid.replaceChildren(...bands(props, columns, width), ...rowsOf(props, columns, width));
    keys.place(columns, points);
  };
  onWidth(grid, draw);
  return h(
    'div',
    {},
    grid,
    h('div', { class: 'heat-below' }, readout, legend(props.rows)),
    inWords(props.rows),
  );
}

const HINT = 'Point at a cell, or use the arrow keys; Enter or a click opens the crash point.';

function cellWords({ opText }: HeatMapProps, at: number, row: HeatRow): Child[] {
  const outcome = outcomeOf(row.cells[at]);
  const words =
    outcome === undefined
      ? 'not looked at'
      : `${OUTCOME_WORDS[outcome].label}: ${OUTCOME_WORDS[outcome].meaning}`;
  const text = opText(at);
  const op =
    at === 0
      ? ['before the first op']
      : text === undefined
        ? [`after op ${at}`]
        : [`after op ${at}, `, shown(text)];
  return [h('b', {}, row.model), ' cut ', ...op, ' — ', words];
}

/** Draws once the width is known, and again when it changes. */
function onWidth(grid: HTMLElement, draw: (width: number) => void): void {
  let last = 0;
  const measure = (): void => {
    const label = grid.querySelector('.heat-label');
    const width = grid.clientWidth - (label?.clientWidth ?? 112) - 1;
    if (width > 0 && width !== last) draw((last = width));
  };
  new ResizeObserver(measure).observe(grid);
}

function band(name: string, picture: Child): Child[] {
  return [h('div', { class: 'heat-label' }, name), picture];
}

function bands(props: HeatMapProps, columns: readonly Column[], width: number): HTMLElement[] {
  const cell = width / columns.length;
  const rows = band('crash point', ruler(columns, width));
  if (props.phases.length > 0) rows.push(...band('phase', phaseBand(props, columns, width)));
  if (props.syncs.length > 0) {
    const marks = [...new Set(props.syncs.map((at) => columnAt(at, columns)))];
    const lines = marks.map((i) => svg('path', { d: `M${(i + 0.5) * cell} 0V14` }));
    rows.push(
      ...band('sync', svg('svg', { class: 'heat-syncs', width, height: 14, 'aria-hidden': 'true' }, lines)),
    );
  }
  return rows as HTMLElement[];
}

function ruler(columns: readonly Column[], width: number): SVGElement {
  const points = columns.at(-1)!.to + 1;
  const cell = width / columns.length;
  const step = rulerStep(points, columns.length, RULER_GAP / cell);
  const marks: Child[] = [];
  for (let at = 0; at < points; at += step) {
    const x = (columnAt(at, columns) + 0.5) * cell;
    const last = at + step >= points && x > width - RULER_GAP;
    if (last && at < points - 1) continue;
    marks.push(mark(x, at, width));
  }
  const end = (columns.length - 0.5) * cell;
  if ((points - 1) % step !== 0) marks.push(mark(end, points - 1, width));
  return svg('svg', { class: 'heat-ruler', width, height: 20, 'aria-hidden': 'true' }, marks);
}

function mark(x: number, at: number, width: number): Child {
  const anchor = x < 16 ? 'start' : x > width - 16 ? 'end' : 'middle';
  const textX = anchor === 'start' ? 0 : anchor === 'end' ? width : x;
  return [
    svg('path', { d: `M${x} 15V20` }),
    svg('text', { x: textX, y: 11, 'text-anchor': anchor }, at.toLocaleString('en-US')),
  ];
}

function phaseBand({ phases }: HeatMapProps, columns: readonly Column[], width: number): HTMLElement {
  const cell = width / columns.length;
  const box = h('div', { class: 'heat-phases' });
  phases.forEach((phase, i) => {
    const from = columnAt(phase.from, columns);
    const next = phases[i + 1];
    const to = next ? columnAt(next.from, columns) : columns.length;
    if (to <= from) return;
    const part = h('span', { title: phase.name }, phase.name);
    part.style.left = `${from * cell}px`;
    part.style.width = `${(to - from) * cell - 2}px`;
    box.append(part);
  });
  return box;
}

function rowsOf(props: HeatMapProps, columns: readonly Column[], width: number): HTMLElement[] {
  return props.rows.flatMap((row, i) => {
    const picture = svg(
      'svg',
      { class: 'heat-row', width, height: ROW, 'data-row': i, 'aria-hidden': 'true' },
      bars(row.cells, columns, width),
    );
    const label = h('a', { class: 'heat-label', href: row.href }, row.model);
    return [label, picture as unknown as HTMLElement];
  });
}

function bars(cells: string, columns: readonly Column[], width: number): Child[] {
  const cell = width / columns.length;
  return stretchesOf(cells, columns).map(({ first, last, outcome }) => {
    const x = first * cell;
    const span = (last - first + 1) * cell;
    if (outcome === undefined)
      return svg('rect', { class: 'cell unlooked', x, y: ROW - 5, width: span, height: 1 });
    const tall = outcome !== 'converged';
    const height = tall ? ROW - 2 : 8;
    const each = tall && cell >= GLYPH_WIDTH_MIN;
    const middles = each
      ? Array.from({ length: last - first + 1 }, (_, i) => x + (i + 0.5) * cell)
      : tall && span >= 9
        ? [x + span / 2]
        : [];
    const glyph = GLYPHS[outcome];
    return [
      svg('rect', {
        class: `cell ${outcome}`,
        x,
        y: ROW - height,
        width: Math.max(span - (cell > 6 ? 1 : 0), 1),
        height,
      }),
      each && seams(x, cell, last - first, ROW - height),
      ...middles.map((middle) =>
        svg('text', { class: 'glyph', x: middle, y: ROW - 7, 'text-anchor': 'middle' }, glyph),
      ),
    ];
  });
}

/** Thin gaps between the cells of a stretch, so that each crash point is seen as one. */
function seams(x: number, cell: number, count: number, top: number): Child {
  const lines = Array.from({ length: count }, (_, i) => `M${x + (i + 1) * cell - 0.5} ${top}V${ROW}`);
  return svg('path', { class: 'seam', d: lines.join('') });
}

function legend(rows: readonly HeatRow[]): HTMLElement {
  const present = new Set(rows.flatMap((row) => row.cells.split('')).map(outcomeOf));
  const entries = OUTCOMES.filter((outcome) => present.has(outcome)).reverse();
  return h(
    'ul',
    { class: 'legend', 'aria-label': 'Legend' },
    entries.map((outcome) =>
      h(
        'li',
        {},
        h('span', { class: `badge ${outcome}` }, GLYPHS[outcome]),
        ` ${OUTCOME_WORDS[outcome].label}`,
      ),
    ),
    rows.some((row) => row.cells.includes(' ')) &&
      h('li', {}, h('span', { class: 'badge unlooked' }, ' '), ' not looked at'),
  );
}

/** Stretches of one model that are told in words. */
const STRETCHES_MAX = 50;

/** The same for those who don't see the map. */
function inWords(rows: readonly HeatRow[]): HTMLElement {
  const line = ({ model, cells }: HeatRow): Child => {
    const stretches = stretchesByPoint(cells);
    const words = stretches.slice(0, STRETCHES_MAX).map(({ from, to, outcome }) => {
      const points = from === to ? String(from) : `${from} to ${to}`;
      return `${points} ${outcome === undefined ? 'not looked at' : OUTCOME_WORDS[outcome].label}`;
    });
    const left = stretches.length - words.length;
    return h(
      'li',
      {},
      h('b', {}, model),
      `: ${words.join(', ')}${left > 0 ? `, and ${left} more stretches` : ''}.`,
    );
  };
  return h(
    'details',
    { class: 'in-words' },
    h('summary', {}, 'The map in words'),
    h('ul', {}, rows.map(line)),
  );
}
