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
import { storyPicture } from './story-picture.ts';
import { timeline, type TimelineOp } from './timeline.ts';
import { trees, type TreeCell, type TreeRow } from './trees.ts';

/** A story from the first op to the broken invariant, life by life. */
export function storyView({ story, reproduce, vitest, fastCheck }: CauseReport): Child[] {
  const contents = new Map(story.contents.map((content) => [content.hash, content]));
  const last = story.lives.length - 1;
  return [
    h(
      'section',
      { class: 'card', 'aria-labelledby': 'glance-title' },
      h('h2', { id: 'glance-title' }, 'The story at a glance'),
      storyPicture(story),
    ),
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
  const ends = life.killed ? 'killed' : 'cut';
  const title =
    life.role === 'run' ? `The life that is ${ends} first` : `Recovery ${number}, which is ${ends} too`;
  const pending = life.pending.filter((effect) => effect.fate !== 'kept').length;
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, title),
    h(
      'p',
      { class: 'note' },
      life.killed
        ? `${count(life.pending.length, 'effect')} pending at the kill, and still so when the next life begins: it ` +
            'sees them, and a power cut may yet lose them.'
        : `${count(life.pending.length, 'effect')} pending at the cut, ${pending} of them lost or torn. ` +
            'A sync makes what was written before it durable; until then the power cut decides.',
    ),
    timeline({
      ops: opsOf(story, life, number),
      cut: life.at,
      early: life.early,
      killed: life.killed,
      length: life.length,
    }),
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

function plainOp({ index, text, sync, phase, places, effects, fate, tornAt }: StoryOpReport): TimelineOp {
  return {
    index,
    text,
    sync,
    phase,
    places,
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

/** What was found, where it was thrown, and which claim that breaks; one that could not tell has broken none. */
function findingItem(
  { invariant, message, difference, advice, stack }: StoryReport['findings'][number],
  isKnown: boolean,
): Child {
  const details = [difference, stack].filter((each) => each !== undefined).join('\n');
  return h(
    'li',
    {},
    h('b', {}, shown(message)),
    details !== '' &&
      h(
        'pre',
        { class: 'details' },
        details.split('\n').map((line) => [shown(line), '\n']),
      ),
    h('br', {}),
    advice !== undefined && [shown(advice), h('br', {})],
    isKnown ? 'broken promise: ' : 'not known: ',
    shown(invariant),
  );
}

function recoveryCard({ recovery, findings, outcome }: StoryReport): Child {
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
      findings.map((finding) => findingItem(finding, outcome !== 'unknown')),
    ),
  );
}

function treeRow(
  row: StoryLifeReport['tree'][number],
  contents: ReadonlyMap<string, ContentReport>,
): TreeRow {
  return {
    path: row.path,
    ...(row.before === undefined ? {} : { before: row.before?.text ?? 'not there' }),
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
