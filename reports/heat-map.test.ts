import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heatMap, squeeze, type Mapped } from './heat-map.ts';

const plain = (_style: string, text: string): string => text;

function mapped(model: string, heat: string, more: Partial<Mapped> = {}): Mapped {
  return { model, heat, phases: [], syncs: [], ...more };
}

describe('the map of crash points', () => {
  it('has a column per crash point, a band of phases, and a row per model', () => {
    const phases = [
      { from: 0, name: 'scan' },
      { from: 6, name: 'shuffle' },
    ];
    const runs = [
      mapped('posix', '......LLX...', { phases, syncs: [4, 9] }),
      mapped('sequential', '............'),
    ];
    expect(heatMap(runs, 80, plain)).toEqual([
      'crash point  0         11',
      'phase        |scan-|shuf-',
      'sync             |    |  ',
      'posix        ......LLX...',
      'sequential   ............',
    ]);
  });

  it('never loses the worst outcome when columns are fewer than crash points', () => {
    const order = ' -.?8!XL'.split('');
    const worst = (text: string): number => Math.max(...text.split('').map((glyph) => order.indexOf(glyph)));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...order), minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 80 }),
        (cells, columns) => {
          const squeezed = squeeze(cells, columns);
          expect(squeezed).toHaveLength(Math.min(cells.length, columns));
          expect(worst(squeezed)).toBe(worst(cells));
        },
      ),
    );
  });
});
