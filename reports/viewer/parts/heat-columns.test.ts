import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEVERITY } from '../../glyphs.ts';
import { columnAt, columnsOf, nearestPassing, stretchesByPoint, worstIn } from './heat-columns.ts';

const cells = fc.string({
  unit: fc.constantFrom(' ', '.', '?', '8', '!', 'X', 'L'),
  minLength: 1,
  maxLength: 300,
});
const worstOf = (text: string): number => Math.max(...text.split('').map((glyph) => SEVERITY.indexOf(glyph)));

describe('the columns of the map', () => {
  it('hold every crash point once, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 200 }), (points, most) => {
        const columns = columnsOf(points, most);
        const all = columns.flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, i) => from + i),
        );
        expect(all).toEqual(Array.from({ length: points }, (_, i) => i));
        for (const point of all) {
          const { from, to } = columns[columnAt(point, columns)]!;
          expect(from <= point && point <= to).toBe(true);
        }
      }),
    );
  });

  it('show the worst of their crash points, and open one that has it', () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 40 }), (text, most) => {
        for (const column of columnsOf(text.length, most)) {
          const { at } = worstIn(text, column);
          expect(SEVERITY.indexOf(text[at]!)).toBe(worstOf(text.slice(column.from, column.to + 1)));
        }
      }),
    );
  });

  it('are told in words without losing a crash point', () => {
    expect(stretchesByPoint('..XX.')).toEqual([
      { from: 0, to: 1, outcome: 'converged' },
      { from: 2, to: 3, outcome: 'corrupt' },
      { from: 4, to: 4, outcome: 'converged' },
    ]);
  });

  it('know the nearest crash points that pass, on both sides, if there are any', () => {
    expect(nearestPassing('.XXL.', 2)).toEqual({ before: 0, after: 4 });
    expect(nearestPassing('XX', 0)).toEqual({ before: undefined, after: undefined });
  });
});
