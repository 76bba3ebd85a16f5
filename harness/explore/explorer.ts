import type { Image } from '../disk/image/image.ts';
import { hashText, type Lanes } from '../disk/image/mix.ts';
import type { Entry } from '../persistence/frontier.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { Seen } from '../persistence/seen.ts';
import { Survivals } from '../persistence/survivals.ts';
import { hashKey, Judge } from './judge.ts';
import type { LifeRecord } from './life.ts';
import { prepare, type MainLife } from './main-life.ts';
import { scopeOf, type ExploreOptions } from './options.ts';
import { masked, watched, type Regions } from './dont-care.ts';
import { parted } from './determinism.ts';
import { undurable } from './durability.ts';
import type { Verdict } from './outcome.ts';
import type { Acknowledgement, Scenario } from './scenario.ts';
import { cutOf, type Cut } from './schedule.ts';
import { StateGraph } from './state-graph.ts';
import { emptyCounts, type Counts, type Exploration, type StateNode } from './exploration.ts';
import { spansOf } from './spans.ts';

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
  readonly #regions: Regions;
  readonly #doubles: Double[] = [];
  readonly #seen = new Seen();
  readonly #disks = new Seen();
  readonly #nodes: StateNode[] = [];
  readonly #failures: StateNode[] = [];
  readonly #graph = new StateGraph();
  readonly #counts: Counts = emptyCounts();
  /** The first node that has not been recovered yet: nodes are in the order of their number of cuts. */
  #next = 0;

  constructor(scenario: Scenario, model: PersistenceModel, options: ExploreOptions) {
    this.#scenario = scenario;
    this.#model = model;
    this.#options = options;
    this.#judge = new Judge(scenario);
    this.#regions = options.dontCare ? (scenario.dontCare ?? []) : [];
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
    if (!stopped) await this.#compareDoubles();
    return this.#result(main, stopped);
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
    if (open && life.ending.type !== 'never ended') this.#expand(boot, life, node.acknowledged, node);
    else this.#counts.unexpanded++;
    if (this.#options.recheck !== undefined && node.number % this.#options.recheck === 0) {
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
    if (this.#regions.length === 0) {
      const life = await this.#judge.recover(boot);
      return { life, verdict: await this.#judge.judge(life, acknowledged) };
    }
    const seen: string[] = [];
    const life = await this.#judge.recover(boot, (fs) =>
      watched(fs, this.#regions, (what) => seen.push(what)),
    );
    const verdict = await this.#judge.judge(life, acknowledged);
    if (seen.length === 0 || verdict.outcome !== 'converged') return { life, verdict };
    return { life, verdict: voided(`recovery does look into it: ${seen[0]}`) };
  }

  /** The disks of the sample that were taken for another must end like it. */
  async #compareDoubles(): Promise<void> {
    for (const { image, node, acknowledged } of this.#doubles) {
      image.seal();
      const { life, verdict } = await this.#recover(image, acknowledged);
      this.#counts.compared++;
      if (hashKey(life.image.hash) === node.final && verdict.outcome === node.verdict?.outcome) continue;
      node.verdict = voided('two disks that differ only there end differently');
      this.#failures.push(node);
      return;
    }
  }

  /** Derives the crash states of a life from its journal and takes in those that are new. */
  #expand(
    boot: Image,
    life: LifeRecord,
    before: readonly Acknowledgement[],
    from: StateNode | undefined,
  ): void {
    const survivals = new Survivals(this.#model, boot, scopeOf(this.#options));
    const walk: Walk = { survivals, from, acknowledged: before, at: 0, configuration: -1 };
    this.#reach(walk, life);
    for (const op of life.ops) {
      // One life of hundreds of files has more crash states than a budget has seconds.
      if (this.#stopReason() !== undefined) return;
      survivals.step(op);
      walk.at = op.index;
      this.#reach(walk, life);
    }
    if (from) this.#checkDurable(walk, life, from);
  }

  /** Looks at one crash point, before and after what is promised there. */
  #reach(walk: Walk, life: LifeRecord): void {
    this.#look(walk, life);
    const now = life.acknowledged.filter((mark) => mark.after === walk.at).map((mark) => mark.value);
    if (now.length === 0) return;
    walk.acknowledged = [...walk.acknowledged, ...now];
    walk.configuration = -1;
    this.#look(walk, life);
  }

  #look(walk: Walk, life: LifeRecord): void {
    if (!walk.from && !this.#wants(walk.at)) return;
    const key = this.#key(walk);
    let number = key && this.#graph.find(key);
    if (number === undefined) {
      const { entries, inherits } = walk.survivals.expand();
      // What was promised in between has made other states of the same disks.
      const base = inherits ? walk.configuration : -1;
      const members = this.#take(walk, inherits && base < 0 ? walk.survivals.entries() : entries);
      number = this.#graph.add(key, { base, members, coverage: walk.survivals.coverage });
    }
    walk.configuration = number;
    this.#counts[this.#graph.configurations[number]!.coverage]++;
    // A cut after a recovery has ended does not make the story longer.
    const last = walk.from !== undefined && walk.at === life.ops.length;
    if (!last) this.#graph.visit(walk.from?.number, { at: walk.at, configuration: number });
  }

  #key(walk: Walk): Lanes | undefined {
    const key = this.#options.share === false ? undefined : walk.survivals.key;
    return key && promisedKey(key, walk.acknowledged);
  }

  /** Numbers the states of these survivals, and takes in those that are new. */
  #take(walk: Walk, entries: readonly Entry[]): readonly number[] {
    const promised = promisedLanes(walk.acknowledged);
    const members: number[] = [];
    for (const entry of entries) {
      this.#counts.generated++;
      const hash = entry.image.hash;
      const known = this.#seen.size;
      entry.state = this.#seen.number(promised ? xor(hash, promised) : hash);
      members.push(entry.state);
      if (entry.state !== known) continue;
      this.#disks.number(hash);
      this.#nodes.push(this.#nodeOf(entry, walk));
    }
    return members;
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

  #checkDurable(walk: Walk, life: LifeRecord, node: StateNode): void {
    if (!this.#scenario.durableRecovery || node.verdict?.outcome !== 'converged') return;
    const finding = undurable(walk.survivals, life.image);
    if (finding) node.verdict = { outcome: 'corrupt', findings: [finding] };
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
    counts.disks = this.#disks.size;
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
      graph: this.#graph,
      spans: spansOf(this.#graph),
      counts,
      closed,
      stopped,
    };
  }
}

