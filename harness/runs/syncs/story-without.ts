import { scheduleTo } from '../../explore/exploration.ts';
import { Player } from '../../explore/replay.ts';
import { breaks, shrink } from '../../explore/shrink.ts';
import { tellStory } from '../../explore/story.ts';
import type { StoryReport } from '../../../reports/schema/story.ts';
import { storyReport } from '../events/story-report.ts';
import type { Bench, Tried } from './bench.ts';

/** The smallest story of a scenario that breaks without one of its syncs; null if it is no story of one state. */
export async function storyWithout(bench: Bench, { exploration }: Tried): Promise<StoryReport | null> {
  const { scenario, model, failures } = exploration;
  const node = failures[0];
  const invariant = node?.verdict?.findings[0]?.invariant;
  if (!node || invariant === undefined) return null;
  const player = await Player.start(scenario, model);
  const found = await player.play(scheduleTo(node, scenario.name, model.name));
  if (!breaks(found, invariant)) return null;
  const expired = (): boolean => bench.isOver;
  return storyReport(await tellStory(player, await shrink(player, found, expired, invariant), expired));
}
