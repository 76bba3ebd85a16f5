import type { Image } from '../disk/image/image.ts';
import type { Effect, PersistenceModel } from '../persistence/model.ts';
import { crashState, illegal, type Kept } from '../persistence/survival.ts';
import { undurable } from './durability.ts';
import { failedIn, meetsSomething, metIn, unfit, type Conditions } from './conditions.ts';
import { Judge, type Lived } from './judge.ts';
import { withPromises } from '../programs/life.ts';
import type { LifeRecord, LifeRequest } from '../programs/program.ts';
import { prepare, type MainLife } from './main-life.ts';
import { DEFAULTS, type ExploreOptions } from './options.ts';
import type { Verdict } from './outcome.ts';
import type { Acknowledgement, Scenario } from '../programs/scenario.ts';
import { graphAfter, type Uptime } from '../persistence/uptime.ts';
import {
  advance,
  keptBy,
  nameOf,
  nameText,
  StaleSchedule,
  type Cut,
  type EffectName,
  type Schedule,
} from './schedule.ts';
import { originOf, printToken } from './token.ts';

/** One life of a story that was cut or killed. */
export interface CutLife {
  /** The life as it would have gone on without that. */
  readonly life: LifeRecord;
  readonly cut: Cut;
  /** The machine that it began on. */
  readonly uptime: Uptime;
  /** What was pending at the cut, in journal order. */
  readonly pending: readonly Effect[];
  readonly kept: Kept;
  /** What the program saw when it ended. */
  readonly seen: Image;
  /** What the disk held afterwards; after a kill, what the next life sees. */
  readonly crash: Image;
  /** All that had been promised by then. */
  readonly acknowledged: readonly Acknowledgement[];
}

/** What a cut loses, by name; nothing at a kill. */
export function lossesOf({ pending, kept, uptime }: CutLife): readonly EffectName[] {
  return pending.filter((effect) => !kept.has(effect)).map((each) => nameOf(each, uptime.killed.length));
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
    this.#judge = new Judge(scenario, main);
  }

  /**
   * @param graphs as in the exploration that the schedules come from: one that keeps dead effects pending names them
   */
  static async start(
    scenario: Scenario,
    model: PersistenceModel,
    graphs: GraphOptions = {},
  ): Promise<Player> {
    return new Player(scenario, model, await prepare(scenario, model), graphs);
  }

  /**
   * @param story its cuts, with what the life after the last one meets, if it meets something
   * @throws StaleSchedule if a cut does not fit the life that it cuts, or no call is fit to fail, or to come early, as one is to
   */
  async play(story: readonly Cut[] | Pick<Schedule, 'cuts' | 'last'>): Promise<Replay> {
    const { cuts, last }: Pick<Schedule, 'cuts' | 'last'> = 'cuts' in story ? story : { cuts: story };
    const conditions = [...cuts.map((cut) => cut.conditions), last];
    const lives: CutLife[] = [];
    let uptime: Uptime = { model: this.model, boot: this.main.boot, killed: [] };
    let life = await this.#live(undefined, conditions[0]);
    let acknowledged = this.main.acknowledged;
    for (const [i, cut] of cuts.entries()) {
      const lived = cutLife(uptime, this.#graphs, life, cut, acknowledged);
      lives.push(lived);
      const { crash } = lived;
      uptime = cut.kill
        ? { ...uptime, killed: [...uptime.killed, life.ops.slice(0, cut.at)] }
        : { ...uptime, boot: crash, killed: [] };
      acknowledged = lived.acknowledged;
      life = await this.#live(crash, conditions[i + 1]);
    }
    const own = failedIn(last);
    const failed = conditions.reduce((sum, each) => sum + failedIn(each), 0);
    const part = cuts.length === 0 ? 'run' : 'recover';
    const verdict = await this.#judge.judge(life, acknowledged, { part, own, failed });
    const schedule = { ...this.schedule(cuts), ...(meetsSomething(last) ? { last } : {}) };
    return { schedule, lives, recovery: life, verdict: this.#durable(uptime, life, verdict, part) };
  }

  /**
   * Lives a life of a story that was played once more, and notes where its ops are made, or stops there.
   * @param crash the disk that it recovers from; undefined for the main life
   */
  async liveAgain(
    crash: Image | undefined,
    conditions: Conditions | undefined,
    more: Pick<LifeRequest, 'placed' | 'stopped'>,
  ): Promise<LifeRecord> {
    const asked = { ...metIn(this.model, conditions, false), ...more };
    return await (crash ? this.#judge.recover(crash, undefined, asked) : this.#judge.run(asked));
  }

  /** A recovery from a disk, or the main life, under conditions. */
  async #live(crash: Image | undefined, conditions: Conditions | undefined): Promise<LifeRecord> {
    const met = metIn(this.model, conditions, false);
    if (!crash && !meetsSomething(conditions)) return this.main.life;
    const life = crash ? await this.#judge.recover(crash, undefined, met) : await this.#judge.run(met);
    const wrong = unfit(life, conditions);
    if (!wrong) return life;
    throw new StaleSchedule(`${wrong}: the program or the model has changed since`);
  }

  /** What recovery and check make of a disk, when so much has been promised. */
  async judge(crash: Image, acknowledged: readonly Acknowledgement[]): Promise<Verdict> {
    return await this.#judge.judge(await this.#judge.recover(crash), acknowledged);
  }

  /** The verdict, unless the scenario asks for more: that no later cut can undo the recovery. */
  #durable({ boot, killed }: Uptime, life: LifeRecord, verdict: Verdict, part: Lived['part']): Verdict {
    if (!this.scenario.durableRecovery || verdict.outcome !== 'converged') return verdict;
    if (part === 'run' || life.ending.type !== 'ended') return verdict;
    const finding = undurable(this.model, { boot, killed }, life, DEFAULTS);
    return finding ? { outcome: 'corrupt', findings: [finding] } : verdict;
  }

  /** The token of a story that was played here. */
  token({ schedule, lives, recovery }: Omit<Replay, 'verdict'>): string {
    const ops = [...lives.map((lived) => lived.life.ops), recovery.ops];
    return printToken(schedule, ops, this.origin);
  }

  /** What its tokens say of where its stories begin: see `originOf`. */
  get origin(): string {
    return originOf(this.main.boot, this.scenario.madeFrom);
  }

  schedule(cuts: readonly Cut[]): Schedule {
    return { scenario: this.scenario.name, model: this.model.name, cuts };
  }
}

function cutLife(
  uptime: Uptime,
  options: GraphOptions,
  life: LifeRecord,
  cut: Cut,
  before: readonly Acknowledgement[],
): CutLife {
  const graph = advance(graphAfter(uptime, options), life.ops, cut.at);
  const kept = keptBy(cut, graph);
  // A kill decides nothing yet: of what excludes each other, both are still pending.
  const wrong = cut.kill ? undefined : illegal(graph, kept);
  if (wrong) {
    throw new StaleSchedule(
      `effect ${nameText(nameOf(wrong, graph.lives))} can't survive alone under ${uptime.model.name}: the model has changed since`,
    );
  }
  const crash = cut.kill ? graph.volatile.fork() : crashState(graph, kept);
  if (!cut.kill) crash.seal();
  const last = cut.early ? cut.at - 1 : cut.at;
  const promised = life.acknowledged.filter((mark) => mark.after <= last);
  return {
    life,
    cut,
    uptime,
    pending: graph.pending,
    kept,
    seen: graph.volatile,
    crash,
    acknowledged: withPromises(before, promised),
  };
}