/** Of the disks that are taken for another one, each so-and-so-manieth is recovered all the same. */
const SAMPLE_EVERY = 16;

/** A disk that was taken for a state's own. */
interface Double {
  readonly image: Image;
  readonly node: StateNode;
  readonly acknowledged: readonly Acknowledgement[];
}

function voided(message: string): Verdict {
  return { outcome: 'unknown', findings: [{ invariant: "a don't-care region does not matter", message }] };
}

interface Walk {
  readonly survivals: Survivals;
  readonly from: StateNode | undefined;
  acknowledged: readonly Acknowledgement[];
  /** The crash point: after this op. */
  at: number;
  /** The configuration of the crash point before, with the same promises; -1 if there is none. */
  configuration: number;
}

function promisedLanes(acknowledged: readonly Acknowledgement[]): Lanes | undefined {
  return acknowledged.length > 0 ? hashText(JSON.stringify(acknowledged)) : undefined;
}

function promisedKey(key: Lanes, acknowledged: readonly Acknowledgement[]): Lanes {
  const promised = promisedLanes(acknowledged);
  return promised ? xor(key, promised) : key;
}

/** Both are hashes through and through, so this keeps different pairs apart. */
function xor(left: Lanes, right: Lanes): Lanes {
  return { a: left.a ^ right.a, b: left.b ^ right.b, c: left.c ^ right.c, d: left.d ^ right.d };
}
