import process from 'node:process';
import type { Failure, StoryProperty } from '../../harness/explore/story-property.ts';
import { storyOf, type History } from './histories.ts';

/** Whether the long run was asked for. */
export const LONG = process.env['BLACKOUT_LONG'] === '1';

type Parameters = NonNullable<StoryProperty<History>['parameters']>;

/** What fast-check is given: a failure's seed and path from the environment, or so many histories of a new seed. */
export function parameters(numRuns: number, otherwise?: number): Parameters {
  const { BLACKOUT_SEED: given, BLACKOUT_PATH: path } = process.env;
  const seed = given === undefined ? otherwise : Number(given);
  return {
    numRuns,
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  };
}

/** How to come back to a failure: by seed and path, and as a test to be pasted, which no later change of the arbitraries spoils. */
export function reproduce(
  { history, model, seed, path, schedule, story }: Failure<History>,
  where: { readonly file: string; readonly test: string },
): readonly string[] {
  const { code } = storyOf(history);
  const title = JSON.stringify(story?.token ?? `${model.name}, no cut`);
  return [
    '',
    'Play it again:',
    `  BLACKOUT_SEED=${seed} BLACKOUT_PATH=${path} npx vitest run ${where.file} -t ${JSON.stringify(where.test)}`,
    '',
    'or paste it as a test:',
    `import { dir, fifo, file, hardlink, symlink } from '../../src/client/memory-tree.ts';`,
    `import { findModel, Player } from '../../harness/index.ts';`,
    `import { backupScenario } from '../../scenarios/backup/jiggle.ts';`,
    '',
    `it(${title}, async () => {`,
    ...indent(`const each = backupScenario(${code});`),
    `  const player = await Player.start(each, findModel(${JSON.stringify(model.name)})!);`,
    `  const { verdict } = await player.play(${JSON.stringify(schedule?.cuts ?? [])});`,
    `  expect(verdict).toEqual({ outcome: 'converged', findings: [] });`,
    '});',
  ];
}

function indent(text: string): readonly string[] {
  return text.split('\n').map((line) => `  ${line}`);
}
