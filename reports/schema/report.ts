import { z } from 'zod';
import { runSchema, startSchema } from '../events.ts';
import { verdictSchema } from './basics.ts';
import { mainLifeSchema, resultSchema } from './run.ts';
import { causeSchema } from './story.ts';

/** What `report.json` holds: all that the events tell but the graph of states. */
export const reportSchema = startSchema.omit({ type: true }).extend({
  verdict: verdictSchema,
  interrupted: z.boolean(),
  /** Milliseconds. */
  elapsedMs: z.number().nonnegative(),
  /** Bytes of memory that its process had at most, threads included; of several, the most of one. */
  peakMemory: z.number().int().nonnegative().optional(),
  /** Where the events that this was made of are damaged, in words. */
  damage: z.array(z.string()),
  runs: z.array(
    runSchema
      .omit({ type: true })
      .extend(resultSchema.shape)
      .extend({
        life: mainLifeSchema.nullable(),
        phases: mainLifeSchema.shape.phases,
        syncs: z.array(z.number().int().positive()),
        causes: z.array(causeSchema),
        /** Whether its end was heard. */
        ended: z.boolean(),
      }),
  ),
});

export type Report = z.infer<typeof reportSchema>;
