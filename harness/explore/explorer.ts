import type { Image } from '../disk/image/image.ts';
import { hashText } from '../disk/image/mix.ts';
import type { Entry } from '../persistence/frontier.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { Seen } from '../persistence/seen.ts';
import { Survivals } from '../persistence/survivals.ts';
import { Edges } from './edges.ts';
import { hashKey, Judge } from './judge.ts';
import type { LifeRecord } from './life.ts';
import { prepare, type MainLife } from './main-life.ts';
import { scopeOf, type ExploreOptions } from './options.ts';
import { parted } from './determinism.ts';
import type { Acknowledgement, Finding, Scenario } from './scenario.ts';
import { cutOf, type Cut } from './schedule.ts';
import { emptyCounts, type Counts, type Exploration, type StateNode } from './exploration.ts';
import { Spans } from './spans.ts';

/**
 * Walks the graph of disk states that power cuts lead to. The crash states of a life are derived from its journal;
 * each distinct one, with what had been acknowledged by then, is recovered once, and that recovery is a life whose
 * crash states are looked at in turn. When none is new, the walk has closed: these are all the states that any number
 * of cuts can reach.
 */
export class Explorer {
  readonly #scenario: Scenario;
  readonly #model: PersistenceModel;
  readonly #options: ExploreOptions;
  readonly #judge: Judge;
  readonly #seen = new Seen();
  readonly #nodes: StateNode[] = [];
  readonly #failures: StateNode[] = [];
  readonly #edges: Edges | undefined;
  readonly #spans = new Spans();
  readonly #counts: Counts = emptyCounts();
  /** The first node that has not been recovered yet: nodes are in the order of their number of cuts. */
  #next = 0;

  constructor(scenario: Scenario, model: PersistenceModel, options: ExploreOptions) {
    this.#scenario = scenario;
    this.#model = model;
    this.#options = options;
    this.#judge = new Judge(scenario);
    this.#edges =
      options.tier === 'closure' && options.edges !== false ? new Edges(options.edgesMax) : undefined;
  }

  async explore(): Promise<Exploration> {
    const main = await prepare(this.#scenario);
    this.#counts.mainOps = main.life.ops.length;
    this.#expand(main.boot, main.life, main.acknowledged, undefined);
    let stopped = this.#stopReason();
    while (!stopped && this.#next < this.#nodes.length) {
      const node = this.#nodes[this.#next++]!;
      await this.#visit(node);
      if (this.#next % 64 === 0) await this.#options.breathe?.(this.#progress());
      stopped = this.#stopReason();
    }
    return this.#result(main, stopped);
  }

  async #visit(node: StateNode): Promise<void> {
    const boot = node.image!;
    boot.seal();
    const life = await this.#judge.recover(boot);
    this.#counts.recoveryOps += life.ops.length;
    node.recoveryOps = life.ops.length;
    node.verdict = await this.#judge.judge(life, node.acknowledged);
    const open = node.depth < this.#options.depth;
    if (open && node.verdict.outcome !== 'stuck') this.#expand(boot, life, node.acknowledged, node);
    else if (!open) this.#counts.unexpanded++;
    if (this.#options.recheck !== undefined && node.number % this.#options.recheck === 0) {
      await this.#recheck(boot, life, node);
    }
    node.image = undefined;
    if (node.verdict.outcome !== 'converged') this.#failures.push(node);
  }

  /** Derives the crash states of a life from its journal and takes in those that are new. */
  #expand(
    boot: Image,
    life: LifeRecord,
    before: readonly Acknowledgement[],
    from: StateNode | undefined,
  ): void {
    const survivals = new Survivals(this.#model, boot, scopeOf(this.#options));
    const walk = { survivals, from, acknowledged: before, at: 0 };
    this.#take(walk, survivals.entries());
    if (!from) this.#spans.add(survivals.entries(), 0);
    this.#acknowledge(walk, life);
    for (const op of life.ops) {
      if (from && op.index === life.ops.length) this.#link(walk, op.index - 1);
      const { fresh, retired } = survivals.step(op);
      for (const entry of retired) this.#edges?.add(from?.number, entry.state, op.index - 1);
      walk.at = op.index;
      this.#take(walk, fresh);
      if (!from) this.#noteSpans(walk, fresh, retired.length > 0);
      this.#acknowledge(walk, life);
      this.#counts[survivals.coverage]++;
    }
    if (!from) this.#link(walk, life.ops.length);
    if (from) this.#checkDurable(survivals, life, from);
  }

  /** From here on the same disks count as other states, because more has been promised. */
  #acknowledge(walk: Walk, life: LifeRecord): void {
    const now = life.acknowledged.filter((mark) => mark.after === walk.at).map((mark) => mark.value);
    if (now.length === 0) return;
    const entries = walk.survivals.entries();
    this.#link(walk, walk.at);
    walk.acknowledged = [...walk.acknowledged, ...now];
    this.#take(walk, entries);
    if (!walk.from) this.#spans.compare(entries, walk.at, walk.at);
  }

