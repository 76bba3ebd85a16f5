import { describe, expect, it } from 'vitest';
import { models } from '../../harness/index.ts';
import { assertStories } from '../../harness/explore/story-property.ts';
import { backupScenario } from '../../scenarios/backup/jiggle.ts';
import { histories, storyOf } from './histories.ts';
import { LONG, parameters, reproduce } from './reproduce.ts';

const FILE = 'test/properties/jiggle.test.ts';
const TEST = 'comes back from every history and every schedule';

/** The weakest disk first: shrinking goes to it, and most stories are played on it. `alice` breaks renames. */
const promised = ['posix', 'sequential', 'process-kill'].map((name) =>
  models.find((model) => model.name === name)!,
);

describe('jiggle', () => {
  it(TEST, { timeout: LONG ? 3_600_000 : 120_000 }, async () => {
    const played = await assertStories({
      histories,
      scenario: (history) => backupScenario(storyOf(history).story),
      models: [promised[0]!, ...promised],
      parameters: parameters(LONG ? 5000 : 200),
      reproduce: (failure) => reproduce(failure, { file: FILE, test: TEST }),
    });
    expect(played.stories).toBeGreaterThanOrEqual(played.histories);
    if (LONG) console.log(`played ${played.stories} stories of ${played.histories} histories`);
  });
});
