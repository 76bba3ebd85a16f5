import type { Scenario } from '../../../programs/scenario.ts';
import { DEFAULTS } from '../../../explore/options.ts';
import type { Job, Plan } from '../../job.ts';

/** A job of a scenario that is at hand: nobody has to find it. */
export function jobFor(scenario: Scenario, model: string, plan: Partial<Plan> = {}): Job {
  return {
    source: { from: 'catalogue', name: scenario.name, trees: [] },
    summary: '',
    model,
    plan: { ...DEFAULTS, bail: 100, deaths: ['cut'], ...plan },
    reproduceWith: '',
    knownToBreak: false,
  };
}
