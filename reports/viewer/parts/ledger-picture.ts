import { ledgerRows, type LedgerRun } from '../../ledger.ts';
import type { MainLifeReport } from '../../schema/run.ts';
import type { SyncReport } from '../../schema/syncs.ts';
import { count, escapeText } from '../../text.ts';
import { h, svg, type Child } from '../dom.ts';

/** Pixels; ops are as far apart as there is room, within limits. */
const STEP_MIN = 16;
const STEP_MAX = 44;
const ROOM = 880;
const LEFT = 14;
const LINE = 78;
const BAR = 30;
const HEIGHT = 132;

const WORDS = { needed: 'needed', redundant: 'redundant', unknown: 'not known' } as const;

/**
 * The main life as a line: a dot for each op, a bar for each sync, coloured by whether it is needed, and an arc to it from
 * each op that it made durable.
 */
export function ledgerPicture(
  life: MainLifeReport,
  run: LedgerRun,
  ids: ReadonlyMap<SyncReport, string>,
): HTMLElement {
  const syncs = run.ledger.syncs.filter(({ part }) => part === 'run');
  const ops = Math.max(1, life.ops.length);
  const step = Math.min(STEP_MAX, Math.max(STEP_MIN, Math.floor(ROOM / ops)));
  const width = 2 * LEFT + ops * step;
  const x = (op: number): number => LEFT + (op - 0.5) * step;
  const bars = syncs.flatMap((sync) => sync.ops.map((op) => ({ sync, op, id: ids.get(sync) ?? sync.id })));
  const label = `${count(life.ops.length, 'op')} of the run in a line, ${count(bars.length, 'sync')} among them: ${(
    ['needed', 'redundant', 'unknown'] as const
  )
    .map((verdict) => `${bars.filter(({ sync }) => sync.verdict === verdict).length} ${WORDS[verdict]}`)
    .join(', ')}`;
  return h(
    'div',
    {
      class: 'scroll ledger-picture',
      tabindex: 0,
      role: 'region',
      'aria-label': `The syncs of a run under ${run.model}`,
    },
    svg(
      'svg',
      { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': label },
      svg('line', { class: 'time', x1: LEFT, x2: width - LEFT, y1: LINE, y2: LINE }),
      bars.flatMap(({ sync, op }) => arcs(sync, op, x)),
      life.ops.map((op, i) => (op.sync ? null : dot(i + 1, op.text, x))),
      bars.map((each) => bar(each, x)),
    ),
  );
}

type Across = (op: number) => number;

function dot(op: number, text: string, x: Across): Child {
  return svg('circle', { class: 'op', cx: x(op), cy: LINE, r: 3.5 }, tip(`op ${op}: ${text}`));
}

function bar(
  { sync, op, id }: { readonly sync: SyncReport; readonly op: number; readonly id: string },
  x: Across,
): Child {
  // Neighbours' names would run into each other on one line.
  const low = op % 2 === 0 ? 12 : 0;
  return svg(
    'g',
    { class: `sync ${sync.verdict}` },
    svg(
      'rect',
      { x: x(op) - 4, y: LINE - BAR, width: 8, height: BAR + 12, rx: 2 },
      tip(`${id}, op ${op}: ${WORDS[sync.verdict]}`),
    ),
    svg('text', { x: x(op), y: LINE + 28 + low, 'text-anchor': 'middle' }, id),
  );
}

/** From each op that a sync made durable, once. */
function arcs(sync: SyncReport, op: number, x: Across): readonly Child[] {
  const made = sync.durable.find((each) => each.op === op);
  const from = [...new Set(made?.effects.map((effect) => effect.op) ?? [])];
  return from.map((start) => {
    const top = LINE - BAR - Math.min(34, 6 + Math.abs(op - start) * 2);
    const path = `M ${x(start)} ${LINE - 5} Q ${(x(start) + x(op)) / 2} ${top - 8} ${x(op)} ${LINE - BAR}`;
    return svg('path', { class: `durable ${sync.verdict}`, d: path });
  });
}

function tip(text: string): Child {
  return svg('title', {}, escapeText(text));
}

/** The numbers that syncs have in a table of several models. */
export function idsOf(runs: readonly LedgerRun[]): ReadonlyMap<SyncReport, string> {
  return new Map(
    ledgerRows(runs).flatMap(({ id, under }) =>
      [...under.values()].map((sync): [SyncReport, string] => [sync, id]),
    ),
  );
}
