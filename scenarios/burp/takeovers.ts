import type { Catalogue, CatalogueEntry } from '../../harness/explore/catalogue.ts';
import {
  BEFORE_FLIP,
  FIRST_FILE_DONE,
  type Killed,
  RECEIVED_ONLY,
  SWAPPED,
  SWAPPING,
  takenOver,
} from './taken-over.ts';
import { type Days, MIXED, PACKED } from './trees.ts';

function entry(
  name: string,
  summary: string,
  killed: Killed,
  {
    trees = PACKED,
    breaksUnder = ['alice'],
  }: Partial<Pick<CatalogueEntry, 'breaksUnder'>> & { trees?: Days } = {},
): CatalogueEntry {
  const story = { name, summary, before: [trees[0], trees[1]], tree: trees[2], killed, next: trees[3] };
  return {
    name,
    summary,
    group: 'Backups',
    byDefault: true,
    make: () => takenOver(story),
    breaksUnder,
  };
}

/** No directory or link that something hangs on is renamed: alice can't hurt it. */
const HOLDS = { breaksUnder: [] };

/** jiggle goes on with what Burp's server left when it was killed. */
export const takeovers: Catalogue = [
  entry(
    'taken-over-received',
    'a backup that Burp received, and was killed before the point of no return',
    RECEIVED_ONLY,
  ),
  entry('taken-over-jiggle', "Burp's phase 4, killed between two files", FIRST_FILE_DONE, HOLDS),
  entry(
    'taken-over-inflate',
    'the same, with a scratch file that shares its data with an older backup',
    FIRST_FILE_DONE,
    { trees: MIXED, ...HOLDS },
  ),
  entry(
    'taken-over-swap',
    'killed when the previous backup was in the trash, and nothing in its place',
    SWAPPING,
  ),
  entry(
    'taken-over-trash',
    'killed when the taken-apart copy was in its place, and the whole one in the trash',
    SWAPPED,
  ),
  entry('taken-over-flip', 'killed right before the flip', BEFORE_FLIP, HOLDS),
];
