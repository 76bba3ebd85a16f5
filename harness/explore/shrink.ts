import type { Player, Replay } from './replay.ts';
import { nameOf, StaleSchedule, type Cut } from './schedule.ts';

/** How many stories a shrink may play; each costs one recovery and one check. */
const PLAYS_MAX = 1500;

/**
 * Makes a story smaller as long as it breaks the same invariant: fewer lives, earlier cuts, fewer lost effects. The
 * result is a local minimum: no single one of these steps makes it smaller, unless `expired` ended it before.
 */
export async function shrink(
  player: Player,
  found: Replay,
  expired: () => boolean = () => false,
): Promise<Replay> {
  const shrinker = new Shrinker(player, found, expired);
  return await shrinker.run();
}

class Shrinker {
  readonly #player: Player;
  readonly #invariant: string;
  readonly #expired: () => boolean;
  #best: Replay;
  #plays = 0;

  constructor(player: Player, found: Replay, expired: () => boolean) {
    this.#expired = expired;
    this.#player = player;
    this.#best = found;
    this.#invariant = invariantOf(found);
  }

  async run(): Promise<Replay> {
    for (let progress = true; progress && this.#plays < PLAYS_MAX;) {
      progress =
        (await this.#fewerLives()) ||
        (await this.#fewerLosses()) ||
        (await this.#plainerCuts()) ||
        (await this.#earlierCuts());
    }
    return this.#best;
  }

  get #cuts(): readonly Cut[] {
    return this.#best.schedule.cuts;
  }

  async #fewerLives(): Promise<boolean> {
    for (let i = 0; i < this.#cuts.length && this.#cuts.length > 1; i++) {
      if (await this.#try(this.#cuts.filter((_, j) => j !== i))) return true;
    }
    return false;
  }

  async #fewerLosses(): Promise<boolean> {
    for (const [i, lived] of this.#best.lives.entries()) {
      const lost = lived.pending.filter((effect) => !lived.kept.has(effect)).map(nameOf);
      for (const spared of lost) {
        const effects = lost.filter((name) => name !== spared);
        if (await this.#try(this.#with(i, { ...lived.cut, mode: 'lose', effects }))) return true;
      }
    }
    return false;
  }

  /** A cut before a promise is harder to tell than one after it. */
  async #plainerCuts(): Promise<boolean> {
    for (const [i, { at, mode, effects, early }] of this.#cuts.entries()) {
      if (early && (await this.#try(this.#with(i, { at, mode, effects })))) return true;
    }
    return false;
  }

  async #earlierCuts(): Promise<boolean> {
    for (const [i, lived] of this.#best.lives.entries()) {
      const lost = lived.pending.filter((effect) => !lived.kept.has(effect)).map(nameOf);
      for (let at = 0; at < lived.cut.at; at++) {
        const effects = lost.filter((name) => name.op <= at);
        if (effects.length < lost.length) continue;
        if (await this.#try(this.#with(i, { at, mode: 'lose', effects }))) return true;
      }
    }
    return false;
  }

  #with(i: number, cut: Cut): readonly Cut[] {
    return this.#cuts.map((old, j) => (j === i ? cut : old));
  }

  async #try(cuts: readonly Cut[]): Promise<boolean> {
    if (this.#plays++ >= PLAYS_MAX || this.#expired()) return false;
    try {
      const replay = await this.#player.play(cuts);
      if (invariantOf(replay) !== this.#invariant) return false;
      this.#best = replay;
      return true;
    } catch (error) {
      // A later life's cut need not fit any more, and not every set of effects may survive.
      if (error instanceof StaleSchedule) return false;
      throw error;
    }
  }
}

function invariantOf(replay: Replay): string {
  const { outcome, findings } = replay.verdict;
  return `${outcome}: ${findings[0]?.invariant ?? ''}`;
}
