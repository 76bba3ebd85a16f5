import type { Fault, FaultKind } from '../../disk/fault-kinds.ts';
import { Image } from '../../disk/image/image.ts';
import { imageText } from '../../disk/image/testing/describe.ts';
import type { Op } from '../../disk/journal.ts';
import type { PersistenceModel } from '../../persistence/model.ts';
import { bruteForce } from '../../persistence/testing/brute-force.ts';
import { revertingMounts } from '../../persistence/volumes.ts';
import type { Departure } from '../../programs/event-loop.ts';
import { runLife } from '../../programs/life.ts';
import type { LifeRecord } from '../../programs/program.ts';
import type { Acknowledgement, Scenario } from '../../programs/scenario.ts';
import { after, keyOf, options, verdictOf } from './recount.ts';

/** What may go wrong in a story besides cuts. */
export interface Space {
  /** How calls fail, if they do. */
  readonly kinds?: readonly FaultKind[];
  /** Calls of one story that fail, at most. */
  readonly faultCount?: number;
  /** Departures of one life from the order of its calls, at most. */
  readonly orders?: number;
  /** Kills between two cuts, at most. A life that gives up because a call failed is started again in any case. */
  readonly kills?: number;
}

/** What one life meets. */
interface Met {
  readonly faults: readonly Fault[];
  readonly order: readonly Departure[];
}

/** What a life begins on. */
interface Beginning {
  readonly part: 'run' | 'recover';
  readonly image: Image;
  readonly text: string;
  /** How the machine was booted, and every op since then. */
  readonly boot: Image;
  readonly ops: readonly Op[];
  /** How many of those lives were killed or gave up. */
  readonly kills: number;
  readonly promised: readonly Acknowledgement[];
  /** Calls that failed before. */
  readonly failed: number;
}

const AGAIN = 3;

const NOTHING: Met = { faults: [], order: [] };

/** The name of a life: what it begins on, and what it meets. */
export function lifeName(
  text: string,
  promised: readonly Acknowledgement[],
  failed: number,
  { faults = [], order = [] }: Partial<Met> = {},
): string {
  const failing = faults.map(({ call, kind }) => `${call}${kind}`).join();
  const departing = order.map(({ step, pick }) => `${step}^${pick}`).join();
  return `${keyOf(text, promised)}\n${failed} calls failed before\nfailing: ${failing}; departing: ${departing}`;
}

/**
 * All lives of all stories, and their verdicts: each life is lived with all that it can meet, and cut and killed after
 * each op, and nothing is left out or taken for anything else.
 *
 * @returns undefined if there are more than `max` lives, or too much is pending at once
 */
export async function recountLives(
  scenario: Scenario,
  model: PersistenceModel,
  space: Space,
  max: number,
): Promise<ReadonlyMap<string, string> | undefined> {
  const setup = await runLife(Image.empty(), async (life) => await scenario.setup?.(life), options(scenario));
  const promised = setup.acknowledged.map((mark) => mark.value);
  const boot = setup.image;
  const known = new Set<string>();
  const queue: Beginning[] = [
    { part: 'run', image: boot, text: 'main', boot, ops: [], kills: 0, promised, failed: 0 },
  ];
  const lives = new Map<string, string>();
  let lived = 0;
  const take = (next: Beginning, isMachine: boolean): void => {
    const key = lifeName(next.text, next.promised, next.failed);
    if (!isMachine && known.has(key)) return;
    if (!isMachine) known.add(key);
    queue.push(next);
  };
  for (const begin of queue) {
    for await (const [met, life] of livesFrom(scenario, model, begin, space)) {
      const verdict = await judged(scenario, model, begin, { life, met });
      if (verdict !== undefined) lives.set(lifeName(begin.text, begin.promised, begin.failed, met), verdict);
      // Kills lead to the same lives again and again: no two machines are ever taken for one.
      if (lives.size > max || ++lived > AGAIN * max) return undefined;
      if (!endEverywhere(model, begin, { life, met, kills: space.kills ?? 0, take })) return undefined;
    }
  }
  return lives;
}

/**
 * A life with nothing that it meets, and with each set of what it can meet. One more is tried at each call and at each
 * step that the life with one less has, fit or not, whichever comes first in it; what finds nothing to happen to is none.
 */
