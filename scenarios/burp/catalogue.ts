import type { Catalogue, CatalogueEntry } from '../../harness/explore/catalogue.ts';
import { andBelow } from '../../harness/index.ts';
import { burpScenario, type BurpStory } from './burp.ts';
import { MIXED, PACKED } from './trees.ts';

/**
 * One cut, as real Burp was put through: all that is known to break does so at the first one. There is no closure,
 * because every kill between the swap of the previous backup and the flip leaves one more tree in `deleteme`. The cap
 * keeps process-kill and sequential exhaustive; under weaker models phase 4, without any sync, has more survivals than
 * anybody could go through, so a sample has to do there.
 */
const PLAN = { depth: 1, cap: 256, accept: 'bounded' } as const;

function entry(story: BurpStory, breaksUnder: readonly string[]): CatalogueEntry {
  return {
    name: story.name,
    summary: story.summary,
    group: 'Known-broken twins',
    byDefault: false,
    make: () => burpScenario(story),
    plan: PLAN,
    breaksUnder,
  };
}

/**
 * Phase 4 needs no sync on a disk that keeps the order of all ops, data included: a cut then leaves what a kill
 * leaves, and kills are survived. So sequential, which is ext4 with data=journal, is not among these. Files were lost
 * on ext4 with data=ordered and on XFS, which keep names in order and write data later.
 */
const WHERE_ORDER_IS_LOST = andBelow('ext4', 'xfs', 'btrfs');

const EVERYWHERE = andBelow('process-kill');

/** Real Burp 3.1.4: its promise holds against a killed server, and not against a power cut; nor always the former. */
export const burp: Catalogue = [
  entry(
    {
      name: 'burp-ordering',
      summary: "Burp 3.1.4's atomic data jiggle: no syncs, and a file that exists counts as done",
      before: [PACKED[0], PACKED[1]],
      act: { does: 'jiggle', tree: PACKED[2] },
      next: PACKED[3],
    },
    WHERE_ORDER_IS_LOST,
  ),
  entry(
    {
      name: 'burp-duplicate',
      summary: 'all of its phase 4: the duplicate is renamed to its final name before its links are durable',
      before: [PACKED[0], PACKED[1]],
      act: { does: 'finish', tree: PACKED[2] },
      next: PACKED[3],
    },
    WHERE_ORDER_IS_LOST,
  ),
  entry(
    {
      name: 'burp-early-answer',
      summary: 'a whole backup: the client hears "finished ok" while a cut still throws everything away',
      before: [PACKED[0], PACKED[1]],
      act: { does: 'backup', tree: PACKED[2], isAnswered: true },
      next: PACKED[3],
    },
    EVERYWHERE,
  ),
  entry(
    {
      name: 'burp-delete-only',
      summary: 'the only backup is deleted: its directory goes before the link that leads there',
      before: [PACKED[0]],
      act: { does: 'remove oldest' },
      next: PACKED[1],
    },
    EVERYWHERE,
  ),
  entry(
    {
      name: 'burp-inflate',
      summary: "a left-over hard link to one entry's old file is written through for the next entry",
      before: [MIXED[0], MIXED[1]],
      act: { does: 'jiggle', tree: MIXED[2] },
      next: MIXED[3],
    },
    EVERYWHERE,
  ),
];
