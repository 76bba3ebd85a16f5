import type { Image } from '../disk/image/image.ts';
import { EffectGraph } from '../persistence/graph.ts';
import type { Effect, PersistenceModel } from '../persistence/model.ts';
import { crashState, illegal, type Kept } from '../persistence/survival.ts';
import { Survivals } from '../persistence/survivals.ts';
import { undurable } from './durability.ts';
import { Judge } from './judge.ts';
import { withPromises, type LifeRecord } from './life.ts';
import { prepare, type MainLife } from './main-life.ts';
import { DEFAULTS, scopeOf, type ExploreOptions } from './options.ts';
import type { Verdict } from './outcome.ts';
import type { Acknowledgement, Scenario } from './scenario.ts';
import { advance, keptBy, StaleSchedule, type Cut, type Schedule } from './schedule.ts';

/** One life of a story that was cut. */
export interface CutLife {
  /** The life as it would have gone on without the cut. */
  readonly life: LifeRecord;
  readonly cut: Cut;
  /** What was pending at the cut, in journal order. */
  readonly pending: readonly Effect[];
  readonly kept: Kept;
  /** What the program saw when the power went. */
  readonly seen: Image;
  /** What the disk held afterwards. */
  readonly crash: Image;
  /** All that had been promised by then. */
  readonly acknowledged: readonly Acknowledgement[];
}

/** A story played again: its cut lives, the last recovery, and what the check says. */
export interface Replay {
  readonly schedule: Schedule;
  readonly lives: readonly CutLife[];
  readonly recovery: LifeRecord;
  readonly verdict: Verdict;
}

/** See `EffectGraph`. */
type GraphOptions = Pick<ExploreOptions, 'purge'>;

/** Plays schedules of one scenario under one model; setup and the main life are run once for all of them. */
export class Player {
  readonly scenario: Scenario;
  readonly model: PersistenceModel;
  readonly main: MainLife;
  readonly #judge: Judge;
  readonly #graphs: GraphOptions;

  private constructor(scenario: Scenario, model: PersistenceModel, main: MainLife, graphs: GraphOptions) {
    this.scenario = scenario;
    this.model = model;
    this.main = main;
    this.#graphs = graphs;
    this.#judge = new Judge(scenario);
  }

  /**
   * @param graphs as in the exploration that the schedules come from: one that keeps dead effects pending names them
   */
  static async start(
    scenario: Scenario,
    model: PersistenceModel,
    graphs: GraphOptions = {},
  ): Promise<Player> {
    return new Player(scenario, model, await prepare(scenario), graphs);
  }

  /** @throws StaleSchedule if a cut does not fit the life that it cuts */
  async play(cuts: readonly Cut[]): Promise<Replay> {
    const lives: CutLife[] = [];
    let boot = this.main.boot;
    let life = this.main.life;
    let acknowledged = this.main.acknowledged;
    for (const cut of cuts) {
      const graph = new EffectGraph(this.model, boot, this.#graphs);
      const lived = cutLife(graph, this.model, life, cut, acknowledged);
      lives.push(lived);
      boot = lived.crash;
      acknowledged = lived.acknowledged;
      life = await this.#judge.recover(boot);
    }
    const verdict = this.#durable(boot, life, await this.#judge.judge(life, acknowledged));
    return { schedule: this.schedule(cuts), lives, recovery: life, verdict };
  }

  /** What recovery and check make of a disk, when so much has been promised. */
  async judge(crash: Image, acknowledged: readonly Acknowledgement[]): Promise<Verdict> {
    return await this.#judge.judge(await this.#judge.recover(crash), acknowledged);
  }

  /** The verdict, unless the scenario asks for more: that no later cut can undo the recovery. */
  #durable(boot: Image, life: LifeRecord, verdict: Verdict): Verdict {
    if (!this.scenario.durableRecovery || verdict.outcome !== 'converged') return verdict;
    const survivals = new Survivals(this.model, boot, scopeOf(DEFAULTS));
    for (const op of life.ops) survivals.step(op);
    const finding = undurable(survivals, life.image);
    return finding ? { outcome: 'corrupt', findings: [finding] } : verdict;
  }

  schedule(cuts: readonly Cut[]): Schedule {
    return { scenario: this.scenario.name, model: this.model.name, cuts };
  }
}

/** @param graph of the life, before its first op */
function cutLife(
  graph: EffectGraph,
  model: PersistenceModel,
  life: LifeRecord,
  cut: Cut,
  before: readonly Acknowledgement[],
): CutLife {
  advance(graph, life.ops, cut.at);
  const kept = keptBy(cut, graph);
  const wrong = illegal(graph, kept);
  if (wrong) {
    throw new StaleSchedule(
      `effect ${wrong.op.index}.${wrong.part} can't survive alone under ${model.name}: the model has changed since`,
    );
  }
  const crash = crashState(graph, kept);
  crash.seal();
  const last = cut.early ? cut.at - 1 : cut.at;
  const promised = life.acknowledged.filter((mark) => mark.after <= last);
  return {
    life,
    cut,
    pending: graph.pending,
    kept,
    seen: graph.volatile,
    crash,
    acknowledged: withPromises(before, promised),
  };
}
