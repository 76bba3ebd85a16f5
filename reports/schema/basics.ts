import { z } from 'zod';

export const natural = z.number().int().nonnegative();

/** From the best to the worst. */
export const outcomeSchema = z.enum(['converged', 'unknown', 'livelock', 'stuck', 'corrupt', 'lost']);

export const verdictSchema = z.enum(['converged', 'counterexample', 'unknown']);

export const findingSchema = z.object({
  invariant: z.string(),
  message: z.string(),
  /** How what is differs from what should be, a line each: what an assertion compared. */
  difference: z.string().optional(),
  /** What to do about it, in a sentence, where that is known. */
  advice: z.string().optional(),
  /** Where it was thrown, if it was: frames of the program, one a line. */
  stack: z.string().optional(),
});

export type OutcomeName = z.infer<typeof outcomeSchema>;
export type VerdictName = z.infer<typeof verdictSchema>;
