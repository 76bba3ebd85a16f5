import { Explorer } from '../explore/explorer.ts';
import { ScenarioError } from '../explore/main-life.ts';
import type { ExploreOptions } from '../explore/options.ts';
import type { Catalogue } from '../explore/catalogue.ts';
import type { RunReport } from '../../reports/schema.ts';
import { causesOf } from './causes.ts';
import type { Job, JobHooks } from './job.ts';
import { loadScenario } from './load-scenario.ts';
import { modelNamed } from './names.ts';
import { runReport, unexplored } from './run-report.ts';

/** Explores one scenario under one model and tells its failures. */
export async function runJob(job: Job, catalogue: Catalogue, hooks: JobHooks): Promise<RunReport> {
  const started = hooks.now();
  const elapsed = (): number => hooks.now() - started;
  const expired: ExploreOptions['expired'] = () => {
    if (hooks.interrupted()) return 'interrupted';
    return hooks.now() > hooks.deadline ? 'time' : undefined;
  };
  if (hooks.interrupted()) return unexplored(job, 'interrupted', 0);
  const options: ExploreOptions = {
    ...job.plan,
    expired,
    breathe: async (progress) => await hooks.progress(progress),
  };
  try {
    const scenario = await loadScenario(job.source, catalogue);
    const exploration = await new Explorer(scenario, modelNamed(job.model), options).explore();
    const late = (): boolean => expired() !== undefined;
    const causes = await causesOf(exploration, options, job.reproduceWith, late);
    await hooks.progress(exploration.counts);
    return runReport(job, exploration, options, causes, elapsed());
  } catch (error) {
    if (error instanceof ScenarioError) return unexplored(job, error.message, elapsed());
    throw error;
  }
}
