/** A matcher for vitest 4 and 5: `import 'blackout/vitest'`, in a test or in one of its `setupFiles`. */
import { expect } from 'vitest';
import type { Scenario } from './programs/scenario.ts';
import { explorePowerCuts, failureText, type PowerCuts } from './runs/surviving.ts';

declare global {
  // The one place that vitest 4 and 5 both take matchers from, whose own interfaces differ in their parameters.
  namespace Chai {
    interface Assertion {
      /**
       * Goes through all power cuts that a scenario is to survive. It fails with the story, and with a line that plays it
       * again. What is not known fails as well, with `.not` too.
       */
      toSurvivePowerCuts(cuts?: PowerCuts): Promise<void>;
    }
  }
}

expect.extend({
  async toSurvivePowerCuts(scenario: Scenario, cuts?: PowerCuts) {
    const survival = await explorePowerCuts(scenario, cuts);
    const message = (): string => failureText(scenario, survival);
    if (survival.verdict === 'unknown') throw new Error(message());
    return { pass: survival.verdict === 'converged', message };
  },
});
