import { SEVERITY } from '../../glyphs.ts';
import type { StateGraphModel } from '../../state-graph.ts';
import { count } from '../../text.ts';
import { h, svg, type Child } from '../dom.ts';
import { outcomeOf } from '../outcomes.ts';
import { DEPTH_MAX, foldGraph, type Group } from './fold.ts';
import { manyOf } from './state-list.ts';

export interface PictureProps {
  readonly graph: StateGraphModel;
  /** Where one stands; undefined is the main life. */
  readonly here: number | undefined;
  /** States that one can go to from here. */
  readonly next: ReadonlySet<number>;
  /** States of an endless story. */
  readonly endless: ReadonlySet<number>;
  readonly href: (state: number) => string;
}

const COLUMN = 204;
const BOX = 150;
const ROW = 74;
const TOP = 26;
const DOT = 7;
/** More states than this in one group are a number, not dots. */
const DOTS_MAX = 96;
const DOTS_PER_LINE = 16;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The reachable disks: a column per number of cuts, a row per outcome, each box as many states as fell there. */
export function graphPicture(props: PictureProps): HTMLElement {
  const { groups, flows } = foldGraph(props.graph);
  const glyphs = [...new Set(groups.map((group) => group.glyph))].sort(
    (left, right) => SEVERITY.indexOf(right) - SEVERITY.indexOf(left),
  );
  const depths = Math.max(1, ...groups.map((group) => group.depth));
  const place = (group: Group): Place => ({
    x: group.depth * COLUMN,
    y: TOP + glyphs.indexOf(group.glyph) * ROW,
  });
  const width = depths * COLUMN + BOX + 4;
  const height = TOP + Math.max(1, glyphs.length) * ROW;
  const most = Math.max(...flows.map((flow) => flow.states), 1);
  const lines = flows.map(({ from, to, states }) => {
    const start = from ? place(from) : { x: 0, y: TOP };
    return svg('path', {
      class: `flow ${outcomeOf(to.glyph) ?? 'unlooked'}`,
      d: curveBetween({ x: start.x + BOX, y: start.y + 28 }, { x: place(to).x, y: place(to).y + 28 }),
      'stroke-width': 1 + (5 * Math.log1p(states)) / Math.log1p(most),
    });
  });
  const picture = svg(
    'svg',
    {
      class: 'graph',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'group',
      'aria-label': 'The states, folded by outcome and by the number of cuts that lead to them',
    },
    columnTitles(depths, props.graph.killed.size > 0),
    lines,
    mainBox(props),
    groups.map((group) => groupBox(group, place(group), props)),
  );
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Graph of states' }, picture);
}

function curveBetween(from: Place, to: Place): string {
  const middle = (from.x + to.x) / 2;
  // A recovery that is cut may lead to a state that fewer cuts lead to as well: then the line goes back.
  return `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
}

function columnTitles(depths: number, kills: boolean): Child {
  return Array.from({ length: depths + 1 }, (_, depth) => {
    const deaths = kills ? `${depth}× cut or killed` : count(depth, 'cut');
    const text = depth === 0 ? 'no cut' : `${deaths}${depth === DEPTH_MAX ? ' or more' : ''}`;
    return svg('text', { x: depth * COLUMN + 2, y: 13 }, text);
  });
}

function mainBox({ here }: PictureProps): Child {
  return [
    svg('rect', {
      class: `box ${here === undefined ? 'here' : ''}`,
      x: 1,
      y: TOP,
      width: BOX,
      height: 56,
      rx: 7,
    }),
    svg('text', { class: 'strong', x: 12, y: TOP + 24 }, 'main life'),
    svg('text', { x: 12, y: TOP + 42 }, here === undefined ? 'you are here' : 'uncut'),
  ];
}

function groupBox(group: Group, { x, y }: Place, props: PictureProps): Child {
  const { glyph, states } = group;
  const outcome = outcomeOf(glyph) ?? 'unlooked';
  const inside = props.here !== undefined && states.includes(props.here);
  const label = manyOf(glyph, states.length);
  const link = svg(
    'a',
    { href: props.href(states[0]!) },
    svg('rect', { class: `box ${outcome} ${inside ? 'here' : ''}`, x, y, width: BOX, height: 56, rx: 7 }),
    svg('text', { class: 'strong', x: x + 9, y: y + 17 }, label),
    states.length <= DOTS_MAX
      ? dots(states, x + 9, y + 25, props)
      : svg('text', { x: x + 9, y: y + 36 }, inside ? 'you are here' : nextIn(states, props)),
  );
  return link;
}

function nextIn(states: readonly number[], { next }: PictureProps): string {
  const reachable = states.filter((state) => next.has(state)).length;
  return reachable === 0 ? '' : `${reachable.toLocaleString('en-US')} from here`;
}

function dots(states: readonly number[], x: number, y: number, { here, next, endless }: PictureProps): Child {
  return states.map((state, i) =>
    svg('rect', {
      class: [
        'dot',
        state === here ? 'here' : '',
        next.has(state) ? 'next' : '',
        endless.has(state) ? 'endless' : '',
      ].join(' '),
      x: x + (i % DOTS_PER_LINE) * (DOT - 0.5),
      y: y + Math.floor(i / DOTS_PER_LINE) * (DOT - 0.5) * 0.75,
      width: 5,
      height: 4,
    }),
  );
}
