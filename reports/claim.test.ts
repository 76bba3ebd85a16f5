import { describe, expect, it } from 'vitest';
import { claimOf, type Claimed } from './claim.ts';

const COUNTS = {
  mainOps: 5,
  generated: 12,
  states: 6,
  verified: 6,
  depth: 1,
  recoveryOps: 3,
  exhaustive: 12,
  bounded: 0,
  unexpanded: 0,
};

const PLAN: Claimed['plan'] = {
  tier: 'closure',
  accept: 'closure',
  t: 1,
  deaths: ['cut'],
  kills: null,
  depth: null,
  at: null,
  cap: 65_536,
  seed: 1,
  bail: 1,
  dontCare: false,
  statesMax: null,
};

interface More extends Omit<Partial<Claimed>, 'plan'> {
  readonly plan?: Partial<Claimed['plan']>;
}

function run({ plan, ...more }: More = {}): Claimed {
  return {
    model: 'posix',
    counts: COUNTS,
    work: null,
    closed: true,
    stopped: null,
    ...more,
    plan: { ...PLAN, ...plan },
  };
}

function claim(...runs: readonly Claimed[]): string {
  return claimOf(runs, null);
}

describe('a claim', () => {
  it('of a closed run names models, deaths, faults, orders and the tier, and that nothing else was left out', () => {
    expect(claim(run(), run({ model: 'ext4' }))).toBe(
      'Looked at under posix and ext4: every state that any number of power cuts can lead to (closure); no kills, ' +
        'no failing calls, calls only in the order in which they were made; nothing else was left out.',
    );
  });

  it('says which calls were let fail, and how many', () => {
    const faults = ['eio', 'enospc-lasting'];
    expect(claim(run({ plan: { faults, faultCount: 1 } }))).toBe(
      'Looked at under posix: every state that any number of power cuts and one failing call (EIO or ENOSPC that lasts, ' +
        'anywhere) can lead to (closure); no kills, calls only in the order in which they were made; nothing else was left out.',
    );
    expect(claim(run({ plan: { faults: ['short'], faultCount: 2 } }))).toContain(
      'any number of power cuts and at most 2 failing calls (a short write, anywhere) can lead to',
    );
  });

  it('says that kills were looked at if they were, and how many', () => {
    const both = claim(run({ plan: { deaths: ['cut', 'kill'] } }));
    expect(both).toContain('every state that any number of power cuts and kills can lead to');
    expect(both).not.toContain('no kills');
    expect(claim(run({ plan: { deaths: ['cut', 'kill'], kills: 1 } }))).toContain(
      'any number of power cuts and kills (at most 1 kill between two cuts)',
    );
    const killed = claim(run({ plan: { deaths: ['kill'] } }));
    expect(killed).toContain('any number of kills can lead to');
    expect(killed).toContain('no power cuts');
  });

  it('says "every state" only where it was every state', () => {
    const counts = { ...COUNTS, bounded: 3 };
    const less: readonly More[] = [
      { counts, plan: { accept: 'bounded' } },
      { stopped: 'time' },
      { plan: { at: { from: 2, to: 3 } } },
      { counts: { ...COUNTS, unexpanded: 1 } },
      { plan: { tier: 'bounded', depth: 2 } },
    ];
    for (const more of less) expect(claim(run({ closed: false, ...more }))).not.toContain('every state');
    expect(claimOf([run({ closed: false })], { index: 1, count: 2 })).not.toContain('every state');
    expect(claim(run({ closed: false, plan: { depth: 1 } }))).toContain('every state that one power cut can');
    expect(claim(run({ closed: false, plan: { depth: 2 } }))).toContain(
      'every state that at most 2 power cuts in a row can',
    );
  });

  it('lists what was left out', () => {
    const counts = { ...COUNTS, bounded: 3 };
    const left = (more: More): string =>
      claim(run({ closed: false, ...more }))
        .split('; ')
        .at(-1)!;
    expect(left({ counts })).toBe('left out: all but a sample of the survivals at 3 crash points.');
    expect(left({ stopped: 'time' })).toBe('left out: what the budget had no time for.');
    expect(left({ plan: { at: { from: 2, to: 3 } } })).toBe('left out: crash points outside 2 to 3.');
    const work = { made: 9, recoveries: 9, checks: 9, masked: 4, compared: 2 };
    expect(claim(run({ work }))).toContain('of disks that differ only where recovery deletes unread');
    const life = { overlaps: 3, cutOff: ['an interval of 5 ms'] };
    expect(claim(run({ life }))).toContain(
      'left out: other orders of 3 overlapping calls of the main life; an interval of 5 ms.',
    );
    expect(claim(run({ life, plan: { orders: 2 } }))).toContain(
      'calls in all orders with at most 2 departures in each life; left out: an interval of 5 ms.',
    );
    expect(claimOf([run()], { index: 1, count: 2 })).toContain('left out: what the other shards look at');
  });

  it('of several runs says in how many of them what holds', () => {
    const all = claim(run(), run(), run({ closed: false, plan: { tier: 'bounded', depth: 2 } }));
    expect(all).toContain('in 2 of 3 runs every state');
    expect(all).toContain('in 1 of 3 runs the states in which each cut loses, or keeps, at most 1');
    expect(claim(run(), run({ closed: false, stopped: 'bail' }))).toContain(
      'after the failures (1 of 2 runs)',
    );
  });

  it('names each model that was run: with what is mounted, and those under which nothing could be explored, too', () => {
    const mounted = run({ model: 'ext4@/wal=xfs@/tmp=posix' });
    const broken = run({ model: 'btrfs', counts: null, closed: false });
    const text = claim(run(), mounted, run({ model: 'xfs' }), broken, broken);
    expect(text).toMatch(/^Looked at under posix, ext4 with \/wal on xfs, \/tmp on posix and xfs: /);
    expect(text).toContain('left out: 2 runs that could not be explored, under btrfs.');
    expect(claim(broken, run({ counts: null, closed: false }))).toBe(
      'Looked at: nothing, under btrfs and posix.',
    );
    for (const model of ['ext4', 'xfs', 'btrfs', 'posix', 'alice']) {
      for (const counts of [COUNTS, null]) expect(claim(run({ model, counts }), run())).toContain(model);
    }
  });

  it('says what was never tried once, and in how many runs, where it was tried in others', () => {
    const text = claim(run(), run({ plan: { deaths: ['cut', 'kill'] } }), run());
    expect(text).toContain('; no kills (2 of 3 runs), no failing calls, calls only in the order');
    expect(text.match(/no failing calls/g)).toHaveLength(1);
  });

  it('of nothing is that nothing was looked at', () => {
    expect(claim()).toBe('Looked at: nothing.');
    expect(claim(run({ counts: null, closed: false }))).toBe('Looked at: nothing, under posix.');
    expect(claim(run(), run({ counts: null, closed: false }))).toContain('1 run that could not be explored');
  });
});
