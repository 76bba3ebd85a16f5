import type { PersistenceModel } from '../persistence/model.ts';
import { affordableCap } from './affordable.ts';
import { alternativesOf, faultsFor, type Alternative } from './conditions.ts';
import { Expansion, type Ground } from './expansion.ts';
import { emptyCounts, type Counts, type Exploration, type StateNode } from './exploration.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import { Lives, type LivedLife } from './lives.ts';
import { prepare, type MainLife } from './main-life.ts';
import { mayFail, type ExploreOptions, type Progress } from './options.ts';
import { isEnough } from './enough.ts';
import { foresightOf } from '../programs/foresight.ts';
import type { Scenario } from '../programs/scenario.ts';
import { inOrder } from './reached.ts';
import { Recoveries } from './recoveries.ts';
import type { Recovered, Remembered } from './remembered.ts';
import { isOwn } from './shard.ts';
import { spansOf } from './spans.ts';
import { StateGraph } from './state-graph.ts';
import { States } from './states.ts';

/**
 * Walks the graph of disk states that power cuts lead to. The crash states of a life are derived from its journal;
 * each distinct one, with what had been acknowledged by then, is recovered once, and that recovery is a life whose
 * crash states are looked at in turn. When none is new, the walk has closed: these are all the states that any number
 * of cuts can reach.
 *
 * Lives are gone through one after the other, crash point by crash point, and what is new at one is recovered before the
 * next is looked at: so a bug in the first ops is found before the last ops cost anything. It is the order in which
 * reports number the states (`canonical.ts`), and depends on nothing but the graph.
 */
export class Explorer {
  readonly #scenario: Scenario;
  readonly #options: ExploreOptions;
  readonly #remembered: Remembered | undefined;
  /** From when the main life is known. */
  #recoveries!: Recoveries;
  #lives!: Lives;
  readonly #failures: StateNode[] = [];
  readonly #counts: Counts = emptyCounts();
  readonly #states: States;
  #ground: Ground;
  /** Recovered ones whose lives lead on, in the order of their recovery: their crash states are looked at in that order. */
  readonly #open: StateNode[] = [];
  #verified = 0;
  /** How many were recovered before the first failure. */
  #firstFailure: number | undefined;
  /** States that lives leave whose shard is decided by their place: those of the main life. */
  #roots = 0;

