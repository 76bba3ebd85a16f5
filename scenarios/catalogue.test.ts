import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, models } from '../harness/index.ts';
import { textbook } from './textbook/catalogue.ts';

describe('the textbook protocols', () => {
  for (const entry of textbook) {
    for (const model of models) {
      const breaks = entry.breaksUnder?.includes(model.name) ?? false;
      it(`${entry.name} ${breaks ? 'is caught' : 'converges, by closure,'} under ${model.name}`, async () => {
        const scenario = await entry.make({});
        const result = await new Explorer(scenario, model, {
          ...DEFAULTS,
          recheck: 5,
          ...entry.plan,
        }).explore();
        expect(result.failures.map((node) => node.verdict)).toHaveLength(breaks ? 1 : 0);
        expect(result.closed).toBe(!breaks);
      });
    }
  }
});
