import { z } from 'zod';
import { natural, verdictSchema } from './schema/basics.ts';
import { configurationsSchema, failuresSchema, livesSchema, statesSchema } from './schema/graph.ts';
import { mainLifeSchema, planSchema, resultSchema } from './schema/run.ts';
import { causeSchema } from './schema/story.ts';
import { ledgerSchema } from './schema/syncs.ts';
import { sumSchema } from './sums.ts';

/**
 * Run events: what an exploration tells, in order, and the only source of every report. `events.jsonl` holds one event
 * a line. A run is one scenario under one model, and all its events name it by its number; those of several runs may
 * be mixed. Each run tells `run`, then `life`, `states`, `failures`, `configurations`, `lives`, `cause` and `ledger` as far
 * as there are any, and `run-end`. A file without `end` was cut off. While a run goes on, its file is a log to resume it
 * from, and has a `sum` after each part that is whole.
 *
 * `schemaVersion` rises when a field changes its meaning or goes away; new fields may come without that.
 */
export const SCHEMA_VERSION = 2;

/** Which part of the work a file holds, counted from 1. */
export const shardSchema = z.object({
  index: z.number().int().positive(),
  count: z.number().int().positive(),
});

export const startSchema = z.object({
  type: z.literal('start'),
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.object({ name: z.literal('blackout'), version: z.string() }),
  /** Of the program under test, as far as it can be known: `dirty` if files differ from the commit. */
  commit: z.object({ hash: z.string(), dirty: z.boolean() }).nullable(),
  startedAt: z.string(),
  seed: z.number().int(),
  shard: shardSchema.nullable(),
  /** The command's own arguments, without those that say only where to report to. */
  settings: z.array(z.string()),
  /** How many shards this was put together from; absent if it was explored in one. */
  shards: z.number().int().positive().optional(),
  /** A sum over all that the scenarios are made of: what must be the same for a run to be resumed. */
  sources: z.string().optional(),
});

const run = { run: natural };

export const runSchema = z.object({
  type: z.literal('run'),
  ...run,
  scenario: z.string(),
  summary: z.string(),
  model: z.string(),
  plan: planSchema,
  /** The scenario is known to break under this model. */
  knownToBreak: z.boolean(),
  /** A failure here may be shown instead of the life's scenario: what follows a token in the reproduce line. */
  reproduceWith: z.string(),
});

export const eventSchema = z.discriminatedUnion('type', [
  startSchema,
  runSchema,
  z.object({ type: z.literal('life'), ...run, ...mainLifeSchema.shape }),
  z.object({ type: z.literal('states'), ...run, ...statesSchema.shape }),
  z.object({ type: z.literal('failures'), ...run, ...failuresSchema.shape }),
  z.object({ type: z.literal('configurations'), ...run, ...configurationsSchema.shape }),
  z.object({ type: z.literal('lives'), ...run, ...livesSchema.shape }),
  z.object({ type: z.literal('cause'), ...run, ...causeSchema.shape }),
  /** Only where it was asked which syncs are needed. */
  z.object({ type: z.literal('ledger'), ...run, ...ledgerSchema.shape }),
  z.object({ type: z.literal('run-end'), ...run, ...resultSchema.shape }),
  /** Only in files that were made of a damaged one: where it was damaged, in words. */
  z.object({ type: z.literal('damage'), text: z.string() }),
  z.object({
    type: z.literal('end'),
    verdict: verdictSchema,
    interrupted: z.boolean(),
    /** Milliseconds. */
    elapsedMs: z.number().nonnegative(),
    /** Bytes of memory that its process had at most, threads included; of several, the most of one. */
    peakMemory: natural.optional(),
  }),
]);

/** A line of the file, whichever kind it is. */
export const lineSchema = z.discriminatedUnion('type', [...eventSchema.options, sumSchema]);

export type RunEvent = z.infer<typeof eventSchema>;
export type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
export type StartEvent = EventOf<'start'>;
export type ShardReport = z.infer<typeof shardSchema>;
