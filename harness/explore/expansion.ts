import { hashText, type Lanes } from '../disk/image/mix.ts';
import { pairLanes } from '../disk/image/node.ts';
import { randomly, type Choices } from '../persistence/choices.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { Survivals } from '../persistence/survivals.ts';
import { failedIn } from './conditions.ts';
import type { Counts, StateNode } from './exploration.ts';
import { withPromises } from '../programs/life.ts';
import type { LifeRecord } from '../programs/program.ts';
import { scopeOf, type ExploreOptions } from './options.ts';
import type { Acknowledgement } from '../programs/scenario.ts';
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
  /** Asked now and then while survivals are made: one crash point may have more of them than a budget has seconds. */
  stops(): boolean;
}

/** Derives the crash states of one life from its journal, crash point by crash point. */
export class Expansion {
  readonly survivals: Survivals;
  readonly #ground: Ground;
  readonly #life: LifeRecord;
  readonly #from: StateNode | undefined;
  readonly #uptime: NonNullable<StateNode['uptime']>;
  #acknowledged: readonly Acknowledgement[];
  /** The hash of that. */
  #promised: Lanes | undefined;
  /** The crash point: after this op. */
  #at = 0;
  #begun = false;
  /** The configuration of the crash point before, with the same promises; -1 if there is none. */
  #configuration = -1;
  /** Its key; undefined if it has none. */
  #key: Lanes | undefined;
  /** What is sampled at a crash point depends on nothing but what holds there. */
  #samples = randomly(0);

  /**
   * @param before what had been promised when the life began
   * @param from the state whose recovery it is; undefined for the main life
   * @param uptime the machine that the life begins on, since it was booted
   */
  constructor(
    ground: Ground,
    uptime: NonNullable<StateNode['uptime']>,
    life: LifeRecord,
    before: readonly Acknowledgement[],
    from: StateNode | undefined,
  ) {
    const choices: Choices = { choose: (n) => this.#samples.choose(n) };
    const scope = { ...scopeOf(ground.options), choices };
    this.survivals = new Survivals(ground.model, uptime.boot, scope, uptime.killed);
    this.#uptime = uptime;
    this.#ground = ground;
    this.#life = life;
    this.#from = from;
    this.#acknowledged = before;
    this.#promised = promisedLanes(before, from?.failed ?? 0);
  }

  /** Goes on to the next crash point, the first time to the one before the first op, and takes in its crash states. */
  next(): void {
    if (this.#begun) {
      const op = this.#life.ops[this.#at]!;
      this.survivals.step(op);
      this.#at = op.index;
    }
    this.#begun = true;
    this.#reach();
  }

  /** Looks at one crash point, before and after what is promised there. */
  #reach(): void {
    const promised = this.#life.acknowledged.filter((mark) => mark.after === this.#at);
    this.#look(promised.length > 0);
    if (promised.length === 0) return;
    this.#acknowledged = withPromises(this.#acknowledged, promised);
    this.#promised = promisedLanes(this.#acknowledged, this.#from?.failed ?? 0);
    this.#configuration = -1;
    this.#look(false);
  }

  /** @param early before what is promised at this crash point */
  #look(early: boolean): void {
    const { graph, counts, options } = this.#ground;
    const { from = 0, to = Infinity } = options.at ?? {};
    if (this.#isMain && (this.#at < from || this.#at > to)) return;
    // What comes before the failing or early call of an alternative is what came before it in the life that it is one to.
    if (this.#at < this.#start) return;
    const promised = this.#promised;
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
    const key = own && this.#killKey(promisedKey(own, promised));
    const inherits = this.survivals.inherits && this.#configuration >= 0;
    if (!key || !inherits || this.survivals.coverage === 'exhaustive') return key;
    return this.#key && pairLanes(key, this.#key);
  }

  /**
   * Where kills are explored, a crash point leads to what the machine is after one as well, so that it is part of what
   * decides. Undefined where it is not known exactly.
   */
  #killKey(key: Lanes): Lanes | undefined {
    if (!this.#kills) return key;
    const machine = this.survivals.machineKey;
    const counted = this.#ground.options.kills === undefined ? 0 : this.#uptime.killed.length + 1;
    return machine && pairLanes(pairLanes(key, machine), { a: counted, b: 0, c: 0, d: 0 });
  }

  /** Whether it is the main life, or an alternative to it. */
  get #isMain(): boolean {
    return this.#from === undefined || this.#from.part === 'run';
  }

