import type { RunHead } from '../../html-data.ts';
import type { StoryReport } from '../../schema/story.ts';
import { h, type Child } from '../dom.ts';
import { printPlace } from '../route.ts';
import { cutsText } from '../sentences.ts';
import { shown } from '../shown.ts';
import { copyLine } from './copy.ts';
import { nearestPassing } from './heat-columns.ts';

/** When it became inevitable: the nearest crash points at which all is well. */
export function neighboursCard(run: RunHead, at: number, story: StoryReport | undefined): Child[] {
  const rows = [...(story ? storyRows(story) : []), ...mapRows(run, at)];
  if (rows.length === 0) return [];
  return [
    h(
      'section',
      { class: 'card' },
      h('h2', {}, 'The nearest cuts that do no harm'),
      h('ul', { class: 'neighbours' }, rows),
    ),
  ];
}

function storyRows({ neighbours }: StoryReport): Child[] {
  return neighbours.map(({ at, side, why, token }) =>
    h(
      'li',
      {},
      h('b', {}, `Cut ${cutsText([at])}`),
      ` (${side} this one): whatever is lost there, it comes back; `,
      why === 'converges' ? 'with the same losses, too.' : `${why}.`,
      token !== null &&
        copyLine(`npx blackout repro '${token}'`, 'the line that plays the story that passes'),
    ),
  );
}

function mapRows(run: RunHead, at: number): Child[] {
  if (run.heat[at] === '.') return [];
  const { before, after } = nearestPassing(run.heat, at);
  return [before, after].flatMap((point) => {
    if (point === undefined) return [];
    const { scenario, model } = run;
    const href = printPlace({ page: 'cut', scenario, model, at: point, cause: undefined });
    return [
      h(
        'li',
        {},
        'Whatever is lost there: ',
        h('a', { href }, shown(`cut ${cutsText([point])}`)),
        ', all that was looked at comes back.',
      ),
    ];
  });
}
