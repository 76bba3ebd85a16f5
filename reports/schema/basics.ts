import { z } from 'zod';

export const natural = z.number().int().nonnegative();

/** From the best to the worst. */
export const outcomeSchema = z.enum(['converged', 'unknown', 'livelock', 'stuck', 'corrupt', 'lost']);

export const verdictSchema = z.enum(['converged', 'counterexample', 'unknown']);

export const findingSchema = z.object({ invariant: z.string(), message: z.string() });

export type OutcomeName = z.infer<typeof outcomeSchema>;
export type VerdictName = z.infer<typeof verdictSchema>;
