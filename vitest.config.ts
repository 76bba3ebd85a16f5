import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import EngineFirst from './test/sequencer.ts';

/** Tests with real programs, file systems and browsers: what they see depends on how long things take. */
const WITH_OTHERS = 'test/{e2e,interop,browser,kernel}/**/*.test.ts';

const EXCLUDE = ['dist/**', 'node_modules/**'];

export default defineConfig({
  test: {
    // Against what hangs, and not to measure: on a machine that others use too, all takes many times as long.
    testTimeout: 600_000,
    hookTimeout: 300_000,
    sequence: { sequencer: EngineFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'alone',
          // One more than is usual: nothing here depends on time, and of two cores one would idle.
          maxWorkers: availableParallelism(),
          setupFiles: ['test/seed.ts'],
          include: ['{harness,src,scenarios,reports,test,tools}/**/*.test.ts'],
          exclude: [...EXCLUDE, WITH_OTHERS],
        },
      },
      {
        // One after another, and after the rest: next to tests that take all there is, they would come too late.
        extends: true,
        test: {
          name: 'with others',
          include: [WITH_OTHERS],
          setupFiles: ['test/seed.ts'],
          globalSetup: ['test/with-others.ts'],
          exclude: EXCLUDE,
          fileParallelism: false,
          // A real client that is to be caught half way may be done before it is, on a machine that others use too.
          retry: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
