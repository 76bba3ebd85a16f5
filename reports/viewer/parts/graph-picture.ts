import { SEVERITY } from '../../glyphs.ts';
import type { StateGraphModel } from '../../state-graph.ts';
import { count } from '../../text.ts';
import { h, svg, type Child } from '../dom.ts';
import { outcomeOf } from '../outcomes.ts';
import { DEPTH_MAX, foldGraph, type Group } from './fold.ts';
import { BOX_HEIGHT, BOX_WIDTH, inBands, inColumns, type GraphLayout, type Spot } from './graph-layout.ts';
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

const DOT = 7;
/** More states than this in one group are a number, not dots. */
const DOTS_MAX = 96;
const DOTS_PER_LINE = 16;

/**
 * The reachable disks, each box as many states as fell there: a column per number of cuts and a row per outcome, or,
 * where there is no room for columns, the numbers of cuts one below the other. The style shows the one that fits.
 */
export function graphPicture(props: PictureProps): HTMLElement {
  const folded = foldGraph(props.graph);
  const { groups } = folded;
  const glyphs = [...new Set(groups.map((group) => group.glyph))].sort(
    (left, right) => SEVERITY.indexOf(right) - SEVERITY.indexOf(left),
  );
  const depths = Math.max(1, ...groups.map((group) => group.depth));
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Graph of states' },
    drawn('graph wide', inColumns(groups, glyphs, depths), folded, props),
    drawn('graph narrow', inBands(groups, glyphs, depths), folded, props),
  );
}

function drawn(
  name: string,
  layout: GraphLayout,
  { groups, flows }: ReturnType<typeof foldGraph>,
  props: PictureProps,
): SVGElement {
  const { width, height, main, spots } = layout;
  const most = Math.max(...flows.map((flow) => flow.states), 1);
  const lines = flows.map(({ from, to, states }) =>
    svg('path', {
      class: `flow ${outcomeOf(to.glyph) ?? 'unlooked'}`,
      d: layout.line(from ? spots.get(from)! : main, spots.get(to)!),
      'stroke-width': 1 + (5 * Math.log1p(states)) / Math.log1p(most),
    }),
  );
  return svg(
    'svg',
    {
      class: name,
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'group',
      'aria-label': 'The states, folded by outcome and by the number of cuts that lead to them',
    },
    titles(layout, props.graph.killed.size > 0),
    lines,
    mainBox(main, props),
    groups.map((group) => groupBox(group, spots.get(group)!, props)),
  );
}

function titles({ titles: spots }: GraphLayout, kills: boolean): Child {
  return spots.map(({ x, y }, depth) => {
    const deaths = kills ? `${depth}× cut or killed` : count(depth, 'cut');
    const text = depth === 0 ? 'no cut' : `${deaths}${depth === DEPTH_MAX ? ' or more' : ''}`;
    return svg('text', { x, y }, text);
  });
}

function mainBox({ x, y }: Spot, { here }: PictureProps): Child {
  return [
    svg('rect', {
      class: `box ${here === undefined ? 'here' : ''}`,
      x,
      y,
      width: BOX_WIDTH,
      height: BOX_HEIGHT,
      rx: 7,
    }),
    svg('text', { class: 'strong', x: x + 11, y: y + 24 }, 'main life'),
    svg('text', { x: x + 11, y: y + 42 }, here === undefined ? 'you are here' : 'uncut'),
  ];
}

function groupBox(group: Group, { x, y }: Spot, props: PictureProps): Child {
  const { glyph, states } = group;
  const outcome = outcomeOf(glyph) ?? 'unlooked';
  const inside = props.here !== undefined && states.includes(props.here);
  const label = manyOf(glyph, states.length);
  const link = svg(
    'a',
    { href: props.href(states[0]!) },
    svg('rect', {
      class: `box ${outcome} ${inside ? 'here' : ''}`,
      x,
      y,
      width: BOX_WIDTH,
      height: BOX_HEIGHT,
      rx: 7,
    }),
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