  #noteSpans(walk: Walk, fresh: readonly Entry[], retired: boolean): void {
    const entries = walk.survivals.entries();
    if (!retired) this.#spans.add(fresh, walk.at);
    if (retired || this.#spans.misses(entries)) this.#spans.compare(entries, walk.at, walk.at - 1);
  }

  /**
   * Notes which states a cut can leave at this crash point. A recovery's own end is none: a cut after it has ended
   * does not make the story longer.
   */
  #link(walk: Walk, crashPoint: number): void {
    for (const entry of walk.survivals.entries())
      this.#edges?.add(walk.from?.number, entry.state, crashPoint);
  }

  #take(walk: Walk, entries: readonly Entry[]): void {
    const promised = walk.acknowledged.length > 0 ? hashText(JSON.stringify(walk.acknowledged)) : undefined;
    const wanted = walk.from !== undefined || this.#wants(walk.at);
    for (const entry of entries) {
      this.#counts.generated++;
      const hash = entry.image.hash;
      const key = promised
        ? { a: hash.a ^ promised.a, b: hash.b ^ promised.b, c: hash.c ^ promised.c, d: hash.d ^ promised.d }
        : hash;
      const known = this.#seen.size;
      entry.state = wanted ? this.#seen.number(key) : NOT_WANTED;
      if (entry.state === known) this.#nodes.push(this.#nodeOf(entry, walk));
    }
  }

  #nodeOf(entry: Entry, walk: Walk): StateNode {
    return {
      number: entry.state,
      image: entry.image.fork(),
      acknowledged: walk.acknowledged,
      depth: (walk.from?.depth ?? 0) + 1,
      parent: walk.from,
      cut: this.#cut(entry, walk),
      recoveryOps: 0,
      verdict: undefined,
    };
  }

  #cut(entry: Entry, walk: Walk): Cut {
    return cutOf(walk.at, walk.survivals.pending, walk.survivals.keptOf(entry));
  }

  #wants(at: number): boolean {
    const { from = 0, to = Infinity } = this.#options.at ?? {};
    return at >= from && at <= to;
  }

  /** When recovery returns, its result is durable: no survival at its end differs from what it left. */
  #checkDurable(survivals: Survivals, life: LifeRecord, node: StateNode): void {
    if (!this.#scenario.durableRecovery || node.verdict?.outcome !== 'converged') return;
    const final = hashKey(life.image.hash);
    const other = survivals.entries().find((entry) => hashKey(entry.image.hash) !== final);
    if (!other) return;
    const pending = survivals.pending.map((effect) => `${effect.op.kind} ${effect.op.path}`);
    const finding: Finding = {
      invariant: 'the result of recovery is durable when it returns',
      message: `a cut after recovery may still lose: ${[...new Set(pending)].slice(0, 3).join(', ')}`,
    };
    node.verdict = { outcome: 'corrupt', findings: [finding] };
  }

  async #recheck(boot: Image, life: LifeRecord, node: StateNode): Promise<void> {
    const again = await this.#judge.recover(boot);
    const where = parted(life, again);
    if (where !== undefined) node.verdict = { outcome: 'unknown', findings: [where] };
  }

  #stopReason(): Exploration['stopped'] {
    const { bail = 1, statesMax = Infinity, expired } = this.#options;
    if (this.#failures.length >= bail) return 'bail';
    if (this.#nodes.length > statesMax) return 'states';
    return expired?.();
  }

  #progress(): { readonly states: number; readonly verified: number; readonly generated: number } {
    return { states: this.#nodes.length, verified: this.#next, generated: this.#counts.generated };
  }

  #result(main: MainLife, stopped: Exploration['stopped']): Exploration {
    const counts = this.#counts;
    counts.states = this.#nodes.length;
    counts.verified = this.#next;
    counts.disks = new Set(this.#nodes.map((node) => node.number)).size;
    counts.recoveries = this.#judge.recoveries;
    counts.checks = this.#judge.checks;
    counts.depth = this.#nodes.reduce((depth, node) => Math.max(depth, node.depth), 0);
    const closed =
      !stopped && counts.unexpanded === 0 && counts.bounded === 0 && this.#options.at === undefined;
    return {
      scenario: this.#scenario,
      model: this.#model,
      main,
      nodes: this.#nodes,
      failures: this.#failures,
      edges: closed ? this.#edges : undefined,
      spans: this.#spans.end(main.life.ops.length),
      counts,
      closed,
      stopped,
    };
  }
}

/** The state of an entry at a crash point that was not asked for. */
const NOT_WANTED = Number.MAX_SAFE_INTEGER;

interface Walk {
  readonly survivals: Survivals;
  readonly from: StateNode | undefined;
  acknowledged: readonly Acknowledgement[];
  /** The crash point: after this op. */
  at: number;
}
