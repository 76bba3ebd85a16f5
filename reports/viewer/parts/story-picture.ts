import { GLYPHS } from '../../glyphs.ts';
import { positionText } from '../../place-text.ts';
import type { StoryReport } from '../../schema/story.ts';
import { clip, escapeText } from '../../text.ts';
import { h, svg, type Child } from '../dom.ts';
import { OUTCOME_WORDS } from '../outcomes.ts';
import {
  layOutStory,
  PROMISE_Y,
  TITLE_Y,
  whatCameBack,
  type LifeLayout,
  type Look,
  type OpLayout,
  type StoryLayout,
} from './story-layout.ts';

/** What each look means, in the order in which the legend has them. */
const MEANINGS: Readonly<Record<Look, string>> = {
  durable: 'durable: a sync before the cut had made it sure',
  sync: 'sync',
  kept: 'pending, and survived',
  torn: 'pending, and torn',
  lost: 'pending, and lost',
  moot: 'made no difference',
  failed: 'a call that failed',
  plain: 'never cut',
  unreached: 'not reached',
};

/** A story from left to right: what each life did, what made it durable, where it died, and what came back. */
export function storyPicture(story: StoryReport): HTMLElement {
  const layout = layOutStory(story, roomIn(document.documentElement.clientWidth));
  const { width, height } = layout;
  const looks = new Set(layout.lives.flatMap(({ ops }) => ops.map(({ look }) => look)));
  return h(
    'div',
    { class: 'story-picture' },
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'The story as a picture' },
      svg(
        'svg',
        {
          width,
          height,
          viewBox: `0 0 ${width} ${height}`,
          role: 'img',
          'aria-label': sentence(story, layout),
        },
        layout.lives.map((life) => lifeDrawing(life, layout)),
        layout.lanes.length > 1 &&
          layout.lanes.map(({ name, y }) => svg('text', { x: 4, y: y + 4 }, escapeText(name))),
        endBox(story, layout),
      ),
    ),
    h(
      'ul',
      { class: 'story-legend' },
      (Object.keys(MEANINGS) as Look[])
        .filter((look) => looks.has(look))
        .map((look) =>
          h(
            'li',
            {},
            svg('svg', { width: 16, height: 16, 'aria-hidden': 'true' }, mark(look, 8, 8)),
            MEANINGS[look],
          ),
        ),
    ),
  );
}

/** What the page leaves of a window for what stands in a card. */
function roomIn(width: number): number {
  return Math.min(1060, width - 66);
}

/** The picture in words, for whoever can't see it. */
function sentence({ outcome }: StoryReport, { lives }: StoryLayout): string {
  const parts = lives.map(({ title, death, ops }) => {
    const lost = ops
      .filter(({ look }) => look === 'lost' || look === 'torn')
      .map(({ op }) => `op ${op.index}`);
    const losing = lost.length > 0 ? ` and loses ${lost.join(', ')}` : '';
    return death ? `${title} is ${death.text}${losing}` : `${title} is not cut`;
  });
  return `${parts.join('; ')}: ${OUTCOME_WORDS[outcome].label}`;
}

function lifeDrawing(life: LifeLayout, { lanes, height }: StoryLayout): Child {
  const { from, to, title, death } = life;
  const until = death ? death.x : to;
  const [top, bottom] = [lanes[0]!.y, lanes.at(-1)!.y];
  return svg(
    'g',
    {},
    svg('text', { class: 'title', x: from, y: TITLE_Y }, title),
    lanes.map(({ y }) => [
      svg('line', { class: 'time', x1: from, x2: until, y1: y, y2: y }),
      death && svg('line', { class: 'time never', x1: until, x2: to, y1: y, y2: y }),
    ]),
    life.gaps.map(({ x, text }) =>
      svg('text', { class: 'gap', x, y: top - 8, 'text-anchor': 'middle' }, `… ${text}`),
    ),
    life.ops.flatMap((op) => arcs(op)),
    life.ops.map((op) => opDrawing(op)),
    life.promises.map(({ x, text, worded }) => [
      svg('line', { class: 'promise', x1: x, x2: x, y1: PROMISE_Y - 4, y2: bottom }),
      worded &&
        svg(
          'text',
          { class: 'promise', x: x + 4, y: PROMISE_Y + 2 },
          `told: ${clip(text, 13)}`,
          tip(`promised: ${text}`),
        ),
    ]),
    life.rescue &&
      svg(
        'g',
        { class: 'rescue' },
        svg('rect', { x: life.rescue.x - 4, y: top - 30, width: 8, height: bottom - top + 44, rx: 2 }),
        svg('text', { x: life.rescue.x, y: top - 36, 'text-anchor': 'middle' }, '+ sync'),
        tip(`${life.rescue.text}: would have prevented it`),
      ),
    death && [
      svg('line', { class: death.kind, x1: death.x, x2: death.x, y1: PROMISE_Y + 12, y2: height - 30 }),
      svg(
        'text',
        {
          class: `death ${death.kind}`,
          x: death.x,
          y: height - 17,
          'text-anchor': death.x < 60 ? 'start' : 'middle',
        },
        `${death.kind === 'cut' ? '⚡' : '✕'} ${death.text}`,
      ),
      svg(
        'text',
        { x: death.x, y: height - 4, 'text-anchor': death.x < 60 ? 'start' : 'middle' },
        death.note,
      ),
    ],
  );
}

