import type {
  CauseReport,
  ContentReport,
  StoryLifeReport,
  StoryOpReport,
  StoryReport,
  TreeNode,
} from '../../schema/story.ts';
import { count } from '../../text.ts';
import { h, type Child } from '../dom.ts';
import { bytesOf } from '../load.ts';
import { shown } from '../shown.ts';
import { copyLine } from './copy.ts';
import { timeline, type TimelineOp } from './timeline.ts';
import { trees, type TreeCell, type TreeRow } from './trees.ts';

/** A story from the first op to the broken invariant, life by life. */
export function storyView({ story, reproduce, vitest, fastCheck }: CauseReport): Child[] {
  const contents = new Map(story.contents.map((content) => [content.hash, content]));
  const last = story.lives.length - 1;
  return [
    ...story.lives.map((life, i) => lifeCard(story, life, i, i === last, contents)),
    recoveryCard(story),
    h(
      'section',
      { class: 'card', 'aria-labelledby': 'again-title' },
      h('h2', { id: 'again-title' }, 'Play it again'),
      h('h3', {}, 'In a shell'),
      copyLine(reproduce, 'the shell line'),
      h('h3', {}, 'In a vitest test'),
      copyLine(vitest, 'the vitest line'),
      fastCheck !== null && [
        h('h3', {}, 'As an example of a fast-check property'),
        copyLine(fastCheck, 'the fast-check line'),
      ],
    ),
  ];
}

function lifeCard(
  story: StoryReport,
  life: StoryLifeReport,
  number: number,
  last: boolean,
  contents: ReadonlyMap<string, ContentReport>,
): Child {
  const title = life.role === 'run' ? 'The life that is cut first' : `Recovery ${number}, which is cut too`;
  const pending = life.pending.filter((effect) => effect.fate !== 'kept').length;
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, title),
    h(
      'p',
      { class: 'note' },
      `${count(life.pending.length, 'effect')} pending at the cut, ${pending} of them lost or torn. `,
      'A sync makes what was written before it durable; until then the power cut decides.',
    ),
    timeline({ ops: opsOf(story, life, number), cut: life.at, early: life.early, length: life.length }),
    h('h3', { class: 'spaced' }, last ? 'Three disks, side by side' : 'Two disks, side by side'),
    trees({
      rows: life.tree.map((row) => treeRow(row, contents)),
      withAfter: last,
      leftOut: life.treeLeftOut,
    }),
  );
}

function opsOf(story: StoryReport, life: StoryLifeReport, number: number): TimelineOp[] {
  const { culprit, rescue } = story;
  return life.ops.map((op) => ({
    ...plainOp(op),
    promises: life.acknowledged.filter((mark) => mark.after === op.index).map((mark) => mark.what),
    culprit: culprit !== null && culprit.life === number && culprit.op === op.index,
    rescue:
      rescue !== null && rescue.life === number && rescue.after === op.index
        ? `fsync ${rescue.path}`
        : undefined,
  }));
}

function plainOp({ index, text, sync, phase, effects, fate, tornAt }: StoryOpReport): TimelineOp {
  return {
    index,
    text,
    sync,
    phase,
    became: fate === 'torn' && tornAt !== undefined ? { fate, tornAt } : fate && { fate },
    fates: (effects ?? []).map((effect) => ({
      text: effect.text,
      became: effect.fate,
      since: effect.since,
      tornAt: effect.tornAt,
    })),
    promises: [],
  };
}

function recoveryCard({ recovery, findings }: StoryReport): Child {
  const ops = recovery.ops.map(plainOp);
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, 'The last recovery, which is not cut'),
    h('p', {}, 'It ', shown(recovery.ending), '.'),
    ops.length > 0 &&
      h(
        'details',
        {},
        h(
          'summary',
          {},
          ops.length < recovery.length
            ? `Its first ${count(ops.length, 'op')}`
            : `Its ${count(ops.length, 'op')}`,
        ),
        timeline({ ops, cut: undefined, length: recovery.length }),
      ),
    h('h3', { class: 'spaced' }, 'What was found then'),
    h(
      'ul',
      { class: 'findings' },
      findings.map(({ invariant, message }) =>
        h('li', {}, h('b', {}, shown(message)), h('br', {}), 'broken promise: ', shown(invariant)),
      ),
    ),
  );
}

function treeRow(
  row: StoryLifeReport['tree'][number],
  contents: ReadonlyMap<string, ContentReport>,
): TreeRow {
  return {
    path: row.path,
    saw: cellOf(row.saw, contents),
    disk: cellOf(row.disk, contents),
    after: cellOf(row.after ?? null, contents),
  };
}

function cellOf(node: TreeNode | null, contents: ReadonlyMap<string, ContentReport>): TreeCell | undefined {
  if (node === null) return undefined;
  const content = node.hash === undefined ? undefined : contents.get(node.hash);
  const bytes = content && bytesOf(content.base64);
  return { text: node.text, size: node.size, bytes };
}
