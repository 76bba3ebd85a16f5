import type { RunHead } from '../../html-data.ts';
import type { Proof } from '../../proof.ts';
import { deathsCount } from '../../claim.ts';
import { number } from '../../text.ts';
import { h, svg } from '../dom.ts';

/** Rows before the rest is one. */
const ROWS_MAX = 12;

interface Row {
  readonly label: string;
  readonly states: number;
  /** What to say in place of a number. */
  readonly text?: string;
}

/** States by the number of deaths that lead to them, a bar each, and why there are no more below the last. */
export function depthBars({ plan, closed }: RunHead, { depths }: Proof): HTMLElement {
  const rows: Row[] = depths.map(({ depth, states }) => ({
    label: depth === 0 ? 'none, a call fails' : deathsCount(depth, plan),
    states,
  }));
  if (rows.length > ROWS_MAX) {
    const rest = rows.splice(ROWS_MAX - 1);
    const states = rest.reduce((sum, row) => sum + row.states, 0);
    rows.push({ label: `${number(depths[ROWS_MAX - 1]!.depth)} and more`, states });
  }
  const next = (depths.at(-1)?.depth ?? 0) + 1;
  const more: Row = {
    label: deathsCount(next, plan),
    states: 0,
    text: closed ? 'none is new: these are all' : 'not looked at',
  };
  const most = Math.max(1, ...rows.map(({ states }) => states));
  return h(
    'ol',
    { class: 'depths' },
    [...rows, more].map((row) => rowOf(row, most)),
  );
}

function rowOf({ label, states, text }: Row, most: number): HTMLElement {
  return h(
    'li',
    {},
    h('span', { class: 'depth' }, label),
    text === undefined &&
      svg(
        'svg',
        { class: 'bar', height: 12, 'aria-hidden': 'true' },
        // A state is one, whatever the others are: it is to be seen.
        svg('rect', { width: `${Math.max(1, (100 * states) / most)}%`, height: 12, rx: 2 }),
      ),
    h('span', { class: text === undefined ? 'number' : 'end' }, text ?? number(states)),
  );
}
