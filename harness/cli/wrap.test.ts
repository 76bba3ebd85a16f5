import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { painter } from '../../reports/paint.ts';
import type { Output } from './io.ts';
import { widthOf, wrapText } from './wrap.ts';

const terminal = (columns: number, isTTY = true): Output => ({ columns, isTTY, write: () => {} });

describe('text on a terminal', () => {
  it('is broken between words, below where it began', () => {
    expect(wrapText('  ✗ ext4  DOES NOT CONVERGE: 4 crash points, closed', terminal(30))).toBe(
      '  ✗ ext4  DOES NOT CONVERGE: 4\n          crash points, closed',
    );
  });

  it('keeps its colours, which take no room', () => {
    const red = painter(true)('bad', 'one two');
    expect(wrapText(`${red} three four five`, terminal(20))).toBe(`${red} three four\nfive`);
  });

  it('is left alone where it is to be copied, and where nobody says how wide it may be', () => {
    const line = "    reproduce: npx blackout repro 'ok:ext4:1-:d42c2aef8775' --from ./bad.js";
    expect(wrapText(line, terminal(40))).toBe(line);
    for (const output of [terminal(0), terminal(40, false)])
      expect(wrapText(line.repeat(3), output)).toBe(line.repeat(3));
  });

  it('loses no word, and has no line that is too long if its words are not', () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 80 }), fc.nat(8), (all, columns, indent) => {
        const wrapped = wrapText(' '.repeat(indent) + all.join(' '), terminal(columns));
        expect(wrapped.split(/\s+/).filter(Boolean)).toEqual(all);
        for (const line of wrapped.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('may be as narrow as a terminal says, within reason', () => {
    expect([40, 39, 20, 19, 0].map((columns) => widthOf(terminal(columns)))).toEqual([40, 39, 20, 120, 120]);
  });
});
