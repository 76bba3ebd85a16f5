import type { Exploration } from '../../explore/exploration.ts';
import { ScenarioError } from '../../explore/main-life.ts';
import type { ExploreOptions } from '../../explore/options.ts';
import type { Catalogue } from '../../explore/catalogue.ts';
import type { RunEvent } from '../../../reports/events.ts';
import { causesOf } from '../events/causes.ts';
import { exploreDeaths } from './explore-deaths.ts';
import type { Job, JobHooks } from '../job.ts';
import { loadScenario } from '../scenarios/load-scenario.ts';
import { demandPoint } from '../crash-points.ts';
import { modelNamed } from '../names.ts';
import { edited } from '../../programs/syncs/edited.ts';
import { Bench } from '../syncs/bench.ts';
import { ledgerOf, numbered } from '../syncs/ledger.ts';
import { missingIn } from '../syncs/missing.ts';
import { Sites } from '../syncs/sites.ts';
import type { LedgerReport } from '../../../reports/schema/syncs.ts';
import { explorationEvents, graphOf, tooLate, unexplored, type Late } from '../events/run-events.ts';

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
  // Whoever was told has left something out.
  let told: Late | undefined;
  const lateNow = (): Late | undefined => {
    const why = hooks.interrupted() ? 'interrupted' : hooks.now() > hooks.deadline ? 'time' : undefined;
    return (told = why ?? told) && why;
  };
  const expired: ExploreOptions['expired'] = () => lateNow() ?? (hooks.hasFatal?.() ? 'bail' : undefined);
  if (hooks.interrupted()) return tooLate(run, 'interrupted', 0);
  const breathe: ExploreOptions['breathe'] = async (progress) => await hooks.progress(progress);
  try {
    const scenario = await loadScenario(job.source, catalogue);
    const model = modelNamed(job.model);
    const sites = job.ledger && new Sites();
    const watched = sites ? edited(scenario, {}, sites) : scenario;
    const { atOnce = 1 } = hooks;
    const explored = await exploreDeaths(watched, model, job.plan, { expired, breathe, atOnce });
    const { exploration, deaths } = explored;
    demandPoints(job, exploration);
    const done: Job = { ...job, plan: { ...job.plan, ...deaths } };
    const graph = graphOf(done, exploration);
    const late = (): boolean => lateNow() !== undefined;
    const options = { ...done.plan, expired, breathe };
    const causes = await causesOf(exploration, graph, options, job.reproduceWith, late);
    await hooks.progress(exploration.counts);
    const ended = (ledger?: LedgerReport): RunEvent[] =>
      explorationEvents(run, done, exploration, graph, causes, { elapsedMs: elapsed(), late: told }, ledger);
    if (!sites || !job.ledger) return ended();
    const bench = new Bench(scenario, job, model, { expired, breathe }, explored);
    const missing = await missingIn({ bench, sites });
    const found = await ledgerOf(bench, numbered(sites.syncs), job.ledger);
    return ended(missing ? { ...found, missing } : found);
  } catch (error) {
    if (error instanceof ScenarioError) return unexplored(run, error.message, elapsed());
    throw error;
  }
}

/** How long a life is, is only known once it has been lived. */
function demandPoints({ plan: { at } }: Job, { scenario, main }: Exploration): void {
  if (!at) return;
  const { from, to } = at;
  const asked = from === to ? String(from) : `${from}..${Number.isFinite(to) ? to : ''}`;
  demandPoint(from, asked, scenario.name, main.life.ops.length);
}
