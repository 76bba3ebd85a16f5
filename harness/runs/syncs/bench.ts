import type { Exploration } from '../../explore/exploration.ts';
import { Explorer } from '../../explore/explorer.ts';
import type { ExploreOptions, Progress } from '../../explore/options.ts';
import type { PersistenceModel } from '../../persistence/model.ts';
import type { Scenario } from '../../programs/scenario.ts';
import { edited } from '../../programs/syncs/edited.ts';
import type { Watcher } from '../../programs/syncs/hook.ts';
import type { SyncEdits } from '../../programs/syncs/edits.ts';
import { exploreDeaths, type Explored } from '../jobs/explore-deaths.ts';
import type { Job, Plan } from '../job.ts';
import { graphOf, summaryOf } from '../events/run-events.ts';

/** What a scenario comes to with some syncs more or less. */
export interface Tried {
  /** It closes, it has a counterexample, or neither was shown. */
  readonly held: 'closes' | 'fails' | 'unknown';
  /** Why it is not known. */
  readonly reason: string | null;
  readonly states: number;
  readonly minimumUptime: number | null;
  readonly exploration: Exploration;
}

export type Hooks = Pick<ExploreOptions, 'expired' | 'breathe'>;

/** States beyond which a trial is given up, whatever the scenario has with its own syncs. */
const STATES_MIN = 2000;
/** With a sync less there is more that may survive; beyond so many times the states it is given up. */
const FACTOR = 10;
/** The same where processes are killed as well, which makes many more. */
const STATES_MIN_KILLS = 1000;
const FACTOR_KILLS = 5;

/** One scenario under one model, to be explored with other syncs than its own. */
export class Bench {
  readonly scenario: Scenario;
  readonly job: Job;
  readonly model: PersistenceModel;
  /** With the syncs that it has. */
  readonly base: Tried;
  /** How many explorations there were, and the states of all of them. */
  tried = 0;
  #states = 0;
  readonly #hooks: Hooks;
  #deaths: Explored['deaths'];
  readonly #known = new Map<string, Tried>();

  /** @param explored the scenario with its own syncs */
  constructor(scenario: Scenario, job: Job, model: PersistenceModel, hooks: Hooks, explored: Explored) {
    this.scenario = scenario;
    this.job = job;
    this.model = model;
    this.#hooks = {
      ...hooks,
      ...(hooks.breathe
        ? {
            breathe: async (progress: Progress) =>
              await hooks.breathe!({
                ...progress,
                states: this.#states + progress.states,
                verified: this.#states + progress.verified,
              }),
          }
        : {}),
    };
    this.#deaths = explored.deaths;
    this.base = this.#judge(explored);
  }

  /** Explores the scenario as it is. @param watcher told of all that its lives do */
  static async open(
    scenario: Scenario,
    job: Job,
    model: PersistenceModel,
    hooks: Hooks,
    watcher?: Watcher,
  ): Promise<Bench> {
    const explored = await exploreDeaths(edited(scenario, {}, watcher), model, job.plan, hooks);
    return new Bench(scenario, job, model, hooks, explored);
  }

  /** Whether there is no time left, or somebody has enough of it. */
  get isOver(): boolean {
    return this.#hooks.expired?.() !== undefined;
  }

  /** Whether processes are killed, besides power cuts. */
  get kills(): boolean {
    return this.#deaths.deaths?.includes('kill') ?? false;
  }

  /** Explores it with other syncs, up to the first failure, under the deaths that it was explored under as it is. */
  async try(edits: SyncEdits): Promise<Tried> {
    const key = JSON.stringify(edits);
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = await this.#tryAll(edits)));
    return known;
  }

  /** The same, and tells a watcher of all that its lives do. */
  async watch(edits: SyncEdits, watcher: Watcher): Promise<void> {
    await this.#explore(edits, this.#deaths, watcher);
  }

  /**
   * Explores it with other syncs as a run would, kills included where they are affordable. If it breaks under those, and
   * did not without, they belong to all trials from here on.
   */
  async confirm(edits: SyncEdits): Promise<Tried> {
    const plan: Plan = { ...this.job.plan, bail: 1 };
    const explored = await exploreDeaths(edited(this.scenario, edits), this.model, plan, this.#hooks);
    const tried = await this.#end(explored);
    const { deaths } = explored;
    if (tried.held === 'fails' && deaths.deaths?.includes('kill') && !this.kills) {
      this.#deaths = deaths;
      this.#known.clear();
    }
    return tried;
  }

  async #tryAll(edits: SyncEdits): Promise<Tried> {
    const tried = await this.#explore(edits, this.#deaths);
    if (!this.kills || tried.exploration.stopped !== 'states') return tried;
    const cuts = await this.#explore(edits, { deaths: ['cut'] });
    if (cuts.held !== 'closes') return cuts;
    const reason = 'it closes under power cuts; with kills there are too many states';
    return { ...cuts, held: 'unknown', reason };
  }

  async #explore(edits: SyncEdits, deaths: Explored['deaths'], watcher?: Watcher): Promise<Tried> {
    const kills = deaths.deaths?.includes('kill') ?? false;
    const [min, factor] = kills ? [STATES_MIN_KILLS, FACTOR_KILLS] : [STATES_MIN, FACTOR];
    const { after: _, statesMax = Math.max(min, factor * this.base.states), ...plan } = this.job.plan;
    const options = { ...plan, ...deaths, ...this.#hooks, bail: 1, statesMax };
    const scenario = edited(this.scenario, edits, watcher);
    const exploration = await new Explorer(scenario, this.model, options).explore();
    return await this.#end({ exploration, deaths });
  }

  /** A trial is over: somebody else may have a turn. */
  async #end(explored: Explored): Promise<Tried> {
    this.tried++;
    const tried = this.#judge(explored);
    this.#states += tried.states;
    await this.#hooks.breathe?.({ states: 0, verified: 0, generated: 0 });
    return tried;
  }

  #judge({ exploration, deaths }: Explored): Tried {
    const job: Job = { ...this.job, plan: { ...this.job.plan, ...deaths } };
    const summary = summaryOf(job, exploration, graphOf(job, exploration));
    const { verdict, reason, closed, counts, convergence, coverage } = summary;
    const held =
      verdict === 'counterexample' ? 'fails' : verdict === 'converged' && closed ? 'closes' : 'unknown';
    return {
      held,
      reason: held === 'unknown' ? (reason ?? coverage) : null,
      states: counts?.states ?? 0,
      minimumUptime: convergence?.minimumUptime ?? null,
      exploration,
    };
  }
}
