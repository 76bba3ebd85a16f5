import type { Player, Replay } from './replay.ts';
import { nameOf, StaleSchedule, type Cut } from './schedule.ts';
import { printToken } from './token.ts';

/** The same story with its last cut elsewhere, where it does no harm. */
export interface Neighbour {
  readonly at: number;
  readonly side: 'before' | 'after';
  readonly why: 'converges' | 'the loss is not possible any more';
  /** Undefined where there is nothing to play. */
  readonly token: string | undefined;
}

/** Crash points to try on each side. */
const TRIED_MAX = 64;

/** The nearest crash points, before and after the last cut of a story, at which the same losses do no harm. */
export async function neighboursOf(player: Player, replay: Replay): Promise<readonly Neighbour[]> {
  const last = replay.lives.at(-1);
  if (!last) return [];
  const found: Neighbour[] = [];
  for (const [side, step] of [
    ['before', -1],
    ['after', 1],
  ] as const) {
    let at = last.cut.at + step;
    for (let tried = 0; tried < TRIED_MAX && at >= 0 && at <= last.life.ops.length; tried++, at += step) {
      const neighbour = await look(player, replay, at, side);
      if (!neighbour) continue;
      found.push(neighbour);
      break;
    }
  }
  return found;
}

async function look(
  player: Player,
  replay: Replay,
  at: number,
  side: Neighbour['side'],
): Promise<Neighbour | undefined> {
  const { cut, pending, kept } = replay.lives.at(-1)!;
  const lost = pending.filter((effect) => !kept.has(effect) && effect.op.index <= at).map(nameOf);
  const moved: Cut = {
    at,
    mode: 'lose',
    effects: lost,
    ...(cut.early && at === cut.at ? { early: true } : {}),
  };
  try {
    const played = await player.play([...replay.schedule.cuts.slice(0, -1), moved]);
    if (played.verdict.outcome !== 'converged') return undefined;
    const lives = [...played.lives.map((lived) => lived.life.ops), played.recovery.ops];
    return { at, side, why: 'converges', token: printToken(played.schedule, lives) };
  } catch (error) {
    if (!(error instanceof StaleSchedule)) throw error;
    return { at, side, why: 'the loss is not possible any more', token: undefined };
  }
}
