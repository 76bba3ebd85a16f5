import { z } from 'zod';
import { natural } from './basics.ts';
import { placeSchema } from './place.ts';

/** An edit at a line of a source: a sync that is added there. */
export const editSchema = z.object({
  /** The call that it comes next to first, then what called it; none for the beginning of a recovery. */
  places: z.array(placeSchema),
  when: z.enum(['before', 'after', 'begin']),
  /** The kind of op there: `rename`; null for the beginning of a recovery. */
  kind: z.string().nullable(),
  target: z.enum(['file', 'directory', 'old directory', 'all']),
  /** The path that is synced where it came up first. */
  path: z.string(),
  /** In which lives it comes up. */
  parts: z.array(z.enum(['run', 'recover'])),
  /** Calls that it adds to one life, at most, as it was explored. */
  calls: natural,
});

/** What would mend a program that breaks, under one model. */
export const missingSchema = z.object({
  /** All of them together, with `change` if there is one: it was explored so, and closes. */
  edits: z.array(editSchema),
  /** Whether no fewer are enough. */
  proved: z.boolean(),
  /** Something that no sync stands for, in words; null where syncs are enough. */
  change: z.string().nullable(),
  /** Why nothing is known that mends it, or what kind of change it takes; null where something is. */
  note: z.string().nullable(),
});

export type MissingReport = z.infer<typeof missingSchema>;
export type EditReport = z.infer<typeof editSchema>;
