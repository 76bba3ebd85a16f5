import { z } from 'zod';
import { natural, verdictSchema } from './basics.ts';

const deathsSchema = z.array(z.enum(['cut', 'kill']));

/** How far a scenario is to be explored under a model. */
export const planSchema = z.object({
  tier: z.enum(['closure', 'bounded']),
  /** With `bounded`, crash points that have more survivals than the cap don't make the verdict unknown. */
  accept: z.enum(['closure', 'bounded']).optional(),
  t: natural,
  /** How lives end. If it is absent, by cuts, and by kills too where that is affordable: then `run-end` says which. */
  deaths: deathsSchema.optional(),
  /** Kills between two cuts at most; null, or absent, for any number. */
  kills: natural.nullable().optional(),
  /** How calls may fail, in any life, and how many of one story at most; absent if none does. */
  faults: z.array(z.string()).optional(),
  faultCount: natural.optional(),
  /** Departures from the order of the calls in each life, at most; absent if no other order was looked at. */
  orders: natural.optional(),
  /** Cuts in a row at most; null for any number. */
  depth: natural.nullable(),
  /** Crash points of the main life to look at; null for all. */
  at: z.object({ from: natural, to: natural }).nullable(),
  /** More survivals than this at one crash point are not all looked at. */
  cap: natural,
  seed: z.number().int(),
  /** Failures after which it ends. */
  bail: natural,
  /** States that are recovered after the first failure, to find other causes; null, or absent, for any number. */
  after: natural.nullable().optional(),
  /** Disks that differ only where the scenario says that it doesn't matter are one state. */
  dontCare: z.boolean(),
  /** States after which it is given up; null for no limit. */
  statesMax: natural.nullable(),
});

/** The life that is cut first, uncut. */
export const mainLifeSchema = z.object({
  /** In order: the first one has index 1. */
  ops: z.array(z.object({ kind: z.string(), path: z.string(), text: z.string(), sync: z.boolean() })),
  /** A phase begins after op `from`. */
  phases: z.array(z.object({ from: natural, name: z.string() })),
  acknowledged: z.array(z.object({ what: z.string(), after: natural })),
  /** The most effects that were pending at once; null if effects depend on each other, so that it says little. */
  pendingMax: natural.nullable(),
  /** A minimum uptime above this is a livelock; null if the scenario sets no limit. */
  uptimeMax: natural.nullable(),
  /** Calls that were made while another was under way: they took effect in the order in which they were made. */
  overlaps: natural.optional(),
  /** What it would still have done after its end, and was not let, in words. */
  cutOff: z.array(z.string()).optional(),
  /** Paths of the real file system that it named: what it does there, nobody looks at. */
  realPaths: z.array(z.string()).optional(),
});

/** Exact, and the same in whatever order, and in however many shards, the states were looked at. */
export const countsSchema = z.object({
  mainOps: natural,
  /** Crash states by where they come up: those of each crash point beyond those of the one before, each set once. */
  generated: natural,
  /** Distinct crash states: disk and promises. */
  states: natural,
  /** Of these, those that were recovered and checked. */
  verified: natural,
  /** The largest number of cuts in a row. */
  depth: natural,
  /** Ops of all recoveries, each state's counted once. */
  recoveryOps: natural,
  /** Crash points of all lives at which every survival was looked at, and those at which not all were. */
  exhaustive: natural,
  bounded: natural,
  /** Verified states whose recoveries were not cut. */
  unexpanded: natural,
});

/** What it took: depends on the order, and shards do some of it twice. */
export const workSchema = z.object({
  /** Crash states that were made, the same one as often as it came up. */
  made: natural,
  recoveries: natural,
  checks: natural,
  /** Disks taken for another that differs only in a don't-care region, and how many of them were recovered too. */
  masked: natural,
  compared: natural,
});

export const convergenceSchema = z.object({
  longestRecovery: natural,
  /** The smallest number of ops per life from which no endless story exists. */
  minimumUptime: natural,
  ratio: z.number(),
  mostRestarts: natural,
  workAmplification: z.number(),
  /** Most restarts by uptime per life, in ops, from the minimum uptime on; only where it changes. */
  curve: z.array(z.object({ uptime: natural, restarts: natural })),
  /** States of a circle in which every life is one op shorter than the minimum uptime. */
  circle: z.array(z.object({ state: natural, cutAfter: natural })),
});

/** What an exploration came to. */
export const resultSchema = z.object({
  verdict: verdictSchema,
  /** How lives ended, and how many kills came between two cuts at most, where the plan left it open. */
  deaths: deathsSchema.optional(),
  kills: natural.nullable().optional(),
  /** Why, if the verdict alone does not say it. */
  reason: z.string().nullable(),
  counts: countsSchema.nullable(),
  work: workSchema.nullable(),
  /** No new state appeared: these are all that any number of cuts can reach. */
  closed: z.boolean(),
  /** Why it ended before it was through. */
  stopped: z.enum(['bail', 'states', 'time', 'interrupted', 'missing']).nullable(),
  /** What the verdict is a verdict on, in one sentence. */
  claim: z.string().optional(),
  /** What was covered, in words, and what was left out. */
  coverage: z.string(),
  convergence: convergenceSchema.nullable(),
  /** Why the convergence numbers were not computed. */
  convergenceNote: z.string().nullable(),
  /** One glyph for each crash point of the main life, 0 included: the worst outcome that a cut there leads to. */
  heat: z.string(),
  /** How each crash point was covered: `e` exhaustive, `b` bounded, `s` bounded and sampled, ` ` left out. */
  pointCoverage: z.string(),
  /** Distance from convergence of each state, in restarts, at the minimum uptime; null where it is not known. */
  restarts: z.array(natural).nullable(),
  /** Failures beyond those that causes account for. */
  failuresNotGrouped: natural,
  /** Why it did not come to all of this: with more time, or undisturbed, it would. Absent if it did. */
  late: z.enum(['time', 'interrupted']).optional(),
  /** Milliseconds. */
  elapsedMs: z.number().nonnegative(),
});

export type PlanReport = z.infer<typeof planSchema>;
export type MainLifeReport = z.infer<typeof mainLifeSchema>;
export type CountsReport = z.infer<typeof countsSchema>;
export type WorkReport = z.infer<typeof workSchema>;
export type ResultReport = z.infer<typeof resultSchema>;
