import { Player, type Replay } from '../explore/replay.ts';
import { StaleSchedule } from '../explore/schedule.ts';
import { tellStory } from '../explore/story.ts';
import { fingerprint, parseToken } from '../explore/token.ts';
import type { Scenario } from '../programs/scenario.ts';
import type { Paint } from '../../reports/paint.ts';
import type { StoryReport } from '../../reports/schema/story.ts';
import { storyText } from '../../reports/story-text.ts';
import { storyReport } from './events/story-report.ts';
import { modelNamed } from './names.ts';

/** Ops before each cut, effects and rows of trees that are shown. */
const SHOWN = { before: 30, pendingMax: 60, rowsMax: 60 };

/** A story that was played again, and how it is told. */
export interface Played {
  readonly player: Player;
  readonly replay: Replay;
  readonly story: StoryReport;
  readonly text: string;
}

/**
 * Plays the story of a token again.
 *
 * @param find gives the scenario of a name
 * @throws DamagedToken if it is none, StaleSchedule if the scenario has changed since
 */
export async function playToken(
  token: string,
  find: (name: string) => Scenario | Promise<Scenario>,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): Promise<Played> {
  const parsed = parseToken(token);
  const model = modelNamed(parsed.schedule.model);
  const scenario = await find(parsed.schedule.scenario);
  const player = await Player.start(scenario, model);
  const replay = await playUnlessStale(player, parsed);
  const story = storyReport(await tellStory(player, replay));
  const title = `${scenario.name} under ${model.name}: ${story.outcome}`;
  const lines = [paint('bold', title), '', ...storyText(story, { ...SHOWN, width }, paint)];
  return { player, replay, story, text: `${lines.join('\n')}\n` };
}

/** A schedule fits by chance now and then; the sum over the ops tells whether it is the story that it was. */
async function playUnlessStale(
  player: Player,
  { schedule, fingerprint: wanted, origin }: ReturnType<typeof parseToken>,
): Promise<Replay> {
  if (origin !== undefined && origin !== player.origin) {
    throw new StaleSchedule(
      `${player.scenario.name} does not begin as it did: give the --tree directories of that run, in its order; if they are the same, it has changed since, so run it again`,
    );
  }
  const replay = await player.play(schedule);
  const lives = [...replay.lives.map((lived) => lived.life.ops), replay.recovery.ops];
  if (fingerprint(schedule, lives) === wanted) return replay;
  throw new StaleSchedule(
    `the ops before its cuts are not what they were, so ${player.scenario.name} or its data have changed since; run it again`,
  );
}
