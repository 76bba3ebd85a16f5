import { z } from 'zod';

/**
 * What `report.json` holds. `schemaVersion` rises when a field changes its meaning or goes away; new fields may come
 * without that. Crash points and ops are counted from 1 within their life, crash point 0 lies before the first op.
 */
export const SCHEMA_VERSION = 1;

const natural = z.number().int().nonnegative();

export const outcomeSchema = z.enum(['converged', 'unknown', 'livelock', 'stuck', 'corrupt', 'lost']);

export const findingSchema = z.object({ invariant: z.string(), message: z.string() });

const opSchema = z.object({
  index: natural,
  text: z.string(),
  sync: z.boolean(),
  phase: z.string().optional(),
});

const pendingSchema = z.object({
  op: natural,
  part: natural,
  text: z.string(),
  fate: z.enum(['kept', 'lost']),
});

/** One path: what the program saw, what the disk held after the cut, and what it held after the last recovery. */
const treeRowSchema = z.object({
  path: z.string(),
  saw: z.string().nullable(),
  disk: z.string().nullable(),
  after: z.string().nullable().optional(),
});

const storyLifeSchema = z.object({
  role: z.enum(['run', 'recovery']),
  /** The crash point, and how many ops the life would have had. */
  at: natural,
  length: natural,
  /** The last ops before the cut and the first ones that were not reached. */
  ops: z.array(opSchema),
  pending: z.array(pendingSchema),
  acknowledged: z.array(z.object({ what: z.string(), after: natural })),
  tree: z.array(treeRowSchema),
  /** Rows of the tree that were left out. */
  treeLeftOut: natural,
});

export const storySchema = z.object({
  token: z.string(),
  scenario: z.string(),
  model: z.string(),
  outcome: outcomeSchema,
  findings: z.array(findingSchema),
  lives: z.array(storyLifeSchema),
  recovery: z.object({ ops: z.array(opSchema), length: natural, ending: z.string() }),
  /** The op whose loss matters, and the sync that would have prevented the story; null if there is none. */
  culprit: z.string().nullable(),
  rescue: z.string().nullable(),
});

/** Failures that have one outcome, one broken invariant and one kind of culprit in common. */
export const causeSchema = z.object({
  outcome: outcomeSchema,
  invariant: z.string(),
  message: z.string(),
  culpritKind: z.string().nullable(),
  failures: natural,
  /** The line that plays the story again. */
  reproduce: z.string(),
  story: storySchema,
});

const countsSchema = z.object({
  mainOps: natural,
  generated: natural,
  states: natural,
  verified: natural,
  recoveries: natural,
  recoveryOps: natural,
  checks: natural,
  depth: natural,
  exhaustive: natural,
  bounded: natural,
  unexpanded: natural,
  /** Disks taken for another that differs only in a don't-care region, and how many of them were compared. */
  masked: natural,
  compared: natural,
});

const convergenceSchema = z.object({
  longestRecovery: natural,
  minimumUptime: natural,
  ratio: z.number(),
  mostRestarts: natural,
  workAmplification: z.number(),
  curve: z.array(z.object({ uptime: natural, restarts: natural })),
  circle: z.array(z.object({ state: natural, cutAfter: natural })),
});

/** One scenario under one model. */
export const runSchema = z.object({
  scenario: z.string(),
  model: z.string(),
  verdict: z.enum(['converged', 'counterexample', 'unknown']),
  /** Why the verdict is `unknown`. */
  reason: z.string().nullable(),
  tier: z.enum(['closure', 'bounded']),
  t: natural,
  /** Cuts in a row at most; null for any number. */
  depth: natural.nullable(),
  at: z.object({ from: natural, to: natural }).nullable(),
  counts: countsSchema.nullable(),
  /** No new state appeared: these are all that any number of cuts can reach. */
  closed: z.boolean(),
  coverage: z.string(),
  convergence: convergenceSchema.nullable(),
  /** Why the convergence numbers were not computed. */
  convergenceNote: z.string().nullable(),
  /** One glyph for each crash point of the main life: see `heat-map.ts`. */
  heat: z.string(),
  phases: z.array(z.object({ from: natural, name: z.string() })),
  syncs: z.array(natural),
  causes: z.array(causeSchema),
  /** Failures beyond those that `causes` account for. */
  failuresNotGrouped: natural,
  /** The scenario is known to break under this model. */
  knownToBreak: z.boolean(),
  elapsedMs: z.number().nonnegative(),
});

export const reportSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.object({ name: z.literal('blackout'), version: z.string() }),
  startedAt: z.string(),
  elapsedMs: z.number().nonnegative(),
  seed: z.number().int(),
  verdict: z.enum(['converged', 'counterexample', 'unknown']),
  interrupted: z.boolean(),
  runs: z.array(runSchema),
});

export type Report = z.infer<typeof reportSchema>;
export type RunReport = z.infer<typeof runSchema>;
export type CauseReport = z.infer<typeof causeSchema>;
export type StoryReport = z.infer<typeof storySchema>;
export type StoryLifeReport = StoryReport['lives'][number];
export type TreeRow = StoryLifeReport['tree'][number];
