import { z } from 'zod';
import { natural } from './basics.ts';

/** A place in a source: of a call, or of one on the way to it. Lines and columns count from 1. */
export const placeSchema = z.object({
  what: z.string().optional(),
  file: z.string(),
  line: natural,
  column: natural.optional(),
});

export type PlaceReport = z.infer<typeof placeSchema>;
