import type { Image } from '../disk/image/image.ts';
import type { EffectGraph } from '../persistence/graph.ts';
import { crashState } from '../persistence/survival.ts';
import { graphAfter, type Uptime } from '../persistence/uptime.ts';
import type { LifeRecord } from '../programs/program.ts';
import type { StateNode } from './exploration.ts';
import type { MainLife } from './main-life.ts';
import { keptBy } from './schedule.ts';
import type { Ground } from './expansion.ts';
import { Scales } from './weight.ts';

/** What a life begins on. */
export interface Start {
  /** What it sees. */
  readonly image: Image;
  /** Since the machine was booted. */
  readonly machine: Omit<Uptime, 'model'>;
}

/** A life that has been lived, and what it began on. */
export interface LivedLife extends Start {
  readonly life: LifeRecord;
}

/** On the way through a life whose crash states are made again. */
interface Cursor extends LivedLife {
  readonly parent: StateNode | undefined;
  graph: EffectGraph | undefined;
  at: number;
}

/**
 * Lives that wait for their crash states to be derived, as many of them as there is room for. All others are forgotten
 * when they have been judged: what remains of a state is how to make it, which is the life that was cut, the crash point
 * and the survival; and when its turn comes, its disk is made again and its life is lived again.
 *
 * States come in the order of the lives that they are cut from, so each of those lives is lived once more for all of its
 * states.
 */
export class Lives {
  readonly #ground: Ground;
  readonly #main: MainLife;
  readonly #live: (boot: Image, node: StateNode) => Promise<LifeRecord>;
  readonly #kept = new Map<StateNode, LivedLife>();
  #room: number;
  readonly #scales: Scales;
  /** By the number of lives before: the life whose states were made last. */
  readonly #cursors: Cursor[] = [];

  constructor(ground: Ground, main: MainLife, live: (boot: Image, node: StateNode) => Promise<LifeRecord>) {
    this.#ground = ground;
    this.#main = main;
    this.#live = live;
    this.#room = ground.options.room ?? ROOM;
    this.#scales = new Scales(main.life);
  }

  /** Takes a life for later, if there is room. */
  keep(node: StateNode, lived: LivedLife): void {
    const weight = this.#scales.weigh(lived.life);
    if (weight > this.#room) return;
    this.#room -= weight;
    this.#kept.set(node, lived);
  }

  /** A life whose crash states are to be derived now. */
  async take(node: StateNode): Promise<LivedLife> {
    const lived = await this.#lived(node);
    if (this.#kept.delete(node)) this.#room += this.#scales.weigh(lived.life);
    this.follow(node, lived);
    return lived;
  }

  /** The states that are asked for next come from this life. */
  follow(parent: StateNode | undefined, lived: LivedLife): void {
    this.#cursors[before(parent)] = { ...lived, parent, graph: undefined, at: 0 };
  }

  /** What the life of a state begins on. */
  async startOf(node: StateNode): Promise<Start> {
    const { image, parent, cut } = node;
    if (image) {
      if (node.uptime) return { image, machine: node.uptime };
      image.seal();
      return { image, machine: { boot: image, killed: [] } };
    }
    if (!cut) return parent ? await this.startOf(parent) : this.#boot;
    const { machine, life, graph } = await this.#cursorAt(node);
    if (cut.kill) {
      const killed = [...machine.killed, life.ops.slice(0, cut.at)];
      return { image: graph.volatile.fork(), machine: { boot: machine.boot, killed } };
    }
    const disk = crashState(graph, keptBy(cut, graph));
    disk.seal();
    return { image: disk, machine: { boot: disk, killed: [] } };
  }

  get #boot(): Start {
    const { boot } = this.#main;
    return { image: boot, machine: { boot, killed: [] } };
  }

  async #lived(node: StateNode): Promise<LivedLife> {
    const kept = this.#kept.get(node);
    if (kept) return kept;
    const start = await this.startOf(node);
    return { ...start, life: await this.#live(start.image, node) };
  }

  /** The life that a state was cut from, gone through up to there. */
  async #cursorAt({ parent, at }: StateNode): Promise<LivedLife & { readonly graph: EffectGraph }> {
    const place = before(parent);
    let cursor = this.#cursors[place];
    if (!cursor || cursor.parent !== parent || cursor.at > at) {
      const lived =
        cursor?.parent === parent && cursor
          ? cursor
          : parent
            ? await this.#lived(parent)
            : { ...this.#boot, life: this.#main.life };
      cursor = { ...lived, parent, graph: undefined, at: 0 };
      this.#cursors[place] = cursor;
    }
    const { model, options } = this.#ground;
    const graph = (cursor.graph ??= graphAfter(
      { model, ...cursor.machine },
      { purge: options.purge ?? true },
    ));
    for (; cursor.at < at; cursor.at++) graph.step(cursor.life.ops[cursor.at]!);
    return { ...cursor, graph };
  }
}

/** Lives that are kept, in changes and ops of them: some 25 MB. */
const ROOM = 1 << 16;

/** How many lives, of states, come before those that are cut from a state's life. */
function before(parent: StateNode | undefined): number {
  let count = 0;
  for (let at = parent; at; at = at.parent) count++;
  return count;
}
