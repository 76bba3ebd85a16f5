import type { Image } from '../disk/image/image.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { parted } from './determinism.ts';
import { watched, type Regions } from './dont-care.ts';
import { undurable } from './durability.ts';
import { Expansion, type Ground } from './expansion.ts';
import { emptyCounts, type Counts, type Exploration, type StateNode } from './exploration.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import { Judge } from './judge.ts';
import type { LifeRecord } from './life.ts';
import { prepare, type MainLife } from './main-life.ts';
import type { ExploreOptions, Progress } from './options.ts';
import type { Verdict } from './outcome.ts';
import type { Acknowledgement, Scenario } from './scenario.ts';
import { inOrder } from './reached.ts';
import { isOwn, type Shard } from './shard.ts';
import { spansOf } from './spans.ts';
import { StateGraph } from './state-graph.ts';
import { States } from './states.ts';

/**
 * Walks the graph of disk states that power cuts lead to. The crash states of a life are derived from its journal;
 * each distinct one, with what had been acknowledged by then, is recovered once, and that recovery is a life whose
 * crash states are looked at in turn. When none is new, the walk has closed: these are all the states that any number
 * of cuts can reach.
 */
export class Explorer {
  readonly #scenario: Scenario;
  readonly #options: ExploreOptions;
  readonly #judge: Judge;
  readonly #regions: Regions;
  readonly #failures: StateNode[] = [];
  readonly #counts: Counts = emptyCounts();
  readonly #states: States;
  readonly #ground: Ground;
  /**
   * The nodes to recover, by their number of cuts, then by the life that leads there first, its crash point and their
   * keys: an order that depends on nothing but the graph, so that shards agree on what comes first.
   */
  readonly #queue: StateNode[] = [];
  /** The place in the queue of the next one. */
  #next = 0;
  /** Nodes from here on are not in the queue yet. */
  #queued = 0;

  constructor(scenario: Scenario, model: PersistenceModel, options: ExploreOptions) {
    this.#scenario = scenario;
    this.#options = options;
    this.#judge = new Judge(scenario);
    this.#regions = options.dontCare ? (scenario.dontCare ?? []) : [];
    this.#states = new States(this.#regions, this.#counts);
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
    const main = await prepare(this.#scenario);
    this.#counts.mainOps = main.life.ops.length;
    new Expansion(this.#ground, main.boot, main.life, main.acknowledged, undefined).run();
    this.#enqueue(this.#options.shard);
    let stopped = this.#stopReason();
    while (!stopped && this.#next < this.#queue.length) {
      await this.#visit(this.#queue[this.#next++]!);
      this.#enqueue();
      if (this.#next % 64 === 0) await this.#options.breathe?.(this.#progress());
      stopped = this.#stopReason();
    }
    if (!stopped) await this.#compareDoubles();
    return this.#result(main, stopped);
  }

  /** Takes in the nodes that the last life led to; with a shard, only its own. */
  #enqueue(shard?: Shard): void {
    const found = inOrder(this.#states.nodes.slice(this.#queued));
    this.#queued += found.length;
    found.forEach((node, place) => {
      if (isOwn(shard, place)) this.#queue.push(node);
    });
  }

  async #visit(node: StateNode): Promise<void> {
    const boot = node.image!;
    boot.seal();
    const { life, verdict } = await this.#recover(boot, node.acknowledged);
    this.#counts.recoveryOps += life.ops.length;
    node.recoveryOps = life.ops.length;
    node.verdict = verdict;
    if (this.#regions.length > 0) node.final = hashKey(life.image.hash);
    const open = node.depth < this.#options.depth;
    // A recovery that fails can be cut before it does; only one without end can't be gone through to its end.
    if (open && life.ending.type !== 'never ended') this.#expand(boot, life, node);
    else this.#counts.unexpanded++;
    if (this.#options.recheck !== undefined && (node.key.a >>> 0) % this.#options.recheck === 0) {
      await this.#recheck(boot, life, node);
    }
    node.image = undefined;
    if (node.verdict.outcome !== 'converged') this.#failures.push(node);
  }

  /** A recovery and what it came to; unknown if it looked into a region that was said not to matter. */
  async #recover(
    boot: Image,
    acknowledged: readonly Acknowledgement[],
  ): Promise<{ life: LifeRecord; verdict: Verdict }> {
    const seen: string[] = [];
    const watch = this.#regions.length > 0;
    const life = await this.#judge.recover(
      boot,
      watch ? (fs) => watched(fs, this.#regions, (what) => seen.push(what)) : undefined,
    );
    const verdict = await this.#judge.judge(life, acknowledged);
    if (seen.length === 0 || verdict.outcome !== 'converged') return { life, verdict };
    return { life, verdict: voided(`recovery does look into it: ${seen[0]}`) };
  }

  #expand(boot: Image, life: LifeRecord, node: StateNode): void {
    const expansion = new Expansion(this.#ground, boot, life, node.acknowledged, node);
    const whole = expansion.run();
    if (!whole || !this.#scenario.durableRecovery || node.verdict?.outcome !== 'converged') return;
    const finding = undurable(expansion.survivals, life.image);
    if (finding) node.verdict = { outcome: 'corrupt', findings: [finding] };
  }

  /** The disks of the sample that were taken for another must end like it. */
  async #compareDoubles(): Promise<void> {
    for (const { image, node, acknowledged } of this.#states.doubles) {
      image.seal();
      const { life, verdict } = await this.#recover(image, acknowledged);
      this.#counts.compared++;
      if (hashKey(life.image.hash) === node.final && verdict.outcome === node.verdict?.outcome) continue;
      node.verdict = voided('two disks that differ only there end differently');
      this.#failures.push(node);
      return;
    }
  }

  async #recheck(boot: Image, life: LifeRecord, node: StateNode): Promise<void> {
    const again = await this.#judge.recover(boot);
    const where = parted(life, again);
    if (where !== undefined) node.verdict = { outcome: 'unknown', findings: [where] };
  }

  #stopReason(): Exploration['stopped'] {
    const { bail = 1, statesMax = Infinity, expired } = this.#options;
    if (this.#failures.length >= bail) return 'bail';
    if (this.#states.nodes.length > statesMax) return 'states';
    return expired?.();
  }

  #progress(): Progress {
    return { states: this.#states.nodes.length, verified: this.#next, generated: this.#counts.generated };
  }

  #result(main: MainLife, stopped: Exploration['stopped']): Exploration {
    const { nodes, disks } = this.#states;
    const counts = this.#counts;
    counts.states = nodes.length;
    counts.verified = this.#next;
    counts.disks = disks;
    counts.recoveries = this.#judge.recoveries;
    counts.checks = this.#judge.checks;
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
      spans: spansOf(this.#ground.graph),
      counts,
      closed: !stopped && counts.unexpanded === 0 && counts.bounded === 0 && whole,
      stopped,
    };
  }
}

function voided(message: string): Verdict {
  return { outcome: 'unknown', findings: [{ invariant: "a don't-care region does not matter", message }] };
}
