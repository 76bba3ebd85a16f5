import { describe, expect, it } from 'vitest';
import { randomly } from '../persistence/choices.ts';
import { candidates, type Candidate } from './states.ts';

/** A record of two ops: the first has two writes and a flush, the second none; one write comes after it. */
const LOG = [null, 1, 2, null, 1];
const SPANS = [
  { began: 1, returned: 4 },
  { began: 4, returned: 4 },
];

function all(most: number): readonly Candidate[] {
  return candidates(LOG, SPANS, 1, 5, most, randomly(1));
}

function pointsAt(length: number): readonly string[] | undefined {
  return all(100).find(({ recipe }) => recipe.length === length && recipe.lost.length === 0)?.points;
}

describe('the crash states of a recorded life', () => {
  it('each belong to the points at which the power may leave them', () => {
    expect(pointsAt(1)).toEqual(['0']);
    expect(pointsAt(2)).toEqual(['during1']);
    // The flush behind it changes nothing on the drive, so it is also what the op leaves.
    expect(pointsAt(3)).toEqual(['during1', '1', '2']);
    expect(pointsAt(5)).toEqual(['2']);
  });

  it('lose nothing that a flush has made durable, and something only at the moment before', () => {
    const less = all(100).filter(({ recipe }) => recipe.lost.length > 0);
    expect(less.length).toBeGreaterThan(10);
    for (const { recipe, points } of less) {
      for (const { index } of recipe.lost) expect(LOG.slice(index, recipe.length)).not.toContain(null);
      if (recipe.length === 3) expect(points).toEqual(['during1']);
    }
  });

  it('are as many as were asked for, those after each op among them', () => {
    const few = all(5);
    expect(few).toHaveLength(5);
    expect(few.flatMap(({ points }) => points)).toEqual(expect.arrayContaining(['0', '1', '2']));
  });
});
