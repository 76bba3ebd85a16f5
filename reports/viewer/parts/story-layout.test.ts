import { describe, expect, it } from 'vitest';
import type { StoryLifeReport, StoryOpReport, StoryReport } from '../../schema/story.ts';
import { sampleEvents } from '../../testing/sample.ts';
import { disksIn, layOutStory, whatCameBack, type OpLayout } from './story-layout.ts';

const recorded = sampleEvents().flatMap((event) => (event.type === 'cause' ? [event.story] : []));

/** A story like the recorded one, with what is given. */
function told(changes: Partial<StoryReport>, life: Partial<StoryLifeReport> = {}): StoryReport {
  const [story] = recorded;
  return { ...story!, lives: [{ ...story!.lives[0]!, ...life }], ...changes };
}

function op(index: number, path: string, rest: Partial<StoryOpReport> = {}): StoryOpReport {
  return { index, kind: 'write', path, text: `write ${path}`, sync: false, ...rest };
}

const twoDisks = told(
  {
    model: 'posix@/wal=ext4',
    culprit: { life: 0, op: 1, kind: 'write', path: '/a', text: '' },
    rescue: { life: 0, after: 1, path: '/a', text: 'fsync /a' },
  },
  {
    at: 3,
    length: 9,
    killed: true,
    ops: [
      op(1, '/a', { fate: 'lost' }),
      op(2, '/wal/log', { fate: 'durable', since: 3 }),
      op(3, '/wal/log', { kind: 'fsync', sync: true }),
      op(4, '/wallet', { fault: 'eio' }),
      op(5, '/wal'),
      op(6, '/wal'),
    ],
    acknowledged: [
      { what: 'one', after: 2 },
      { what: 'two', after: 3 },
    ],
  },
);

function inOrder(xs: readonly number[]): boolean {
  return xs.every((x, i) => i === 0 || x > xs[i - 1]!);
}

describe('the picture of a story', () => {
  it('goes from left to right without anything in the place of another, and ends within its width', () => {
    for (const story of [...recorded, twoDisks]) {
      for (const room of [320, 1060]) {
        const { lives, end, width } = layOutStory(story, room);
        expect(lives).toHaveLength(story.lives.length + 1);
        expect(inOrder(lives.flatMap(({ from, ops, to }) => [from, ...ops.map(({ x }) => x), to]))).toBe(
          true,
        );
        expect(inOrder([...lives.map(({ to }) => to), end.x, width])).toBe(true);
      }
    }
  });

  it('has a line for each disk, and each op on its own', () => {
    const { lanes, lives } = layOutStory(twoDisks);
    expect(lanes.map(({ name }) => name)).toEqual(disksIn('posix@/wal=ext4'));
    const on = (each: OpLayout): string => lanes.find(({ y }) => y === each.y)!.name;
    // `/wallet` only begins like the mount point.
    expect(lives[0]!.ops.map(on)).toEqual(['/', '/wal', '/wal', '/', '/wal']);
  });

  it('puts the death right after the op that it comes after, and the two that would have come beyond it', () => {
    const { ops, death } = layOutStory(twoDisks).lives[0]!;
    expect(death).toMatchObject({ kind: 'kill', text: 'killed after op 3' });
    expect(ops.filter(({ x }) => x < death!.x).map((each) => each.op.index)).toEqual([1, 2, 3]);
    expect(ops.map(({ look }) => look)).toEqual(['lost', 'durable', 'sync', 'unreached', 'unreached']);
  });

  it('leads from an op to the sync that made it durable, and from none that did not', () => {
    const { ops } = layOutStory(twoDisks).lives[0]!;
    expect(ops.map(({ durableAt }) => durableAt.length)).toEqual([0, 1, 0, 0, 0]);
    expect(ops[1]!.durableAt[0]!.x).toBe(ops[2]!.x);
  });

  it('shows a call that failed as that, in a life that came so far', () => {
    const further = told({}, { ...twoDisks.lives[0]!, at: 6 });
    expect(layOutStory(further).lives[0]!.ops.map(({ look }) => look)[3]).toBe('failed');
  });

  it('says of two promises in one place the last in words', () => {
    const close = layOutStory(twoDisks, 320).lives[0]!.promises;
    expect(close.map(({ worded }) => worded)).toEqual([false, true]);
  });

  it('names what came back with another content before what is gone', () => {
    const file = { type: 'file' as const, text: 'new' };
    const rows = [
      { path: '/moved', saw: file, disk: file, after: null },
      { path: '/torn', saw: file, disk: file, after: { type: 'file' as const, text: 'zeros' } },
    ];
    expect(whatCameBack(told({ culprit: null }, { tree: rows }))).toEqual({ path: '/torn', text: 'zeros' });
    expect(whatCameBack(told({ culprit: null }, { tree: rows.slice(0, 1) }))?.text).toBe('not there');
    expect(whatCameBack(told({ culprit: null }, { tree: [] }))).toBeUndefined();
  });
});
