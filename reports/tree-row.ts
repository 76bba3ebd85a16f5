import type { TreeRow } from './schema/story.ts';

/** Whether a row says anything: something is not as it was before, as the program saw it, or as recovery left it. */
export function differs({ before, saw, disk, after }: TreeRow): boolean {
  if (before !== undefined && before?.text !== disk?.text) return true;
  return saw?.text !== disk?.text || (after !== undefined && after?.text !== disk?.text);
}
