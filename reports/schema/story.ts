import { z } from 'zod';
import { findingSchema, natural, outcomeSchema } from './basics.ts';
import { placeSchema } from './place.ts';

/**
 * A counterexample, as plain data. Lives are counted from 0, the main one; ops and crash points from 1 within their
 * life, and crash point 0 lies before the first op. Texts are what programs and disks hold, unescaped: whoever shows
 * them escapes them.
 */

/**
 * What became of an effect, or of a whole op:
 * - durable: a sync before the cut made it sure, see `since`
 * - kept, lost: it was pending, and the power cut decided
 * - torn: a part of it was kept, see `tornAt`
 * - moot: nobody could see it any more, so it made no difference
 */
export const fateSchema = z.enum(['durable', 'kept', 'lost', 'torn', 'moot']);

export const effectSchema = z.object({
  /** Which of its op's effects it is, from 0: with the op's index it names the effect in tokens. */
  part: natural,
  text: z.string(),
  fate: fateSchema,
  /** The op that made it durable. */
  since: natural.optional(),
  /** The byte of the file at which an effect is torn: what comes before it was kept. */
  tornAt: natural.optional(),
});

export const opSchema = z.object({
  index: natural,
  kind: z.string(),
  /** The path that the op names; for a rename or a link the old one. */
  path: z.string(),
  text: z.string(),
  sync: z.boolean(),
  /** How the call failed, if it did; `short` for a write that wrote less than it was given. */
  fault: z.string().optional(),
  /** Where the program makes it: the call first, then what called it; absent where that is not known. */
  places: z.array(placeSchema).optional(),
  phase: z.string().optional(),
  /** What became of the op as a whole; absent for syncs, for ops that were not reached, and where nothing was cut. */
  fate: fateSchema.optional(),
  /** The op since which all of it was durable. */
  since: natural.optional(),
  /** For a torn write: the first byte of the file, in bytes from its start, that is not as written. */
  tornAt: natural.optional(),
  effects: z.array(effectSchema).optional(),
});

export const pendingSchema = z.object({
  op: natural,
  part: natural,
  /** Its op is one of an earlier life, so many kills ago. */
  ago: natural.optional(),
  text: z.string(),
  fate: z.enum(['kept', 'lost', 'torn']),
  tornAt: natural.optional(),
});

/** One path of one disk. */
export const nodeSchema = z.object({
  type: z.enum(['file', 'dir', 'symlink']),
  /** All of it in a few words, escaped: `27 B 1323ceca "hello"`. */
  text: z.string(),
  mode: natural.optional(),
  /** In bytes. */
  size: natural.optional(),
  /** The first 8 hex digits of the SHA-256 of a file's bytes; names them in `contents`. */
  hash: z.string().optional(),
  /** Every byte is zero, and there is at least one. */
  zeros: z.boolean().optional(),
  target: z.string().optional(),
  /** Another path, the first one in order, of the same inode. */
  sameAs: z.string().optional(),
});

/** One path: what it held before the program cut it short, what the program saw, what the disk held after the cut, and what it held after the last recovery. */
export const treeRowSchema = z.object({
  path: z.string(),
  /** Only for files that this life cut short, emptied or made empty; null if there was none. */
  before: nodeSchema.nullable().optional(),
  saw: nodeSchema.nullable(),
  disk: nodeSchema.nullable(),
  after: nodeSchema.nullable().optional(),
});

export const storyLifeSchema = z.object({
  role: z.enum(['run', 'recovery']),
  /** The crash point, and how many ops the life would have had. */
  at: natural,
  length: natural,
  /** The power goes before what is promised right after op `at`. */
  early: z.boolean(),
  /** The process was killed there, and the machine went on: nothing is lost, and nothing became durable. */
  killed: z.boolean().optional(),
  /** The last ops before the cut and the first ones that were not reached. */
  ops: z.array(opSchema),
  /** All effects that were pending at the cut, in journal order. */
  pending: z.array(pendingSchema),
  acknowledged: z.array(z.object({ what: z.string(), after: natural })),
  /** Rows that differ come first, both parts sorted by path. */
  tree: z.array(treeRowSchema),
  /** Rows of the tree that were left out. */
  treeLeftOut: natural,
});