async function* livesFrom(
  scenario: Scenario,
  model: PersistenceModel,
  { image, part, failed }: Beginning,
  { kinds = [], faultCount = 1, orders = 0 }: Space,
): AsyncGenerator<readonly [Met, LifeRecord]> {
  const tried = new Set<string>();
  const sets: Met[] = [NOTHING];
  for (const met of sets) {
    const life = await runLife(image, async (each) => await scenario[part]?.(each), {
      ...options(scenario, mountsOf(model)),
      faults: { faults: met.faults, reverts: revertingMounts(model) },
      order: met.order,
    });
    if (!isFit(met, life)) continue;
    yield [met, life];
    const failing =
      failed + met.faults.length < faultCount
        ? life.chances!.flatMap(({ call }) => kinds.map((kind) => ({ call, kind })))
        : [];
    const steps = met.order.length < orders ? (life.steps.at(-1)?.step ?? -1) + 1 : 0;
    const departing = Array.from({ length: steps }, (_, step) =>
      Array.from({ length: PICK_MAX }, (__, i) => ({ step, pick: i + 1 })),
    ).flat();
    const more = [
      ...failing
        .filter(({ call }) => call > (met.faults.at(-1)?.call ?? 0))
        .map((fault) => ({ ...met, faults: [...met.faults, fault] })),
      ...departing
        .filter(({ step }) => step > (met.order.at(-1)?.step ?? -1))
        .map((departure) => ({ ...met, order: [...met.order, departure] })),
    ];
    for (const next of more) {
      const text = JSON.stringify(next);
      if (!tried.has(text)) sets.push(next);
      tried.add(text);
    }
  }
}

/** At most so many calls are under way at once, less one. */
const PICK_MAX = 3;

function isFit({ faults, order }: Met, { chances = [], steps }: LifeRecord): boolean {
  return (
    faults.every(({ call, kind }) => chances[call - 1]?.kinds.includes(kind)) &&
    order.every(({ step, pick }) => steps.some((each) => each.step === step && each.pick === pick))
  );
}

function mountsOf({ mounts }: PersistenceModel): readonly string[] {
  return [...(mounts?.keys() ?? [])];
}

async function judged(
  scenario: Scenario,
  model: PersistenceModel,
  { part, promised }: Beginning,
  { life, met: { faults, order } }: Pick<Lived, 'life' | 'met'>,
): Promise<string | undefined> {
  const fails = faults.length > 0;
  if (part === 'run') {
    // The main life itself is not a state.
    if (!fails && order.length === 0) return undefined;
    return fails || life.ending.type === 'ended' ? 'converged' : 'stuck, the main life ends';
  }
  if (fails && life.ending.type === 'threw') return 'converged';
  const { outcome, invariants } = await verdictOf(scenario, life, promised, mountsOf(model));
  // What it was kept from doing, the next recovery may do.
  return fails && outcome === 'livelock' ? 'converged' : [outcome, ...invariants].join(', ');
}

interface Lived {
  readonly life: LifeRecord;
  readonly met: Met;
  readonly kills: number;
  readonly take: (next: Beginning, isMachine: boolean) => void;
}

/** @returns false if too much is pending */
function endEverywhere(
  model: PersistenceModel,
  begin: Beginning,
  { life, met, kills, take }: Lived,
): boolean {
  const ops = [...begin.ops, ...life.ops];
  const points = bruteForce(model, begin.boot, ops);
  if (!points) return false;
  const failing = met.faults.map(({ call }) => life.chances![call - 1]!.after);
  for (const [at, { survivals }] of points.slice(begin.ops.length).entries()) {
    const failed = begin.failed + failing.filter((before) => at > before).length;
    for (const promised of promisesAt(begin, life, at)) {
      for (const { text, image } of survivals) {
        const disk = image.fork();
        disk.seal();
        take({ part: 'recover', image: disk, text, boot: disk, ops: [], kills: 0, promised, failed }, false);
      }
      const gaveUp = life.ending.type === 'threw' && failing.length > 0 && at === life.ops.length;
      if (!gaveUp && begin.kills >= kills) continue;
      const done = ops.slice(0, begin.ops.length + at);
      const seen = after({ boot: begin.boot, ops: done, kills: 0 });
      const machine = { image: seen, text: imageText(seen), boot: begin.boot, ops: done };
      take({ part: 'recover', ...machine, kills: begin.kills + 1, promised, failed }, true);
    }
  }
  return true;
}

/** What stands at a crash point, before and after what is promised right there. */
function promisesAt({ promised }: Beginning, life: LifeRecord, at: number): (readonly Acknowledgement[])[] {
  return [true, false].map((early) => {
    const now = life.acknowledged.filter((mark) => (early ? mark.after < at : mark.after <= at));
    return [...new Set([...promised, ...now.map((mark) => mark.value)])];
  });
}
