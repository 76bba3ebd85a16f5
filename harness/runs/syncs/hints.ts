import type { SyncEdits } from '../../programs/syncs/edits.ts';
import type { StoryReport } from '../../../reports/schema/story.ts';
import type { Opened } from './all-models.ts';
import { storyWithout } from './story-without.ts';

/**
 * Which kind of change the smallest story asks for that is left when everything is synced. Not tried: it would take
 * another program.
 */
export async function hintOf({ bench }: Opened, edits: SyncEdits): Promise<readonly string[]> {
  const tried = await bench.try(edits);
  const story = await storyWithout(bench, tried);
  const broken = tried.exploration.failures[0]?.verdict?.findings[0]?.invariant;
  return story
    ? hintsIn(story)
    : broken === undefined
      ? []
      : [`no story of one state shows why "${broken}" is broken`];
}

function hintsIn({ lives, culprit }: StoryReport): readonly string[] {
  const life = lives.at(-1);
  if (!life) return ['it is broken without any cut'];
  const torn = life.pending.find(({ op, fate }) => culprit !== null && op === culprit.op && fate !== 'kept');
  const kept = torn && life.pending.some(({ op, fate }) => op === torn.op && fate !== 'lost');
  const where = life.role === 'run' ? 'the run' : 'a recovery';
  if (torn && kept) {
    return [
      `a checksum: ${culprit!.text} is one call, and the power may go in the middle of it, so that a part of it is on the disk; only what is written itself can tell whether it is whole`,
    ];
  }
  const op = life.ops.find(({ index }) => index === life.at);
  const after = op ? `after op ${life.at}, ${op.text}` : 'before the first op';
  return [
    `recovery: when the power goes ${after}, of ${where}, everything before is durable, and the disk is as the program has made it; recovery must be able to go on from there, or the program must not go through such a state`,
  ];
}
