import { GLYPHS } from '../glyphs.ts';
import type { OutcomeName } from '../schema/basics.ts';

/** From the best to the worst, as the heat map ranks them. */
export const OUTCOMES: readonly OutcomeName[] = [
  'converged',
  'unknown',
  'livelock',
  'stuck',
  'corrupt',
  'lost',
];

interface OutcomeWords {
  /** On a label. */
  readonly label: string;
  /** After a number of states. */
  readonly many: string;
  /** What it means for the one whose data it is. */
  readonly meaning: string;
}

export const OUTCOME_WORDS: Readonly<Record<OutcomeName, OutcomeWords>> = {
  converged: {
    label: 'comes back',
    many: 'come back',
    meaning: 'recovery ends in a valid state, with everything that was promised',
  },
  unknown: {
    label: 'not known',
    many: 'not known',
    meaning: 'it could not be told; never counted as a pass',
  },
  livelock: { label: 'livelock', many: 'in a livelock', meaning: 'recovery never settles' },
  stuck: { label: 'stuck', many: 'stuck', meaning: 'recovery fails, or never ends' },
  corrupt: { label: 'corrupt', many: 'corrupt', meaning: 'recovery ends in a state that is not valid' },
  lost: { label: 'data lost', many: 'with data lost', meaning: 'something that was promised is gone' },
};

const BY_GLYPH: ReadonlyMap<string, OutcomeName> = new Map(
  OUTCOMES.map((outcome) => [GLYPHS[outcome], outcome]),
);

/** The outcome of a glyph; undefined for what was not looked at. A lookup: maps and graphs ask it very often. */
export function outcomeOf(glyph: string | undefined): OutcomeName | undefined {
  return glyph === undefined ? undefined : BY_GLYPH.get(glyph);
}

export function worseOf(
  left: OutcomeName | undefined,
  right: OutcomeName | undefined,
): OutcomeName | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return OUTCOMES.indexOf(left) > OUTCOMES.indexOf(right) ? left : right;
}
