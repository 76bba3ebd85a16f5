import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Op } from '../disk/journal.ts';
import { lifeOf } from '../persistence/testing/steps.ts';
import type { Schedule } from './schedule.ts';
import { DamagedToken, fingerprint, parseToken, printToken } from './token.ts';

const name = fc.record({ op: fc.nat({ max: 300 }), part: fc.nat({ max: 9 }) });
const cut = fc.record({
  at: fc.nat({ max: 400 }),
  mode: fc.constantFrom('lose' as const, 'keep' as const),
  effects: fc.array(name, { maxLength: 5 }),
});
const schedule: fc.Arbitrary<Schedule> = fc.record({
  scenario: fc.constantFrom('atomic-replace', 'x', 'backup-8-10'),
  model: fc.constantFrom('posix', 'process-kill'),
  cuts: fc.array(cut, { minLength: 1, maxLength: 3 }),
});

const { ops } = lifeOf([
  { call: 'mkdir', path: '/d' },
  { call: 'create', path: '/d/a' },
  { call: 'write', path: '/d/a', flags: 1, data: { byte: 97, offset: 0, length: 10 } },
  { call: 'rename', path: '/d/a', to: '/d/b' },
]);
const lives: readonly (readonly Op[])[] = [ops, ops.slice(1), ops];

describe('a token', () => {
  it('says what it was printed from', () => {
    fc.assert(
      fc.property(schedule, (each) => {
        const parsed = parseToken(printToken(each, lives));
        expect(parsed.schedule).toEqual(each);
        expect(parsed.fingerprint).toBe(fingerprint(each.cuts, lives));
      }),
    );
  });

  it('with any one character changed, left out or doubled is refused, or is another token that is whole', () => {
    const alphabet = '0123456789abcdefxyz:-+.,! '.split('');
    const tally = { refused: 0, other: 0 };
    fc.assert(
      fc.property(schedule, (each) => {
        const token = printToken(each, lives);
        for (let i = 0; i < token.length; i++) {
          for (const unit of ['', token[i]! + token[i]!, ...alphabet]) {
            const changed = token.slice(0, i) + unit + token.slice(i + 1);
            if (changed.trim() === token) continue;
            tally[meaning(changed, each)]++;
          }
        }
      }),
      { numRuns: 15 },
    );
    // The sum has 16 bits, and half of the last eight digits are of the ops: those are left to the stale check.
    expect(tally.refused).toBeGreaterThan(10 * tally.other);
  });

  /** Whether a changed token is refused, or a whole one that says something else than the schedule. */
  function meaning(changed: string, original: Schedule): 'refused' | 'other' {
    try {
      const parsed = parseToken(changed);
      const same = JSON.stringify(parsed.schedule) === JSON.stringify(original);
      expect(same && parsed.fingerprint === fingerprint(original.cuts, lives), changed).toBe(false);
      return 'other';
    } catch (error) {
      expect(error, changed).toBeInstanceOf(DamagedToken);
      expect((error as Error).message).not.toContain('\n');
      return 'refused';
    }
  }

  it('has another fingerprint when an op before a cut is another one, and the same when one after it is', () => {
    const cuts = [{ at: 2, mode: 'lose', effects: [] }] as const;
    const print = (all: readonly Op[]): string => fingerprint(cuts, [all]);
    expect(print([ops[0]!, { ...ops[1]!, path: '/d/c' }])).not.toBe(print(ops));
    expect(print([ops[0]!, { ...ops[1]!, kind: 'mkdir' }])).not.toBe(print(ops));
    expect(print(ops.slice(0, 1))).not.toBe(print(ops));
    expect(print([...ops.slice(0, 2), { ...ops[2]!, length: 11 }])).toBe(print(ops));
  });

  it.each(['', 'x', 'a:b', 'a:b:c', 'a:b:1-:zzzzzzzz', ':::', 'a:b:1-:0000000'])(
    '%j is refused in one line',
    (text) => {
      expect(() => parseToken(text)).toThrow(DamagedToken);
    },
  );
});
