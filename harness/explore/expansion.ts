import type { Image } from '../disk/image/image.ts';
import type { Lanes } from '../disk/image/mix.ts';
import { pairLanes } from '../disk/image/node.ts';
import { randomly, type Choices } from '../persistence/choices.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { Survivals } from '../persistence/survivals.ts';
import { Walk } from '../persistence/walk.ts';
import type { Counts, StateNode } from './exploration.ts';
import { withPromises, type LifeRecord } from './life.ts';
import { scopeOf, type ExploreOptions } from './options.ts';
import type { Acknowledgement } from './scenario.ts';
import { cutOf } from './schedule.ts';
import type { ConfigurationRecord, StateGraph } from './state-graph.ts';
import { promisedKey, promisedLanes, type Origin, type States } from './states.ts';

/** What an expansion reads and adds to. */
export interface Ground {
  readonly model: PersistenceModel;
  readonly options: ExploreOptions;
  readonly states: States;
  readonly graph: StateGraph;
  readonly counts: Counts;
  /** Asked before each op: one life of hundreds of files has more crash states than a budget has seconds. */
  stops(): boolean;
}

/** Derives the crash states of one life from its journal, crash point by crash point. */
export class Expansion {
  readonly survivals: Survivals;
  readonly #ground: Ground;
  readonly #life: LifeRecord;
  readonly #from: StateNode | undefined;
  #acknowledged: readonly Acknowledgement[];
  /** The crash point: after this op. */
  #at = 0;
  /** The configuration of the crash point before, with the same promises; -1 if there is none. */
  #configuration = -1;
  /** Its key; undefined if it has none. */
  #key: Lanes | undefined;
  /** What is sampled at a crash point depends on nothing but what holds there. */
  #samples = randomly(0);

  /**
   * @param before what had been promised when the life began
   * @param from the state whose recovery it is; undefined for the main life
   */
  constructor(
    ground: Ground,
    boot: Image,
    life: LifeRecord,
    before: readonly Acknowledgement[],
    from: StateNode | undefined,
  ) {
    const choices: Choices = { choose: (n) => this.#samples.choose(n) };
    this.survivals = new Survivals(ground.model, boot, { ...scopeOf(ground.options), choices });
    this.#ground = ground;
    this.#life = life;
    this.#from = from;
    this.#acknowledged = before;
  }

  /** Takes in all crash states of the life. @returns false if it was stopped on the way */
  run(): boolean {
    this.#reach();
    for (const op of this.#life.ops) {
      if (this.#ground.stops()) return false;
      this.survivals.step(op);
      this.#at = op.index;
      this.#reach();
    }
    return true;
  }

  /** Looks at one crash point, before and after what is promised there. */
  #reach(): void {
    const promised = this.#life.acknowledged.filter((mark) => mark.after === this.#at);
    this.#look(promised.length > 0);
    if (promised.length === 0) return;
    this.#acknowledged = withPromises(this.#acknowledged, promised);
    this.#configuration = -1;
    this.#look(false);
  }

  /** @param early before what is promised at this crash point */
  #look(early: boolean): void {
    const { graph, counts, options } = this.#ground;
    const { from = 0, to = Infinity } = options.at ?? {};
    if (!this.#from && (this.#at < from || this.#at > to)) return;
    const promised = promisedLanes(this.#acknowledged);
    this.#key = this.#keyHere(promised);
    this.#samples = randomly(options.seed ^ (this.#key ?? this.#place()).a);
    const known = this.#key && graph.find(this.#key);
    const number = known ?? graph.add(this.#key, this.#expand(promised, early));
    this.#configuration = number;
    counts[graph.configurations[number]!.coverage]++;
    const end = this.#from !== undefined && this.#at === this.#life.ops.length;
    graph.visit(this.#from?.number, { at: this.#at, configuration: number, ...(end ? { end } : {}) });
  }

  /**
   * What decides the states that are found here. Where every survival is looked at, that is the configuration alone.
   * Elsewhere those of the crash point before count too, because all that was found there is still possible here; with
   * that in the key, the states don't depend on which life comes through first.
   */
  #keyHere(promised: Lanes | undefined): Lanes | undefined {
    const own = this.#ground.options.share === false ? undefined : this.survivals.key;
    const key = own && promisedKey(own, promised);
    const inherits = this.survivals.inherits && this.#configuration >= 0;
    if (!key || !inherits || this.#isWhole()) return key;
    return this.#key && pairLanes(key, this.#key);
  }

  /** Whether every survival here is looked at. */
  #isWhole(): boolean {
    const { model, options } = this.#ground;
    const { pending, graph } = this.survivals;
    if (options.tier === 'bounded') return false;
    if (2 ** pending.length <= options.cap) return true;
    const merge = (options.merge ?? true) && model.independent;
    return new Walk(graph.durable, pending, { type: 'all' }, merge).count(options.cap) <= options.cap;
  }

  /** A hash of the crash point, for where there is no key. */
  #place(): Lanes {
    const at: Lanes = { a: this.#at, b: this.#at, c: this.#at, d: this.#at };
    return this.#from ? pairLanes(this.#from.key, at) : at;
  }

  #expand(promised: Lanes | undefined, early: boolean): ConfigurationRecord {
    const { survivals } = this;
    const at = this.#at;
    const origin: Origin = {
      from: this.#from,
      acknowledged: this.#acknowledged,
      promised,
      cutOf: (survival) => ({
        ...cutOf(at, survivals.pending, survival.kept()),
        ...(early ? { early } : {}),
      }),
    };
    // What was promised in between has made other states of the same disks, so then there is nothing to inherit.
    const base = survivals.inherits ? this.#configuration : -1;
    const members: number[] = [];
    survivals.visit((survival) => members.push(this.#ground.states.take(survival, origin)), base >= 0);
    return { base, members, coverage: this.#isWhole() ? 'exhaustive' : 'bounded' };
  }
}
