import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../disk/fault-kinds.ts';
import { Core } from '../disk/core/core.ts';
import { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import { lifeOf } from '../persistence/testing/steps.ts';
import type { Schedule } from './schedule.ts';
import { DamagedToken, fingerprint, originOf, parseToken, printToken } from './token.ts';

const name = fc.record({ op: fc.nat({ max: 300 }), part: fc.nat({ max: 9 }) });
const conditions = fc
  .record(
    {
      faults: fc.array(
        fc.record({ call: fc.integer({ min: 1, max: 90 }), kind: fc.constantFrom(...FAULT_KINDS) }),
        { minLength: 1, maxLength: 2 },
      ),
      order: fc.array(fc.record({ step: fc.nat({ max: 90 }), pick: fc.integer({ min: 1, max: 9 }) }), {
        minLength: 1,
        maxLength: 2,
      }),
    },
    { requiredKeys: [] },
  )
  .filter(({ faults, order }) => faults !== undefined || order !== undefined);
const cut = fc.record(
  {
    at: fc.nat({ max: 400 }),
    mode: fc.constantFrom('lose' as const, 'keep' as const),
    effects: fc.array(name, { maxLength: 5 }),
    conditions,
  },
  { requiredKeys: ['at', 'mode', 'effects'] },
);
const schedule: fc.Arbitrary<Schedule> = fc
  .record(
    {
      scenario: fc.constantFrom('atomic-replace', 'x', 'backup-8-10'),
      model: fc.constantFrom('posix', 'process-kill'),
      cuts: fc.array(cut, { maxLength: 3 }),
      last: conditions,
    },
    { requiredKeys: ['scenario', 'model', 'cuts'] },
  )
  .filter(({ cuts, last }) => cuts.length > 0 || last !== undefined);

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
        const parsed = parseToken(printToken(each, lives, '0a1b'));
        expect(parsed.schedule).toEqual(each);
        expect(parsed.origin).toBe('0a1b');
        expect(parsed.fingerprint).toBe(fingerprint(each, lives));
      }),
    );
  });

  it('with any one character changed, left out or doubled is refused, or is another token that is whole', () => {
    const alphabet = '0123456789abcdefxyz:-+.,!> '.split('');
    const tally = { refused: 0, other: 0 };
    fc.assert(
      fc.property(schedule, (each) => {
        const token = printToken(each, lives, '0a1b');
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
    // The sum has 16 bits, and four of the last twelve digits are of the ops: those are left to the stale check.
    expect(tally.refused).toBeGreaterThan(10 * tally.other);
  });

  /** Whether a changed token is refused, or a whole one that says something else than the schedule. */
  function meaning(changed: string, original: Schedule): 'refused' | 'other' {
    try {
      const parsed = parseToken(changed);
      const same = JSON.stringify(parsed.schedule) === JSON.stringify(original);
      const whole = parsed.fingerprint === fingerprint(original, lives) && parsed.origin === '0a1b';
      expect(same && whole, changed).toBe(false);
      return 'other';
    } catch (error) {
      expect(error, changed).toBeInstanceOf(DamagedToken);
      expect((error as Error).message).not.toContain('\n');
      return 'refused';
    }
  }

  it('has another fingerprint when an op before a cut is another one, and the same when one after it is', () => {
    const cuts = [{ at: 2, mode: 'lose', effects: [] }] as const;
    const print = (all: readonly Op[]): string => fingerprint({ cuts }, [all]);
    expect(print([ops[0]!, { ...ops[1]!, path: '/d/c' }])).not.toBe(print(ops));
    expect(print([ops[0]!, { ...ops[1]!, kind: 'mkdir' }])).not.toBe(print(ops));
    expect(print(ops.slice(0, 1))).not.toBe(print(ops));
    expect(print([...ops.slice(0, 2), { ...ops[2]!, length: 11 }])).toBe(print(ops));
  });

  it('names failing calls in front of the crash point of their life, and those of the last life at the end', () => {
    const faults = [
      { call: 12, kind: 'eio' },
      { call: 15, kind: 'enospc-lasting' },
    ] as const;
    const story: Schedule = {
      scenario: 'x',
      model: 'ext4',
      cuts: [{ at: 137, mode: 'lose', effects: [{ op: 129, part: 0 }], conditions: { faults } }],
      last: { faults: [{ call: 3, kind: 'enospc' }] },
    };
    expect(printToken(story, lives)).toMatch(
      /^x:ext4:12eio,15enospc-lasting!137-129\.0:3enospc!:[0-9a-f]{8}$/,
    );
  });

  it('names calls that come early beside those that fail', () => {
    const order = [{ step: 5, pick: 1 }];
    const cuts = [{ at: 7, mode: 'keep', effects: [], conditions: { order } }] as const;
    const last = { order, faults: [{ call: 3, kind: 'eio' }] } as const;
    const story: Schedule = { scenario: 'x', model: 'ext4', cuts, last };
    expect(printToken(story, lives)).toMatch(/^x:ext4:5\^1!7\+:5\^1,3eio!:[0-9a-f]{8}$/);
    const damaged = printToken(story, lives).replace('5^1!7', '5^0!7');
    expect(() => parseToken(damaged)).toThrow(DamagedToken);
  });

  it('has another fingerprint when an op before the last failing call is another one', () => {
    const last = { faults: [{ call: 2, kind: 'eio' }] } as const;
    const print = (all: readonly Op[]): string => fingerprint({ cuts: [], last }, [all]);
    const failing = ops.map((op, i) => (i === 1 ? { ...op, fault: 'eio' as const } : op));
    expect(print([{ ...failing[0]!, path: '/e' }, ...failing.slice(1)])).not.toBe(print(failing));
    expect(print([...failing.slice(0, 2), { ...failing[2]!, length: 11 }])).toBe(print(failing));
  });

  it('of an older version, which does not say what its scenario was made from, is still read', () => {
    fc.assert(
      fc.property(schedule, (each) => {
        const parsed = parseToken(printToken(each, lives));
        expect(parsed).toEqual({ schedule: each, fingerprint: fingerprint(each, lives) });
      }),
    );
  });

  it('does not become one of an older version when its end is cut off', () => {
    fc.assert(
      fc.property(schedule, (each) => {
        const token = printToken(each, lives, '0a1b').slice(0, -4);
        expect(() => parseToken(token)).toThrow(DamagedToken);
      }),
    );
  });

  it('knows another disk, and other data that a scenario is made from', () => {
    const disk = (path: string): Image => {
      const core = new Core(Image.empty());
      core.mkdir(path, 0o755);
      return core.image;
    };
    expect(originOf(disk('/d'))).toMatch(/^[0-9a-f]{4}$/);
    expect(originOf(disk('/e'))).not.toBe(originOf(disk('/d')));
    expect(originOf(disk('/d'), 'a tree')).not.toBe(originOf(disk('/d')));
    expect(originOf(disk('/d'), 'a tree')).toBe(originOf(disk('/d'), 'a tree'));
  });

  it.each(['', 'x', 'a:b', 'a:b:c', 'a:b:1-:zzzzzzzz', ':::', 'a:b:1-:0000000', 'a:b:1-:000000000000'])(
    '%j is refused in one line',
    (text) => {
      expect(() => parseToken(text)).toThrow(DamagedToken);
    },
  );
});
