import { lossesOf, type Player, type Replay } from './replay.ts';
import { simplerConditions } from './conditions.ts';
import { StaleSchedule, underConditions, type Cut } from './schedule.ts';

/** How many stories a shrink may play; each costs one recovery and one check. */
const PLAYS_MAX = 1500;

/**
 * Makes a story smaller as long as it breaks the same invariant: fewer lives, fewer calls that come early or fail, earlier
 * cuts, fewer lost effects. The result is a local minimum: no single one of these steps makes it smaller, unless `expired` ended it before.
 *
 * @param invariant which of those that it breaks; the first, if nothing is said
 */
export async function shrink(
  player: Player,
  found: Replay,
  expired: () => boolean = () => false,
  invariant = found.verdict.findings[0]?.invariant,
): Promise<Replay> {
  const shrinker = new Shrinker(player, found, expired, invariant);
  return await shrinker.run();
}

class Shrinker {
  readonly #player: Player;
  readonly #invariant: string | undefined;
  readonly #expired: () => boolean;
  #best: Replay;
  #plays = 0;

  constructor(player: Player, found: Replay, expired: () => boolean, invariant: string | undefined) {
    this.#expired = expired;
    this.#player = player;
    this.#best = found;
    this.#invariant = invariant;
  }

  async run(): Promise<Replay> {
    for (let progress = true; progress && this.#plays < PLAYS_MAX;) {
      progress =
        (await this.#fewerLives()) ||
        (await this.#fewerFaults()) ||
        (await this.#fewerLosses()) ||
        (await this.#plainerCuts()) ||
        (await this.#earlierCuts());
    }
    return this.#best;
  }

  get #cuts(): readonly Cut[] {
    return this.#best.schedule.cuts;
  }

  /** Fewer calls that come early; fewer that fail; then earlier kinds, which are the simpler ones. */
  async #fewerFaults(): Promise<boolean> {
    const { last } = this.#best.schedule;
    for (const simpler of simplerConditions(last)) if (await this.#try(this.#cuts, simpler)) return true;
    for (const [i, { conditions, ...cut }] of this.#cuts.entries()) {
      for (const simpler of simplerConditions(conditions)) {
        if (await this.#try(this.#with(i, underConditions(cut, simpler)))) return true;
      }
    }
    return false;
  }

  async #fewerLives(): Promise<boolean> {
    for (let i = 0; i < this.#cuts.length && this.#cuts.length > 1; i++) {
      if (await this.#try(this.#cuts.filter((_, j) => j !== i))) return true;
    }
    return false;
  }

  async #fewerLosses(): Promise<boolean> {
    for (const [i, lived] of this.#best.lives.entries()) {
      const lost = lossesOf(lived);
      for (const spared of lost) {
        const effects = lost.filter((name) => name !== spared);
        if (await this.#try(this.#with(i, { ...lived.cut, mode: 'lose', effects }))) return true;
      }
    }
    return false;
  }

  /** A cut before a promise is harder to tell than one after it. */
  async #plainerCuts(): Promise<boolean> {
    for (const [i, { early, ...later }] of this.#cuts.entries()) {
      if (early && (await this.#try(this.#with(i, later)))) return true;
    }
    return false;
  }

  async #earlierCuts(): Promise<boolean> {
    for (const [i, lived] of this.#best.lives.entries()) {
      const lost = lossesOf(lived);
      const { kill, conditions } = lived.cut;
      for (let at = 0; at < lived.cut.at; at++) {
        const effects = lost.filter((name) => name.ago || name.op <= at);
        if (effects.length < lost.length) continue;
        const cut: Cut = { at, mode: 'lose', effects, ...(kill ? { kill } : {}) };
        if (await this.#try(this.#with(i, underConditions(cut, conditions)))) return true;
      }
    }
    return false;
  }

  #with(i: number, cut: Cut): readonly Cut[] {
    return this.#cuts.map((old, j) => (j === i ? cut : old));
  }

  async #try(cuts: readonly Cut[], last = this.#best.schedule.last): Promise<boolean> {
    if (this.#plays++ >= PLAYS_MAX || this.#expired()) return false;
    try {
      const replay = await this.#player.play({ cuts, ...(last ? { last } : {}) });
      if (!breaks(replay, this.#invariant)) return false;
      this.#best = replay;
      return true;
    } catch (error) {
      // A later life's cut need not fit any more, and not every set of effects may survive.
      if (error instanceof StaleSchedule) return false;
      throw error;
    }
  }
}

/** Whether a story breaks an invariant; undefined stands for none. */
export function breaks({ verdict }: Replay, invariant: string | undefined): boolean {
  const { findings } = verdict;
  if (invariant === undefined) return findings.length === 0;
  return findings.some((finding) => finding.invariant === invariant);
}