  /** The first crash point that is new. */
  get #start(): number {
    if (!this.#from || this.#from.cut) return 0;
    // A call that fails is an op. One that comes early need not be, and may be followed by a promise at once.
    const fails = this.#from.failed > (this.#from.parent?.failed ?? 0);
    return fails ? this.#from.at + 1 : this.#from.at;
  }

  /**
   * Whether the life has ended here because a call failed. Then the machine goes on and the program is started again,
   * whether or not kills are explored.
   */
  get #gaveUp(): boolean {
    const { ops, ending } = this.#life;
    return this.#at === ops.length && ending.type === 'threw' && failedIn(this.#from?.conditions) > 0;
  }

  /** Whether a life may end in a kill here. */
  get #kills(): boolean {
    if (this.#gaveUp) return true;
    const { deaths, kills = Infinity } = this.#ground.options;
    return (deaths?.includes('kill') ?? false) && this.#uptime.killed.length < kills;
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
        ...cutOf(at, survivals.graph, survival.kept()),
        ...(early ? { early } : {}),
      }),
    };
    // What was promised in between has made other states of the same disks, so then there is nothing to inherit.
    const base = survivals.inherits ? this.#configuration : -1;
    const members: number[] = [];
    const cuts = this.#ground.options.deaths?.includes('cut') ?? true;
    const whole = !cuts || this.#take(members, origin, base >= 0);
    const killed = this.#killed(origin, early);
    return {
      base,
      members: members.slice(),
      ...(killed === undefined ? {} : { killed }),
      coverage: whole ? this.survivals.coverage : 'bounded',
    };
  }

  /** Takes in what a cut leaves. @returns false if there was no time for all */
  #take(members: number[], origin: Origin, onlyNew: boolean): boolean {
    const ground = this.#ground;
    try {
      this.survivals.visit((survival) => {
        members.push(ground.states.take(survival, origin));
        if (members.length % ASKED_EVERY === 0 && ground.stops()) throw OUT_OF_TIME;
      }, onlyNew);
      return true;
    } catch (error) {
      if (error === OUT_OF_TIME) return false;
      throw error;
    }
  }

  /**
   * The state that a kill leaves here. With nothing pending, nothing remembered and all that is seen durable, it is the
   * one that a cut leaves.
   */
  #killed(origin: Origin, early: boolean): number | undefined {
    if (!this.#kills) return undefined;
    const { graph, machineKey } = this.survivals;
    if (this.survivals.settled && (this.#ground.options.deaths?.includes('cut') ?? true)) return undefined;
    const key = machineKey && this.#killKey(promisedKey(machineKey, origin.promised));
    const ops = this.#life.ops.slice(0, this.#at);
    return this.#ground.states.takeKilled(
      key ?? pairLanes(this.#place(), early ? EARLY : LATE),
      {
        image: graph.volatile.fork(),
        uptime: { boot: this.#uptime.boot, killed: [...this.#uptime.killed, ops] },
        cut: { at: this.#at, mode: 'lose', effects: [], ...(early ? { early } : {}), kill: true },
      },
      origin,
    );
  }
}

/** Survivals after which the time is looked at. */
const ASKED_EVERY = 512;
const OUT_OF_TIME = new Error('no time is left');

/** Where the key of a machine is not known, a kill is told from others by its place alone. */
const EARLY: Lanes = hashText('killed before what is promised');
const LATE: Lanes = hashText('killed');