/** From an op to each sync that made it durable, or a part of it. */
function arcs({ x, y, durableAt }: OpLayout): readonly Child[] {
  return durableAt.map((sync) => {
    const top = Math.min(y, sync.y) - Math.min(48, 20 + (sync.x - x) / 8);
    return svg('path', {
      class: 'made-durable',
      d: `M ${x} ${y - 7} Q ${(x + sync.x) / 2} ${top - 12} ${sync.x} ${sync.y - 16}`,
    });
  });
}

function opDrawing({ op, x, y, look, culprit, label }: OpLayout): Child {
  const place = op.places?.[0];
  const made = place ? `, made at ${positionText(place)}` : '';
  return svg(
    'g',
    { class: 'story-op' },
    culprit && svg('circle', { class: 'culprit', cx: x, cy: y, r: 11 }),
    mark(look, x, y),
    svg('text', { x, y: y + 24, 'text-anchor': 'middle' }, String(op.index)),
    label !== undefined &&
      svg('text', { x, y: y + 36, 'text-anchor': 'middle' }, escapeText(clip(label, 10))),
    tip(`op ${op.index}: ${op.text}: ${MEANINGS[look]}${culprit ? '; the loss that matters' : ''}${made}`),
  );
}

/** One op. Shapes differ as well as colours. */
function mark(look: Look, x: number, y: number): Child {
  const cross = `M ${x - 4.5} ${y - 4.5} L ${x + 4.5} ${y + 4.5} M ${x + 4.5} ${y - 4.5} L ${x - 4.5} ${y + 4.5}`;
  switch (look) {
    case 'sync':
      return svg('rect', { class: `mark ${look}`, x: x - 3.5, y: y - 14, width: 7, height: 28, rx: 2 });
    case 'lost':
      return svg('path', { class: `mark ${look}`, d: cross });
    case 'torn':
      return [
        svg('path', { class: 'mark torn half', d: `M ${x} ${y - 5.5} A 5.5 5.5 0 0 0 ${x} ${y + 5.5} Z` }),
        svg('circle', { class: 'mark torn', cx: x, cy: y, r: 5.5 }),
      ];
    case 'failed':
      return [
        svg('path', {
          class: `mark ${look}`,
          d: `M ${x} ${y - 8} L ${x + 8} ${y + 6} L ${x - 8} ${y + 6} Z`,
        }),
        svg('text', { class: 'failed', x, y: y + 4.5, 'text-anchor': 'middle' }, '!'),
      ];
    case 'moot':
    case 'plain':
    case 'unreached':
      return svg('circle', { class: `mark ${look}`, cx: x, cy: y, r: 3.5 });
    case 'durable':
    case 'kept':
      return svg('rect', { class: `mark ${look}`, x: x - 5, y: y - 5, width: 10, height: 10, rx: 1.5 });
  }
}

/** What the last recovery came to. */
function endBox(story: StoryReport, { end, lanes, height }: StoryLayout): Child {
  const { outcome } = story;
  const back = whatCameBack(story);
  const top = lanes[0]!.y - 40;
  return svg(
    'g',
    { class: `story-end ${outcome}` },
    svg('text', { class: 'title', x: end.x, y: TITLE_Y }, 'what came back'),
    svg('path', { class: 'arrow', d: `M ${end.x - 26} ${lanes[0]!.y} h 18 m -6 -5 l 6 5 l -6 5` }),
    svg('rect', { x: end.x, y: top, width: end.width, height: Math.min(78, height - top - 2), rx: 8 }),
    svg(
      'text',
      { class: 'outcome', x: end.x + 12, y: top + 24 },
      `${GLYPHS[outcome]} ${OUTCOME_WORDS[outcome].label}`,
    ),
    back && svg('text', { class: 'path', x: end.x + 12, y: top + 44 }, back.path),
    back && svg('text', { class: 'path', x: end.x + 12, y: top + 60 }, back.text),
    tip(story.findings.map(({ message }) => message).join('; ')),
  );
}

function tip(text: string): Child {
  return svg('title', {}, escapeText(text));
}
