import { hashKey } from '../disk/image/hash-key.ts';
import { Survivals } from '../persistence/survivals.ts';
import { DEFAULTS, scopeOf } from './options.ts';
import { lossesOf, type Player, type Replay } from './replay.ts';
import { cutOf, StaleSchedule, type Cut } from './schedule.ts';

/** The same story with its last cut elsewhere, where none does harm, whatever it loses. */
export interface Neighbour {
  readonly at: number;
  readonly side: 'before' | 'after';
  /** What becomes of the losses of the story there. */
  readonly why: 'converges' | 'the loss is not possible yet' | 'the loss is not possible any more';
  /** Plays the story with its losses there; undefined where there is nothing to play. */
  readonly token: string | undefined;
}

/** Crash points to try on each side, survivals of one of them, and stories to play for all of one side. */
const TRIED_MAX = 64;
const SURVIVALS_MAX = 512;
const PLAYED_MAX = 256;

/**
 * The nearest crash points, before and after the last cut of a story, at which no disk that a cut can leave does harm;
 * those that were found until `expired`. A point at which not all was looked at is not named.
 */
export async function neighboursOf(
  player: Player,
  replay: Replay,
  expired: () => boolean,
): Promise<readonly Neighbour[]> {
  const last = replay.lives.at(-1);
  if (!last) return [];
  const found: Neighbour[] = [];
  for (const [side, step] of [
    ['before', -1],
    ['after', 1],
  ] as const) {
    const plays = { left: PLAYED_MAX };
    let at = last.cut.at + step;
    for (let tried = 0; tried < TRIED_MAX && at >= 0 && at <= last.life.ops.length; tried++, at += step) {
      if (expired() || plays.left <= 0) break;
      const same = await withSameLosses(player, replay, at, side);
      if (!same || !(await isHarmless(player, replay, at, plays))) continue;
      found.push(same);
      break;
    }
  }
  return found;
}

/** The story with the same losses at another point; undefined if they do harm there. */
async function withSameLosses(
  player: Player,
  replay: Replay,
  at: number,
  side: Neighbour['side'],
): Promise<Neighbour | undefined> {
  const lived = replay.lives.at(-1)!;
  const lost = lossesOf(lived).filter((name) => name.ago || name.op <= at);
  try {
    const played = await playInstead(player, replay, {
      ...elsewhere(replay, at),
      mode: 'lose',
      effects: lost,
    });
    if (played.verdict.outcome !== 'converged') return undefined;
    return { at, side, why: 'converges', token: player.token(played) };
  } catch (error) {
    if (!(error instanceof StaleSchedule)) throw error;
    const why = side === 'before' ? 'the loss is not possible yet' : 'the loss is not possible any more';
    return { at, side, why, token: undefined };
  }
}

/** Whether all disks that a cut there can leave come back. After a kill there is but one, which was tried. */
async function isHarmless(
  player: Player,
  replay: Replay,
  at: number,
  plays: { left: number },
): Promise<boolean> {
  const { uptime, life, cut } = replay.lives.at(-1)!;
  if (cut.kill) return true;
  const scope = scopeOf({ ...DEFAULTS, cap: SURVIVALS_MAX });
  const survivals = new Survivals(player.model, uptime.boot, scope, uptime.killed);
  for (const op of life.ops.slice(0, at)) survivals.step(op);
  const cuts = new Map<string, Cut>();
  survivals.visit((survival) => {
    const key = hashKey(survival.image.hash);
    if (!cuts.has(key)) cuts.set(key, cutOf(at, survivals.graph, survival.kept()));
  });
  if (survivals.coverage !== 'exhaustive' || cuts.size > plays.left) return false;
  for (const each of cuts.values()) {
    plays.left--;
    const { verdict } = await playInstead(player, replay, { ...each, ...elsewhere(replay, at) });
    if (verdict.outcome !== 'converged') return false;
  }
  return true;
}

/** What a cut at another point has in common with that of the story. */
function elsewhere(replay: Replay, at: number): Pick<Cut, 'at' | 'early' | 'kill' | 'conditions'> {
  const { kill, conditions } = replay.lives.at(-1)!.cut;
  return { at, ...(kill ? { kill } : {}), ...(conditions ? { conditions } : {}) };
}

async function playInstead(player: Player, { schedule }: Replay, cut: Cut): Promise<Replay> {
  const { cuts, last } = schedule;
  return await player.play({ cuts: [...cuts.slice(0, -1), cut], ...(last ? { last } : {}) });
}
