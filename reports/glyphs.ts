import type { OutcomeName } from './schema/basics.ts';

/** One glyph for each outcome: readable without colour. */
export const GLYPHS = {
  converged: '.',
  unknown: '?',
  livelock: '8',
  stuck: '!',
  corrupt: 'X',
  lost: 'L',
} as const;

/** A crash point that was not asked for, or a state that was not recovered. */
export const NOT_LOOKED_AT = ' ';

/** A state that another shard recovers. */
export const ANOTHER_SHARDS = '-';

export const LEGEND =
  '. converged   L acknowledged data lost   X corrupt   ! stuck   8 livelock   ? not known (never a pass)';

/** From the best to the worst. */
export const SEVERITY = `${NOT_LOOKED_AT}${ANOTHER_SHARDS}.?8!XL`;

/** The outcome that a glyph stands for; undefined where nothing was recovered. */
export function outcomeOfGlyph(glyph: string): OutcomeName | undefined {
  const found = Object.entries(GLYPHS).find(([, each]) => each === glyph);
  return found?.[0] as OutcomeName | undefined;
}
