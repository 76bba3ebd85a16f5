import { EffectGraph } from '../persistence/graph.ts';
import { crashState } from '../persistence/survival.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import type { CutLife, Player, Replay } from './replay.ts';
import { advance, keptBy, nameOf, StaleSchedule, type Cut } from './schedule.ts';

/** A sync that the program does not do. */
export interface Sync {
  /** The op that it comes right after. */
  readonly after: number;
  readonly ino: number;
  readonly path: string;
}

/** Whether a story can't happen, or does no harm, when one of its lives has one more sync. Tried on the model. */
export async function prevents(player: Player, replay: Replay, life: number, sync: Sync): Promise<boolean> {
  const lived = replay.lives[life]!;
  if (sync.after < lived.cut.at) return !possible(player, replay, life, sync);
  // The power may still go before the sync; but what was promised right after the op comes after the sync then.
  if (lived.cut.early || !promisesThere(lived) || life !== replay.lives.length - 1) return false;
  const cuts = [...replay.schedule.cuts.slice(0, -1), { ...lived.cut, early: true }];
  return (await player.play(cuts)).verdict.outcome === 'converged';
}

/** Whether the same disk is still a crash state at the same crash point. */
function possible(player: Player, replay: Replay, life: number, sync: Sync): boolean {
  const lived = replay.lives[life]!;
  const boot = life === 0 ? player.main.boot : replay.lives[life - 1]!.crash;
  const graph = advance(new EffectGraph(player.model, boot), lived.life.ops, sync.after);
  graph.step({ index: sync.after, kind: 'fsync', path: sync.path, ino: sync.ino, changes: [] });
  for (const op of lived.life.ops.slice(sync.after, lived.cut.at)) graph.step(op);
  try {
    return hashKey(crashState(graph, keptBy(asLosses(lived), graph)).hash) === hashKey(lived.crash.hash);
  } catch (error) {
    if (error instanceof StaleSchedule) return false; // What was lost is durable now.
    throw error;
  }
}

function asLosses(lived: CutLife): Cut {
  const lost = lived.pending.filter((effect) => !lived.kept.has(effect));
  return { at: lived.cut.at, mode: 'lose', effects: lost.map(nameOf) };
}

/** Whether the life promises something right after the op at which it is cut. */
function promisesThere({ life, cut }: CutLife): boolean {
  return life.acknowledged.some((mark) => mark.after === cut.at);
}
