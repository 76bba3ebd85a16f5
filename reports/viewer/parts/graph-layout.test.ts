import { describe, expect, it } from 'vitest';
import type { Group } from './fold.ts';
import { BOX_HEIGHT, BOX_WIDTH, inBands, inColumns, type GraphLayout, type Spot } from './graph-layout.ts';

const GLYPHS = ['L', 'X', '!', '8', '?', '.', ' '];

/** Groups of every kind: some depths with one outcome, some with all. */
function groupsOf(depths: number, outcomes: (depth: number) => number): readonly Group[] {
  return Array.from({ length: depths + 1 }, (_, depth) =>
    GLYPHS.slice(0, outcomes(depth)).map((glyph) => ({ depth, glyph, states: [depth] })),
  ).flat();
}

const SPACES = [
  groupsOf(1, () => 1),
  groupsOf(10, (depth) => (depth === 0 ? 0 : 1 + (depth % GLYPHS.length))),
  groupsOf(4, () => GLYPHS.length),
];

function overlaps(one: Spot, other: Spot): boolean {
  return Math.abs(one.x - other.x) < BOX_WIDTH && Math.abs(one.y - other.y) < BOX_HEIGHT;
}

/** Boxes that lie over each other, or partly outside. */
function faults({ width, height, main, spots }: GraphLayout): number {
  const boxes = [main, ...spots.values()];
  const outside = boxes.filter(
    ({ x, y }) => x < 0 || y < 0 || x + BOX_WIDTH > width || y + BOX_HEIGHT > height,
  );
  const pairs = boxes.flatMap((one, i) => boxes.slice(i + 1).filter((other) => overlaps(one, other)));
  return outside.length + pairs.length;
}

describe('the boxes of a graph of states', () => {
  it('lie beside each other, and inside of the picture, in columns and in bands', () => {
    for (const groups of SPACES) {
      const depths = Math.max(...groups.map(({ depth }) => depth));
      expect(faults(inColumns(groups, GLYPHS, depths))).toBe(0);
      expect(faults(inBands(groups, GLYPHS, depths))).toBe(0);
    }
  });

  it('would be seen to lie over each other', () => {
    const layout = inBands(SPACES[1]!, GLYPHS, 10);
    const [first, second] = [...layout.spots.keys()];
    const spots = new Map(layout.spots).set(second!, layout.spots.get(first!)!);
    expect(faults({ ...layout, spots })).toBeGreaterThan(0);
  });

  it('are as wide as a telephone in bands, however many outcomes and cuts there are', () => {
    for (const groups of SPACES) expect(inBands(groups, GLYPHS, 10).width).toBeLessThanOrEqual(330);
  });

  it('stand one below the other by the number of cuts in bands, each below its title', () => {
    const { spots, titles } = inBands(SPACES[1]!, GLYPHS, 10);
    for (const [{ depth }, { y }] of spots) {
      expect(y).toBeGreaterThan(titles[depth]!.y);
      if (depth < 10) expect(y + BOX_HEIGHT).toBeLessThan(titles[depth + 1]!.y);
    }
  });
});
