import { describe, expect, it } from 'vitest';
import { painter } from './paint.ts';
import type { StoryLifeReport } from './schema/story.ts';
import { treeTable } from './tree-table.ts';

const file = (text: string) => ({ type: 'file', text, mode: 0o644, size: 1, hash: text }) as const;
const life = {
  tree: [
    {
      path: '/a',
      before: file('3 B "old"'),
      saw: file('3 B "new"'),
      disk: file('empty'),
      after: file('empty'),
    },
    { path: '/same', saw: file('x'), disk: file('x'), after: file('x') },
  ],
  treeLeftOut: 0,
} as unknown as StoryLifeReport;

describe('the trees of a story', () => {
  const lines = (width: number): readonly string[] => treeTable(life, { rowsMax: 9, width }, painter(false));

  it('stand beside each other where there is room', () => {
    expect(lines(100)).toEqual([
      '    path  before it was cut short  the program saw  the disk held  after recovery',
      '  * /a    3 B "old"                3 B "new"        empty          empty',
      '    1 path the same in all columns',
    ]);
  });

  it('stand below each other where columns would be too narrow to read', () => {
    expect(lines(40)).toEqual([
      '  * /a',
      '      before it was cut short: 3 B "old"',
      '      the program saw: 3 B "new"',
      '      the disk held: empty',
      '      after recovery: empty',
      '    1 path the same in all columns',
    ]);
  });
});
