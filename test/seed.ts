import { configureGlobal } from 'fast-check';

/**
 * Property tests draw the same inputs in every run: whether a commit passes must not depend on luck, and a rare finding
 * belongs to who looks for it. `FC_SEED=random` (or a number) looks elsewhere; a failure says its seed.
 */
const { FC_SEED = '1' } = process.env;

if (FC_SEED !== 'random') {
  const seed = Number(FC_SEED);
  if (!Number.isInteger(seed)) throw new Error(`FC_SEED is a whole number or "random", not "${FC_SEED}"`);
  configureGlobal({ seed });
}
