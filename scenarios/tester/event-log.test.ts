import { describe, expect, it } from 'vitest';
import {
  DEFAULTS,
  Explorer,
  findModel,
  models,
  type Exploration,
  type PersistenceModel,
  type Scenario,
} from '../../harness/index.ts';
import { DEFAULT_MODELS } from '../../harness/runs/plan.ts';
import { tester } from './catalogue.ts';
import { eventLog } from './event-log.ts';

async function explored(scenario: Scenario, model: PersistenceModel): Promise<Exploration> {
  return await new Explorer(scenario, model, { ...DEFAULTS, recheck: 50 }).explore();
}

describe('the log of a run', () => {
  for (const entry of tester) {
    for (const model of models) {
      const breaks = entry.breaksUnder?.includes(model.name) ?? false;
      it(`${entry.name} ${breaks ? 'is caught' : 'converges, by closure,'} under ${model.name}`, async () => {
        const { failures, closed } = await explored(await entry.make({}), model);
        expect(failures.map((node) => node.verdict)).toHaveLength(breaks ? 1 : 0);
        expect(closed).toBe(!breaks);
      });
    }
  }

  for (const name of [...DEFAULT_MODELS, 'xfs+garbage']) {
    it(`in a folder that it makes converges, by closure, under ${name}`, async () => {
      const first = eventLog('event-log-first', '', { older: false });
      expect(await explored(first, findModel(name)!)).toMatchObject({ failures: [], closed: true });
    });
  }
});
