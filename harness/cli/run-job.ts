import { Explorer } from '../explore/explorer.ts';
import { ScenarioError } from '../explore/main-life.ts';
import type { ExploreOptions } from '../explore/options.ts';
import type { Catalogue } from '../explore/catalogue.ts';
import type { RunEvent } from '../../reports/events.ts';
import { causesOf } from './causes.ts';
import type { Job, JobHooks } from './job.ts';
import { loadScenario } from './load-scenario.ts';
import { modelNamed } from './names.ts';
import { explorationEvents, graphOf, unexplored } from './run-events.ts';

/**
 * Explores one scenario under one model and tells its failures.
 *
 * @param run the number of the run in its events
 * @returns all of its events but `run`, which comes before them
 */
export async function runJob(
  run: number,
  job: Job,
  catalogue: Catalogue,
  hooks: JobHooks,
): Promise<readonly RunEvent[]> {
  const started = hooks.now();
  const elapsed = (): number => hooks.now() - started;
  const expired: ExploreOptions['expired'] = () => {
    if (hooks.interrupted()) return 'interrupted';
    return hooks.now() > hooks.deadline ? 'time' : undefined;
  };
  if (hooks.interrupted()) return unexplored(run, 'interrupted', 0);
  const options: ExploreOptions = {
    ...job.plan,
    expired,
    breathe: async (progress) => await hooks.progress(progress),
  };
  try {
    const scenario = await loadScenario(job.source, catalogue);
    const exploration = await new Explorer(scenario, modelNamed(job.model), options).explore();
    const graph = graphOf(job, exploration);
    const late = (): boolean => expired() !== undefined;
    const causes = await causesOf(exploration, graph, options, job.reproduceWith, late);
    await hooks.progress(exploration.counts);
    return explorationEvents(run, job, exploration, graph, causes, elapsed());
  } catch (error) {
    if (error instanceof ScenarioError) return unexplored(run, error.message, elapsed());
    throw error;
  }
}
