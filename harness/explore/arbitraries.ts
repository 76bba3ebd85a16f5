import * as fc from 'fast-check';
import type { Op } from '../disk/journal.ts';
import { replaying } from '../persistence/choices.ts';
import { EffectGraph } from '../persistence/graph.ts';
import { chooseSurvival } from '../persistence/survival.ts';
import type { Player, Replay } from './replay.ts';
import { advance, cutOf, type Cut } from './schedule.ts';

/**
 * One cut as decisions, before it is known which life it cuts. So it fits every life of every scenario, and a
 * history and its schedule can be shrunk together.
 */
export interface CutChoices {
  /** The op of its life after which the cut comes, 0 for none; counted round where the life is shorter. */
  readonly place: number;
  /** For each pending effect that can survive, in journal order: 0 if it is lost, 1 if it is kept. */
  readonly survival: readonly number[];
  /** The same for all effects after those. */
  readonly others: number;
}

/** A schedule as decisions: the cut of the main life, then those of the recoveries in a row. */
export type ScheduleChoices = readonly CutChoices[];

/** Much longer than a life, so that all its ops are as likely: counted round, the last ones come out a little short. */
const PLACES = 2 ** 20;

/** How large random schedules may be. */
export interface ScheduleOptions {
  /** Cuts in a row, at most: 3 if nothing is said. */
  readonly cutsMax?: number;
  /** Pending effects at a cut with a decision of their own, at most: 32 if nothing is said. */
  readonly effectsMax?: number;
}

/**
 * Random schedules for any scenario: one or more cuts, anywhere, with any survival. They shrink to fewer and earlier
 * cuts at which everything is lost: the simplest story.
 */
export function schedules(options: ScheduleOptions = {}): fc.Arbitrary<ScheduleChoices> {
  const { cutsMax = 3, effectsMax = 32 } = options;
  const cut = fc.record({
    // Without bias: the first and last ops of a life are of no greater interest than those between.
    place: fc.noBias(fc.nat({ max: PLACES - 1 })),
    survival: survivals(effectsMax),
    others: fc.nat({ max: 1 }),
  });
  return fc.array(cut, { minLength: 1, maxLength: cutsMax, size: 'max' });
}

/**
 * A fair coin for each effect almost never loses just one of twenty, or keeps just one, and these are the survivals
 * that break programs. So some lists keep half, some nearly nothing and some nearly all.
 */
function survivals(lengthMax: number): fc.Arbitrary<readonly number[]> {
  const lists = [50, 90, 10].map((lost) => {
    const fate = fc.nat({ max: 99 }).map((n) => (n < lost ? 0 : 1));
    return fc.array(fate, { maxLength: lengthMax, size: 'max' });
  });
  return fc.noBias(fc.oneof(...lists));
}

/**
 * Plays a schedule. The story ends early at the first recovery that does not converge.
 *
 * @returns the story of all cuts that were made; its `schedule` names them exactly
 * @throws TypeError if there is no cut in it
 */
export async function runSchedule(player: Player, choices: ScheduleChoices): Promise<Replay> {
  let cuts: readonly Cut[] = [];
  let replay: Replay | undefined;
  for (const each of choices) {
    if (replay && replay.verdict.outcome !== 'converged') break;
    const boot = replay ? replay.lives.at(-1)!.crash : player.main.boot;
    const life = replay ? replay.recovery : player.main.life;
    cuts = [...cuts, decide(each, new EffectGraph(player.model, boot), life.ops)];
    replay = await player.play(cuts);
  }
  if (!replay) throw new TypeError('a schedule needs at least one cut');
  return replay;
}

function decide({ place, survival, others }: CutChoices, graph: EffectGraph, ops: readonly Op[]): Cut {
  const at = place % (ops.length + 1);
  advance(graph, ops, at);
  const decisions = graph.pending.map((_, i) => survival[i] ?? others);
  return cutOf(at, graph, chooseSurvival(graph, replaying(decisions)));
}
