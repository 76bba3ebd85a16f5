import { describe, expect, it } from 'vitest';
import { findModel, parseToken, Player, type Scenario, type Story } from '../../harness/index.ts';
import { assertStories, StoryFailure, type StoryProperty } from '../../harness/explore/story-property.ts';
import { backupScenario } from '../../scenarios/backup/jiggle.ts';
import { withoutSyncs, type Leaves } from './broken-disk.ts';
import { histories, storyOf, type History } from './histories.ts';
import { LONG, parameters, reproduce } from './reproduce.ts';

interface Twin {
  readonly what: string;
  readonly leaves: Leaves;
  readonly lives: 'run' | 'recover';
  /** Cuts that the smallest story needs. */
  readonly cuts: number;
  /** Left to the long run: it takes longer to be found, or is much like another. */
  readonly long?: boolean;
}

const twins: readonly Twin[] = [
  { what: 'any file', lives: 'run', cuts: 1, leaves: (_, isDirectory) => !isDirectory, long: true },
  { what: 'any directory', lives: 'run', cuts: 1, leaves: (_, isDirectory) => isDirectory },
  { what: 'the directory of all backups', lives: 'run', cuts: 1, leaves: (path) => path === '/store/c1' },
  { what: 'what is in data', lives: 'run', cuts: 1, leaves: (path) => path.includes('/data/') },
  {
    what: 'reverse deltas',
    lives: 'run',
    cuts: 1,
    leaves: (path) => path.includes('/deltas.reverse/'),
    long: true,
  },
  { what: 'its manifest', lives: 'run', cuts: 1, leaves: (path) => path.endsWith('/manifest.gz') },
  { what: 'anything in recovery', lives: 'recover', cuts: 2, leaves: () => true },
];

const posix = findModel('posix')!;

/** One seed for all times, because what is looked for is known to be there; another does as well. */
const SEED = 2;

const FILE = 'test/properties/twins.test.ts';

function propertyOf({ what, lives, leaves }: Twin): StoryProperty<History> {
  return {
    histories,
    scenario: (history) => twinOf(history, lives, leaves),
    models: [posix],
    parameters: parameters(2000, SEED),
    reproduce: (failure) => reproduce(failure, { file: FILE, test: what }),
  };
}

function twinOf(history: History, lives: Twin['lives'], leaves: Leaves): Scenario {
  return withoutSyncs(backupScenario(storyOf(history).story), lives, leaves);
}

async function failureOf(property: StoryProperty<History>): Promise<StoryFailure<History>> {
  const error: unknown = await assertStories(property).then(
    () => new Error('every story ended well'),
    (reason: unknown) => reason,
  );
  if (error instanceof StoryFailure) return error as StoryFailure<History>;
  throw error;
}

function lossesOf(story: Story): number {
  return story.lives.flatMap(({ pending }) => pending.filter(({ fate }) => fate === 'lost')).length;
}

describe.each(twins.filter((twin) => LONG || !twin.long))('jiggle that does not sync $what', (twin) => {
  const timeout = LONG ? 600_000 : 120_000;
  it('is caught with a small story, which its failure says how to play again', { timeout }, async () => {
    const property = propertyOf(twin);
    const { failure, message } = await failureOf(property);
    const { history, story, seed, path } = failure;
    expect(story!.lives).toHaveLength(twin.cuts);
    expect(lossesOf(story!)).toBeLessThanOrEqual(2);
    expect(history.changes.flat().length).toBeLessThanOrEqual(4);

    expect(message).toContain(`{ seed: ${seed}, path: "${path}", endOnFailure: true }`);
    expect(message).toContain(`token: ${story!.token}`);
    expect(message).toContain(`BLACKOUT_SEED=${seed} BLACKOUT_PATH=${path} npx vitest run ${FILE}`);
    for (const line of storyOf(history).code.split('\n')) expect(message).toContain(line);

    const player = await Player.start(twinOf(history, twin.lives, twin.leaves), posix);
    const { verdict } = await player.play(parseToken(story!.token).schedule.cuts);
    expect(verdict).toEqual(story!.verdict);
    expect(['corrupt', 'lost', 'stuck', 'livelock']).toContain(verdict.outcome);
    const again = { ...property, parameters: { seed, path, endOnFailure: true } };
    expect((await failureOf(again)).message).toBe(message);
  });
});