/** A file's bytes, for those that differ between the trees; cut off at `CONTENT_MAX` bytes. */
export const contentSchema = z.object({
  hash: z.string(),
  size: natural,
  base64: z.string(),
  /** The bytes at the end that are not in `base64`. */
  cutOff: natural,
});

/** The longest beginning of a file, in bytes, and all of them together, that a story holds. */
export const CONTENT_MAX = 8192;
export const CONTENTS_MAX = 262_144;

/** The same story with its last cut elsewhere, where none does harm, whatever it loses. */
export const neighbourSchema = z.object({
  /** The crash point. */
  at: natural,
  side: z.enum(['before', 'after']),
  why: z.enum(['converges', 'the loss is not possible yet', 'the loss is not possible any more']),
  /** Plays it, if it can be played. */
  token: z.string().nullable(),
});

export const storySchema = z.object({
  token: z.string(),
  scenario: z.string(),
  model: z.string(),
  outcome: outcomeSchema,
  findings: z.array(findingSchema),
  lives: z.array(storyLifeSchema),
  recovery: z.object({ ops: z.array(opSchema), length: natural, ending: z.string() }),
  contents: z.array(contentSchema),
  /** The op whose loss matters, and where it is made; null if nothing had to be lost. */
  culprit: z
    .object({
      life: natural,
      op: natural,
      kind: z.string(),
      path: z.string(),
      text: z.string(),
      places: z.array(placeSchema).optional(),
    })
    .nullable(),
  /** The sync that would have prevented the story, tried on the model; null if no single one does; with the place of the op that it comes after. */
  rescue: z
    .object({
      life: natural,
      after: natural,
      path: z.string(),
      text: z.string(),
      places: z.array(placeSchema).optional(),
    })
    .nullable(),
  /** What would help where no sync does, as a sentence. */
  remedy: z.string().optional(),
  /** The calls that failed in it, as text; absent if none did. */
  failed: z.array(z.string()).optional(),
  /** The calls that took effect before others that were made earlier, as text; absent if none did. */
  early: z.array(z.string()).optional(),
  /** Where the program did not wait for its own calls, as sentences; absent if it always did. */
  unawaited: z.array(z.string()).optional(),
  /**
   * It fails without any cut: on the disk as setup left it, or as the program left it at its end. `untried`: nothing of
   * this could be tried, because each try would never end.
   */
  uncut: z.enum(['start', 'end', 'untried']).optional(),
  /** The nearest crash points, before and after, at which no disk that a cut can leave does harm. */
  neighbours: z.array(neighbourSchema),
});

/** Failures that break one invariant. */
export const causeSchema = z.object({
  outcome: outcomeSchema,
  invariant: z.string(),
  message: z.string(),
  culpritKind: z.string().nullable(),
  /** How many states fail in this way. */
  failures: natural,
  /** The first of them, by its number in the graph of states. */
  state: natural,
  /** The line that plays the story again. */
  reproduce: z.string(),
  /** The same as a line of a vitest test, and the schedule as an example for a fast-check property. */
  vitest: z.string(),
  fastCheck: z.string().nullable(),
  story: storySchema,
  /** What else the loss of the same op breaks, in reports that put this together. */
  also: z
    .array(
      z.object({
        outcome: outcomeSchema,
        invariant: z.string(),
        message: z.string(),
        failures: natural,
        reproduce: z.string(),
      }),
    )
    .optional(),
});

export type CauseReport = z.infer<typeof causeSchema>;
export type StoryReport = z.infer<typeof storySchema>;
export type StoryLifeReport = StoryReport['lives'][number];
export type StoryOpReport = z.infer<typeof opSchema>;
export type Fate = z.infer<typeof fateSchema>;
export type TreeRow = z.infer<typeof treeRowSchema>;
export type TreeNode = z.infer<typeof nodeSchema>;
export type ContentReport = z.infer<typeof contentSchema>;
