import * as fc from 'fast-check';
import type { PersistenceModel } from '../persistence/model.ts';
import { runSchedule, schedules, type ScheduleChoices, type ScheduleOptions } from './arbitraries.ts';
import { describeError } from './outcome.ts';
import { Player, type Replay } from './replay.ts';
import type { Scenario } from '../programs/scenario.ts';
import type { Schedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import { tellStory, type Story } from './story.ts';

/** That every scenario of some histories survives every schedule, as something that fast-check can try to refute. */
export interface StoryProperty<H> {
  /** What scenarios are made of: anything that shrinks. */
  readonly histories: fc.Arbitrary<H>;
  /** The same history must give the same scenario. */
  scenario(history: H): Scenario;
  /** Each story is played under one of them; shrinking goes to the first. */
  readonly models: readonly PersistenceModel[];
  readonly schedule?: ScheduleOptions;
  /** Schedules tried on one history, at most, for its setup and main life are run once for all of them. 4 by default. */
  readonly schedulesMax?: number;
  /** fast-check's own: `numRuns` counts histories; `seed` and `path` play a failure again. */
  readonly parameters?: Pick<
    fc.Parameters<unknown>,
    'seed' | 'path' | 'numRuns' | 'endOnFailure' | 'interruptAfterTimeLimit'
  >;
  /** More lines for the failure's text, such as a test that can be pasted. */
  reproduce?(failure: Failure<H>): readonly string[];
}

/** A refuted property: the smallest history and story that were found, and how to come back to them. */
export interface Failure<H> {
  readonly history: H;
  readonly model: PersistenceModel;
  readonly seed: number;
  readonly path: string;
  /** None if the scenario fails without any cut. */
  readonly schedule: Schedule | undefined;
  readonly story: Story | undefined;
}

/** A story that does not end well, with all that is needed to play it again in the message. */
export class StoryFailure<H> extends Error {
  override name = 'StoryFailure';
  readonly failure: Failure<H>;

  constructor(message: string, failure: Failure<H>) {
    super(message);
    this.failure = failure;
  }
}

/** What was played. */
export interface Played {
  readonly histories: number;
  readonly stories: number;
}

const SCHEDULES_MAX = 4;

/**
 * Plays random schedules of random histories.
 *
 * @throws StoryFailure for the first story that does not converge, shrunk
 */
export async function assertStories<H>(property: StoryProperty<H>): Promise<Played> {
  let stories = 0;
  const { histories, models, schedule, schedulesMax = SCHEDULES_MAX, parameters } = property;
  const some = fc.array(schedules(schedule), { minLength: 1, maxLength: schedulesMax, size: 'max' });
  const model = fc.nat({ max: models.length - 1 }).map((i) => models[i]!);
  const holds = fc.asyncProperty(histories, model, some, async (...case_: Case<H>) => {
    const failed = await firstFailure(property, case_, () => stories++);
    if (failed) throw new Error('a story does not converge');
  });
  const details = await fc.check(holds, parameters);
  if (!details.failed) return { histories: details.numRuns, stories };
  if (!details.counterexample) throw new Error(fc.defaultReportMessage(details));
  throw await tell(property, details);
}

type Case<H> = [history: H, model: PersistenceModel, schedules: readonly ScheduleChoices[]];

interface Failed {
  readonly player: Player;
  readonly replay: Replay;
}

async function firstFailure<H>(
  property: StoryProperty<H>,
  [history, model, several]: Case<H>,
  played: () => void,
): Promise<Failed | undefined> {
  const player = await Player.start(property.scenario(history), model);
  for (const choices of several) {
    played();
    const replay = await runSchedule(player, choices);
    if (replay.verdict.outcome !== 'converged') return { player, replay };
  }
  return undefined;
}

type Details<H> = fc.RunDetailsFailureProperty<Case<H>>;

/** fast-check has made history and schedule small together; what is left is to lose as few effects as possible. */
async function tell<H>(property: StoryProperty<H>, details: Details<H>): Promise<StoryFailure<H>> {
  const { seed, counterexample, counterexamplePath: path } = details;
  const [history, model] = counterexample;
  const base = { history, model, seed, path };
  const thrown: { error?: unknown } = {};
  const failed = await firstFailure(property, counterexample, () => undefined).catch((error: unknown) => {
    thrown.error = error;
  });
  if (!failed) {
    const why = 'error' in thrown ? describeError(thrown.error) : 'it fails only now and then';
    return failure(property, { ...base, schedule: undefined, story: undefined }, [why]);
  }
  const smallest = await shrink(failed.player, failed.replay);
  const story = await tellStory(failed.player, smallest);
  const found = { ...base, schedule: smallest.schedule, story };
  return failure(property, found, [...lines(story), '', `token: ${story.token}`]);
}

function failure<H>(property: StoryProperty<H>, found: Failure<H>, what: readonly string[]): StoryFailure<H> {
  const text = [
    ...what,
    '',
    `fast-check: { seed: ${found.seed}, path: ${JSON.stringify(found.path)}, endOnFailure: true }`,
    ...(property.reproduce?.(found) ?? []),
  ];
  return new StoryFailure(text.join('\n'), found);
}

/** The story in few words: where each life was cut, and what that lost. */
function lines(story: Story): readonly string[] {
  const { scenario, model, verdict, lives, recovery, cause } = story;
  return [
    `${scenario} under ${model}: ${verdict.outcome}`,
    ...verdict.findings.map(({ invariant, message }) => `  ${invariant}: ${message}`),
    ...lives.flatMap(({ role, at, length, pending }, i) => [
      `${role === 'run' ? 'the main life' : `recovery ${i}`} is cut after op ${at} of ${length}`,
      ...pending.filter(({ fate }) => fate === 'lost').map(({ op, text }) => `  lost  op ${op}: ${text}`),
    ]),
    `the last recovery ${recovery.ending}`,
    ...(cause.op === undefined ? [] : [`what matters: the loss of ${cause.op}`]),
    ...(cause.sync === undefined ? [] : [`what would have prevented it: ${cause.sync}`]),
  ];
}
