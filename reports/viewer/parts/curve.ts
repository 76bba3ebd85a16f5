import { count } from '../../text.ts';
import { h, svg, type Child } from '../dom.ts';

export interface CurveProps {
  readonly longestRecovery: number;
  /** The smallest number of ops per life from which no endless story exists. */
  readonly minimumUptime: number;
  /** Most restarts by uptime per life, from the minimum uptime on; only where it changes. */
  readonly curve: readonly { readonly uptime: number; readonly restarts: number }[];
}

const WIDTH = 460;
const HEIGHT = 200;
const LEFT = 34;
const RIGHT = 12;
const TOP = 24;
const BOTTOM = 36;

/**
 * Restarts that are needed at most, by how many ops each life lasts. Left of the minimum uptime there is a way to cut
 * recovery again and again for ever.
 */
export function curve(props: CurveProps): HTMLElement {
  const { longestRecovery, minimumUptime } = props;
  const last = Math.max(longestRecovery, minimumUptime + 1, 2);
  const most = roundUp(Math.max(1, ...props.curve.map(({ restarts }) => restarts)));
  // Ops from 0 on a logarithmic scale: lives of 3 and of 6 ops differ as much as those of 30 and of 60.
  const x = (uptime: number): number =>
    LEFT + (Math.log1p(Math.min(uptime, last)) / Math.log1p(last)) * (WIDTH - LEFT - RIGHT);
  const y = (restarts: number): number => HEIGHT - BOTTOM - (restarts / most) * (HEIGHT - TOP - BOTTOM);
  const steps = stepPath(props, x, y, last);
  const picture = svg(
    'svg',
    { class: 'curve', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': inWords(props) },
    minimumUptime > 0 && forbidden(x(minimumUptime)),
    svg('path', { class: 'axis', d: `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}` }),
    yMarks(most, y),
    xMarks(last, minimumUptime, x),
    svg('path', { class: 'steps', d: steps }),
    minimumUptime > 0 &&
      svg('path', { class: 'minimum', d: `M${x(minimumUptime)} ${TOP}V${HEIGHT - BOTTOM}` }),
  );
  return h('figure', {}, picture, h('figcaption', {}, inWords(props)));
}

/** To a whole number of marks on the axis, so that the curve stays below its top. */
function roundUp(restarts: number): number {
  const step = Math.ceil(restarts / 4);
  return Math.ceil(restarts / step) * step;
}

/** What the curve says, for those who don't see it and those who don't read curves. */
function inWords({ longestRecovery, minimumUptime, curve: points }: CurveProps): string {
  const most = points[0]?.restarts ?? 0;
  const end = points.at(-1)?.restarts ?? 0;
  if (minimumUptime === 0) {
    return `However short its lives are, it comes back after ${count(most, 'restart')} at most. No endless story of cuts exists.`;
  }
  const fewer =
    end < most ? `, and ${count(end, 'restart')} if they last ${count(longestRecovery, 'op')}` : '';
  return (
    `If each life lasts ${count(minimumUptime, 'op')} or more, ${count(most, 'restart')} at most${fewer}. ` +
    `With shorter lives there is a way to cut it again and again for ever.`
  );
}

function stepPath(
  { curve: points, minimumUptime }: CurveProps,
  x: (uptime: number) => number,
  y: (restarts: number) => number,
  last: number,
): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const moves = rest.map(({ uptime, restarts }) => `H${x(uptime)}V${y(restarts)}`);
  return `M${x(Math.max(first.uptime, minimumUptime))} ${y(first.restarts)}${moves.join('')}H${x(last)}`;
}

function forbidden(edge: number): Child {
  const height = HEIGHT - TOP - BOTTOM;
  const stripes = svg(
    'pattern',
    { id: 'endless', width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    svg('path', { class: 'stripe', d: 'M0 0V7' }),
  );
  const width = edge - LEFT;
  return [
    svg('defs', {}, stripes),
    svg('rect', { class: 'endless', x: LEFT, y: TOP, width, height }),
    svg('rect', { fill: 'url(#endless)', x: LEFT, y: TOP, width, height }),
    width > 60 &&
      svg(
        'text',
        { class: 'note', x: LEFT + width / 2, y: TOP + height / 2, 'text-anchor': 'middle' },
        'livelock possible',
      ),
  ];
}

function yMarks(most: number, y: (restarts: number) => number): Child {
  const step = Math.max(1, Math.ceil(most / 4));
  const marks: Child[] = [];
  for (let at = 0; at <= most; at += step) {
    marks.push(
      svg('path', { class: 'rule', d: `M${LEFT} ${y(at)}H${WIDTH - RIGHT}` }),
      svg('text', { x: LEFT - 7, y: y(at) + 4, 'text-anchor': 'end' }, String(at)),
    );
  }
  return marks;
}

function xMarks(last: number, minimum: number, x: (uptime: number) => number): Child {
  const wanted = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000];
  const fixed = minimum > 0 ? [minimum] : [];
  const chosen: number[] = [...fixed];
  for (const at of [last, ...wanted]) {
    if (at <= last && chosen.every((other) => Math.abs(x(at) - x(other)) > 26)) chosen.push(at);
  }
  return [
    ...chosen.map((at) =>
      svg(
        'text',
        {
          class: at === minimum && minimum > 0 ? 'strong' : undefined,
          x: x(at),
          y: HEIGHT - BOTTOM + 15,
          'text-anchor': 'middle',
        },
        at.toLocaleString('en-US'),
      ),
    ),
    svg(
      'text',
      { class: 'title', x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 4, 'text-anchor': 'middle' },
      'ops that each life lasts',
    ),
    svg('text', { class: 'title', x: 2, y: 9 }, 'restarts needed'),
  ];
}
