import { Image } from '../../disk/image/image.ts';
import { imageText } from '../../disk/image/testing/describe.ts';
import type { PersistenceModel } from '../../persistence/model.ts';
import { bruteForce } from '../../persistence/testing/brute-force.ts';
import { EPOCH, runLife, type LifeRecord } from '../life.ts';
import { worst, type Outcome } from '../outcome.ts';
import type { Acknowledgement, Finding, Scenario } from '../scenario.ts';

/** A crash state as the recount found it. */
export interface Recounted {
  readonly text: string;
  readonly acknowledged: readonly Acknowledgement[];
  readonly depth: number;
  /** A schedule's worth of where it came from, for messages. */
  readonly story: string;
  readonly image: Image;
  outcome: Outcome;
  /** Names of the broken invariants. */
  invariants: readonly string[];
  recoveryOps: number;
  /** The last crash point at which each state, by key, is possible in its recovery, the recovery's end left out. */
  readonly next: Map<string, number>;
}

export interface Recount {
  readonly mainOps: number;
  readonly states: ReadonlyMap<string, Recounted>;
  /** The last crash point of the main life at which each state is possible. */
  readonly first: ReadonlyMap<string, number>;
}

/** Exact trees and promises, as text: the only thing that tells two states apart. */
export function keyOf(text: string, acknowledged: readonly Acknowledgement[]): string {
  return `${text}\npromised ${JSON.stringify(acknowledged)}`;
}

/**
 * Counts the crash states of a scenario over again: every subset, every depth, no reduction, and a state is only taken
 * for known if its whole tree and all promises are the same. Every state is recovered, checked and recovered again.
 *
 * @returns undefined if there are more than `max` states, or too much is pending at once
 */
export async function recount(
  scenario: Scenario,
  model: PersistenceModel,
  max: number,
): Promise<Recount | undefined> {
  const setup = await runLife(Image.empty(), async (life) => await scenario.setup?.(life), options(scenario));
  const promised = setup.acknowledged.map((mark) => mark.value);
  const main = await runLife(setup.image, async (life) => await scenario.run(life), {
    ...options(scenario),
    time: setup.time,
  });
  const states = new Map<string, Recounted>();
  const first = cutEverywhere(model, setup.image, main, { promised, depth: 1, story: '' }, states);
  if (!first) return undefined;
  for (const state of states.values()) {
    if (states.size > max) return undefined;
    const life = await recovery(scenario, state.image);
    Object.assign(state, await verdictOf(scenario, life, state.acknowledged), {
      recoveryOps: life.ops.length,
    });
    if (life.ending.type === 'never ended') continue;
    const from = { promised: state.acknowledged, depth: state.depth + 1, story: state.story };
    const next = cutEverywhere(model, state.image, life, from, states);
    if (!next) return undefined;
    for (const [key, at] of next) state.next.set(key, at);
  }
  return { mainOps: main.ops.length, states, first };
}

/** All crash states of a life, by key, with the last crash point of each; new ones go into `states`. */
function cutEverywhere(
  model: PersistenceModel,
  boot: Image,
  life: LifeRecord,
  from: { promised: readonly Acknowledgement[]; depth: number; story: string },
  states: Map<string, Recounted>,
): ReadonlyMap<string, number> | undefined {
  const points = bruteForce(model, boot, life.ops);
  if (!points) return undefined;
  const found = new Map<string, number>();
  for (const [at, { survivals }] of points.entries()) {
    for (const before of [true, false]) {
      const now = life.acknowledged.filter(({ after }) => (before ? after < at : after <= at));
      const acknowledged = [...from.promised, ...now.map((mark) => mark.value)];
      for (const { text, image, all } of survivals) {
        const key = keyOf(text, acknowledged);
        if (from.depth === 1 || at < life.ops.length) found.set(key, at);
        if (states.has(key)) continue;
        const disk = image.fork();
        disk.seal();
        const story = `${from.story} ${at}[${all.join()}]`;
        states.set(key, {
          text,
          acknowledged,
          depth: from.depth,
          story,
          image: disk,
          outcome: 'unknown',
          invariants: [],
          recoveryOps: 0,
          next: new Map<string, number>(),
        });
      }
    }
  }
  return found;
}

function options(scenario: Scenario): { callsMax: number; time: number } {
  return { callsMax: scenario.callsMax ?? 1_000_000, time: EPOCH };
}

async function recovery(scenario: Scenario, image: Image): Promise<LifeRecord> {
  return await runLife(image, async (life) => await scenario.recover?.(life), options(scenario));
}

async function verdictOf(
  scenario: Scenario,
  life: LifeRecord,
  before: readonly Acknowledgement[],
): Promise<Pick<Recounted, 'outcome' | 'invariants'>> {
  if (life.ending.type !== 'ended') return { outcome: 'stuck', invariants: ['recovery ends'] };
  const acknowledged = [...before, ...life.acknowledged.map((mark) => mark.value)];
  const findings: Finding[] = [];
  const check = await runLife(
    life.image,
    async (disk) => {
      const found = await scenario.check(disk, acknowledged);
      if (found) findings.push(...('invariant' in found ? [found] : found));
    },
    options(scenario),
  );
  if (check.ending.type !== 'ended') return { outcome: 'unknown', invariants: ['the check can tell'] };
  if (findings.length > 0) {
    const outcome = worst(findings.map((finding) => finding.kind ?? 'corrupt'));
    return { outcome, invariants: findings.map((finding) => finding.invariant) };
  }
  const again = await recovery(scenario, life.image);
  const settled = again.ending.type === 'ended' && imageText(again.image) === imageText(life.image);
  return settled
    ? { outcome: 'converged', invariants: [] }
    : { outcome: 'livelock', invariants: ['a further recovery changes nothing'] };
}
