import type { Scenario } from '../../programs/scenario.ts';
import type { Job } from '../job.ts';
import { modelNamed } from '../names.ts';
import { Bench, type Hooks } from './bench.ts';
import { Sites } from './sites.ts';

/** A scenario under one model, explored as it is, and where its ops are made. */
export interface Opened {
  readonly bench: Bench;
  readonly sites: Sites;
}

/** Explores a scenario with its own syncs, under the model of each job. */
export async function openAll(
  scenario: Scenario,
  jobs: readonly Job[],
  hooks: Hooks,
): Promise<readonly Opened[]> {
  const opened: Opened[] = [];
  for (const job of jobs) {
    const sites = new Sites();
    const bench = await Bench.open(scenario, job, modelNamed(job.model), hooks, sites);
    opened.push({ bench, sites });
  }
  return opened;
}
