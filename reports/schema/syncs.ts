import { z } from 'zod';
import { natural } from './basics.ts';
import { placeSchema } from './place.ts';
import { missingSchema } from './remedy.ts';
import { storySchema } from './story.ts';

/**
 * What leaving one sync out comes to:
 * - needed: a counterexample exists, of which `story` is the smallest
 * - redundant: it closes without it, as it does with it
 * - unknown: neither was shown, and `reason` says why
 */
export const necessitySchema = z.enum(['needed', 'redundant', 'unknown']);

/** All syncs that are called at one place, on one way through the source, in one kind of life. */
export const syncSchema = z.object({
  /** `S1` and so on, the same under all models of a scenario. */
  id: z.string(),
  /** The same for the same way through the source, under all models and in all runs of the same source. */
  key: z.string(),
  part: z.enum(['run', 'recover']),
  /** The call itself first, then what called it. */
  places: z.array(placeSchema),
  kinds: z.array(z.string()),
  /** The first paths that were synced there, and how many there are in all. */
  paths: z.array(z.string()),
  pathCount: natural,
  /** Its ops in the main life, uncut. */
  ops: z.array(natural),
  /** Recoveries that call it, how often they do in all, and the most calls of one life. */
  lives: natural,
  calls: natural,
  most: natural,
  /** What each of its ops in the main life made durable: effects, in words, and how many more. */
  durable: z.array(
    z.object({ op: natural, effects: z.array(z.object({ op: natural, text: z.string() })), more: natural }),
  ),
  verdict: necessitySchema,
  reason: z.string().nullable(),
  /** The broken claim. */
  invariant: z.string().nullable(),
  story: storySchema.nullable(),
  /** The verdict on each call alone, by its number within one life, where that was asked for. */
  each: z
    .array(z.object({ nth: natural, verdict: necessitySchema, reason: z.string().nullable() }))
    .optional(),
  /** What is known of the program without it, where it closes. */
  without: z.object({ states: natural, minimumUptime: natural.nullable() }).nullable(),
});

/** The sync ledger of one scenario under one model. */
export const ledgerSchema = z.object({
  syncs: z.array(syncSchema),
  /** The fewest of them with which it still closes; null where that is not known. */
  fewest: z
    .object({
      ids: z.array(z.string()),
      /** Every smaller set was ruled out. */
      proved: z.boolean(),
    })
    .nullable(),
  /** What is missing, where it breaks as it is. */
  missing: missingSchema.optional(),
  /** How many sets of syncs were explored. */
  tried: natural,
  /** Why there is no ledger, or what it leaves out; null if nothing. */
  note: z.string().nullable(),
});

export type NecessityName = z.infer<typeof necessitySchema>;
export type SyncReport = z.infer<typeof syncSchema>;
export type LedgerReport = z.infer<typeof ledgerSchema>;