  /** @param remembered what an exploration before this one leaves to it, and this one to the next */
  constructor(scenario: Scenario, model: PersistenceModel, options: ExploreOptions, remembered?: Remembered) {
    this.#remembered = remembered;
    this.#scenario = scenario;
    this.#options = options;
    this.#states = new States(options.dontCare ? (scenario.dontCare ?? []) : [], this.#counts);
    this.#ground = {
      model,
      options,
      states: this.#states,
      graph: new StateGraph(),
      counts: this.#counts,
      stops: () => this.#stopReason() !== undefined,
    };
  }

  async explore(): Promise<Exploration> {
    const { model } = this.#ground;
    const options = this.#options;
    const remembered = this.#remembered;
    const faults = faultsFor(model, undefined, mayFail(options, 0));
    const main = remembered?.main ?? (await prepare(this.#scenario, model, faults));
    const regions = options.dontCare ? (this.#scenario.dontCare ?? []) : [];
    this.#recoveries =
      remembered?.recoveries ?? new Recoveries(this.#scenario, model, options, main, regions);
    if (remembered) Object.assign(remembered, { main, recoveries: this.#recoveries });
    this.#ground = { ...this.#ground, options: { ...options, cap: affordableCap(model, main, options) } };
    this.#counts.mainOps = main.life.ops.length;
    this.#lives = new Lives(this.#ground, main, (boot, node) => this.#recoveries.live(boot, node));
    const machine = { boot: main.boot, killed: [] };
    try {
      let stopped = await this.#follow({ image: main.boot, machine, life: main.life }, undefined, main);
      // It grows as it is gone through.
      for (const node of this.#open) {
        if (stopped) break;
        stopped = await this.#follow(await this.#lives.take(node), node, main);
      }
      if (!stopped) stopped = await this.#compareDoubles();
      return this.#result(main, stopped);
    } finally {
      foresightOf(this.#scenario)?.callOff();
    }
  }

  /** Goes through a life: takes in what it leads to at each crash point, and recovers what is new there. */
  async #follow(
    lived: LivedLife,
    node: StateNode | undefined,
    main: MainLife,
  ): Promise<Exploration['stopped']> {
    const { life, machine } = lived;
    this.#lives.follow(node, lived);
    const acknowledged = node?.acknowledged ?? main.acknowledged;
    const cuts = !node || node.depth < this.#options.depth;
    const expansion = cuts ? new Expansion(this.#ground, machine, life, acknowledged, node) : undefined;
    const alternatives = this.#alternatives(life, node);
    for (let at = 0; at <= life.ops.length; at++) {
      const stopped = this.#stopReason();
      if (stopped) return stopped;
      expansion?.next();
      for (const each of alternatives.get(at) ?? []) this.#branch(each, node, main);
      await this.#recoverNew(node);
    }
    return this.#stopReason();
  }

  /** How the life could go differently, by the crash point after which it would. */
  #alternatives(
    life: LivedLife['life'],
    node: StateNode | undefined,
  ): ReadonlyMap<number, readonly Alternative[]> {
    const options = this.#options;
    const kinds = mayFail(options, node?.failed ?? 0) ? options.faults! : [];
    const all = alternativesOf(life, node?.conditions, { kinds, orders: options.orders ?? 0 });
    const byPoint = new Map<number, Alternative[]>();
    for (const each of all) byPoint.set(each.after, [...(byPoint.get(each.after) ?? []), each]);
    return byPoint;
  }

  #branch(alternative: Alternative, from: StateNode | undefined, { acknowledged }: MainLife): void {
    const { graph, states } = this.#ground;
    const state = states.takeAlternative(alternative, from, acknowledged);
    graph.branch(from?.number, { at: alternative.after, state });
  }

  /** Recovers the states that were found last; with a shard, only its own. */
  async #recoverNew(from: StateNode | undefined): Promise<void> {
    const found = inOrder(this.#states.takeNew()).filter(
      () => from !== undefined || isOwn(this.#options.shard, this.#roots++),
    );
    this.#tell(found);
    for (const node of found) {
      if (this.#stopReason()) return;
      await this.#recover(node);
      if (this.#verified % 64 === 0) await this.#options.breathe?.(this.#progress());
    }
  }

  /** What comes next, to a program that can make use of it: disks that cuts and kills leave, where they are at hand. */
  #tell(found: readonly StateNode[]): void {
    const { atOnce = 1 } = this.#options;
    const foresight = atOnce > 1 ? foresightOf(this.#scenario) : undefined;
    foresight?.foresee(
      found.flatMap((node) => {
        const { image, uptime, part, conditions, acknowledged } = node;
        if (!image || part !== 'recover' || conditions || this.#remembered?.of(node)) return [];
        const boot = image.fork();
        if (!uptime) boot.seal();
        return [{ boot, acknowledged }];
      }),
      atOnce,
    );
  }

  async #recover(node: StateNode): Promise<void> {
    const counts = this.#counts;
    const { life, verdict, final, ...start } = this.#remembered?.of(node) ?? (await this.#judged(node));
    counts.recoveryOps += life.ops.length;
    node.recoveryOps = life.ops.length;
    node.verdict = verdict;
    if (final !== undefined) node.final = final;
    // A recovery that fails can be cut before it does; only one without end can't be gone through to its end.
    const ends = life.ending.type !== 'never ended';
    const isOpen = ends && node.depth < this.#options.depth;
    if (!isOpen) counts.unexpanded++;
    if (isOpen || (ends && this.#alternatives(life, node).size > 0)) {
      this.#open.push(node);
      this.#lives.keep(node, { ...start, life });
    }
    node.image = undefined;
    node.uptime = undefined;
    if (node.verdict.outcome !== 'converged') {
      this.#firstFailure ??= this.#verified;
      this.#failures.push(node);
    }
    this.#verified++;
  }

  /** Lives the life that begins in a state, and says what it came to. */
  async #judged(node: StateNode): Promise<Recovered> {
    const { depth, recheck } = this.#options;
    const start = await this.#lives.startOf(node);
    const { life, verdict } = await this.#recoveries.judged(start.image, node);
    const isOpen = life.ending.type !== 'never ended' && node.depth < depth;
    node.verdict = isOpen ? this.#recoveries.durable(start, life, node, verdict) : verdict;
    if (recheck !== undefined && (node.key.a >>> 0) % recheck === 0) {
      node.verdict = await this.#recoveries.again(start.image, life, node);
    }
    const final = this.#states.masks ? hashKey(life.image.hash) : undefined;
    const recovered = { ...start, life, verdict: node.verdict, final };
    this.#remembered?.add(node, recovered);
    return recovered;
  }

  /** The disks of the sample that were taken for another must end like it. */
  async #compareDoubles(): Promise<Exploration['stopped']> {
    for (const double of this.#states.doubles) {
      const stopped = this.#options.expired?.();
      if (stopped) return stopped;
      const verdict = await this.#recoveries.double(double);
      this.#counts.compared++;
      if (!verdict) continue;
      double.node.verdict = verdict;
      this.#failures.push(double.node);
      return undefined;
    }
    return undefined;
  }

  #stopReason(): Exploration['stopped'] {
    const { tier, statesMax = Infinity, openMax = Infinity, expired } = this.#options;
    if (isEnough(this.#options, this.#failures.length, this.#firstFailure, this.#verified)) return 'bail';
    if (this.#states.nodes.length > statesMax) return 'states';
    if (this.#counts.bounded > 0 && tier === 'closure' && this.#verified >= openMax) return 'states';
    return expired?.();
  }

  #progress(): Progress {
    return { states: this.#states.nodes.length, verified: this.#verified, generated: this.#counts.generated };
  }

  #result(main: MainLife, stopped: Exploration['stopped']): Exploration {
    const { nodes, disks } = this.#states;
    const counts = this.#counts;
    counts.states = nodes.length;
    counts.verified = this.#verified;
    counts.disks = disks;
    counts.recoveries = this.#recoveries.recoveries;
    counts.checks = this.#recoveries.checks;
    counts.depth = nodes.reduce((depth, node) => Math.max(depth, node.depth), 0);
    const { at, shard } = this.#options;
    const whole = at === undefined && shard === undefined;
    return {
      scenario: this.#scenario,
      model: this.#ground.model,
      main,
      nodes,
      failures: this.#failures,
      graph: this.#ground.graph,
      get spans() {
        return spansOf(this.graph);
      },
      counts,
      closed: !stopped && counts.unexpanded === 0 && counts.bounded === 0 && whole,
      stopped,
    };
  }
}
