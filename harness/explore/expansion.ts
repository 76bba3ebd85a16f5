import type { Image } from '../disk/image/image.ts';
import type { Lanes } from '../disk/image/mix.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { Survivals } from '../persistence/survivals.ts';
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
    this.survivals = new Survivals(ground.model, boot, scopeOf(ground.options));
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
    const own = options.share === false ? undefined : this.survivals.key;
    const key = own && promisedKey(own, promised);
    const number = (key && graph.find(key)) ?? graph.add(key, this.#expand(promised, early));
    this.#configuration = number;
    counts[graph.configurations[number]!.coverage]++;
    // A cut after a recovery has ended does not make the story longer.
    const ended = this.#from !== undefined && this.#at === this.#life.ops.length;
    if (!ended) graph.visit(this.#from?.number, { at: this.#at, configuration: number });
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
    return { base, members, coverage: survivals.coverage };
  }
}
