import { Image } from '../../disk/image/image.ts';
import { imageText } from '../../disk/image/testing/describe.ts';
import type { Op } from '../../disk/journal.ts';
import type { PersistenceModel } from '../../persistence/model.ts';
import { bruteForce } from '../../persistence/testing/brute-force.ts';
import { runLife } from '../../programs/life.ts';
import { EPOCH } from '../../programs/times.ts';
import type { LifeRecord } from '../../programs/program.ts';
import { worst, type Outcome } from '../outcome.ts';
import type { Acknowledgement, Finding, Scenario } from '../../programs/scenario.ts';

/** A crash state as the recount found it. */
export interface Recounted {
  /** The tree that the next life sees. */
  readonly text: string;
  readonly acknowledged: readonly Acknowledgement[];
  readonly depth: number;
  /** A schedule's worth of where it came from, for messages. */
  readonly story: string;
  readonly image: Image;
  /** How the machine was booted, and every op since then: the process was killed each time. Nothing after a cut. */
  readonly since: { readonly boot: Image; readonly ops: readonly Op[]; readonly kills: number } | undefined;
  outcome: Outcome;
  /** Names of the broken invariants. */
  invariants: readonly string[];
  recoveryOps: number;
  /** The last crash point at which each state, by key, is possible in its recovery, the recovery's end left out. */
  readonly next: Map<string, number>;
}

export interface Recount {
  readonly mainOps: number;
  /** The states that cuts leave. */
  readonly states: ReadonlyMap<string, Recounted>;
  /** The states that kills leave, each way to one counted: none is ever taken for another. */
  readonly killed: readonly Recounted[];
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
 * @param kills in a row at most: a machine that goes on after a kill is its boot disk and all ops since, and nothing else
 * @returns undefined if there are more than `max` states, or too much is pending at once
 */
export async function recount(
  scenario: Scenario,
  model: PersistenceModel,
  max: number,
  kills = 0,
): Promise<Recount | undefined> {
  const setup = await runLife(Image.empty(), async (life) => await scenario.setup?.(life), options(scenario));
  const promised = setup.acknowledged.map((mark) => mark.value);
  const main = await runLife(setup.image, async (life) => await scenario.run(life), {
    ...options(scenario),
    time: setup.time,
  });
  const all: All = { states: new Map(), killed: [], found: [], kills };
  const machine = { boot: setup.image, ops: [], kills: 0 };
  const first = cutEverywhere(model, machine, main, { promised, depth: 1, story: '' }, all);
  if (!first) return undefined;
  for (const state of all.found) {
    if (all.states.size + all.killed.length > max) return undefined;
    const life = await recovery(scenario, state.image);
    Object.assign(state, await verdictOf(scenario, life, state.acknowledged), {
      recoveryOps: life.ops.length,
    });
    if (life.ending.type === 'never ended') continue;
    const from = { promised: state.acknowledged, depth: state.depth + 1, story: state.story };
    const since = state.since ?? { boot: state.image, ops: [], kills: 0 };
    const next = cutEverywhere(model, since, life, from, all);
    if (!next) return undefined;
    for (const [key, at] of next) state.next.set(key, at);
  }
  return { mainOps: main.ops.length, states: all.states, killed: all.killed, first };
}

interface All {
  readonly states: Map<string, Recounted>;
  readonly killed: Recounted[];
  /** Both, in the order in which they were found. */
  readonly found: Recounted[];
  readonly kills: number;
}

/** All crash states of a life, by key, with the last crash point of each; new ones go into `all`. */
function cutEverywhere(
  model: PersistenceModel,
  { boot, ops: before, kills }: NonNullable<Recounted['since']>,
  life: LifeRecord,
  from: { promised: readonly Acknowledgement[]; depth: number; story: string },
  all: All,
): ReadonlyMap<string, number> | undefined {
  const ops = [...before, ...life.ops];
  const points = bruteForce(model, boot, ops);
  if (!points) return undefined;
  const found = new Map<string, number>();
  for (const [at, { survivals }] of points.slice(before.length).entries()) {
    for (const early of [true, false]) {
      const now = life.acknowledged.filter(({ after }) => (early ? after < at : after <= at));
      // A promise that is made again is still the same one.
      const acknowledged = [...new Set([...from.promised, ...now.map((mark) => mark.value)])];
      for (const { text, image, all: kept } of survivals) {
        const key = keyOf(text, acknowledged);
        if (from.depth === 1 || at < life.ops.length) found.set(key, at);
        if (all.states.has(key)) continue;
        const disk = image.fork();
        disk.seal();
        const story = `${from.story} ${at}[${kept.join()}]`;
        const state = counted(text, acknowledged, from.depth, story, disk, undefined);
        all.states.set(key, state);
        all.found.push(state);
      }
      if (kills >= all.kills) continue;
      const since = { boot, ops: ops.slice(0, before.length + at), kills: kills + 1 };
      const seen = after(since);
      const story = `${from.story} ${at}k`;
      const state = counted(imageText(seen), acknowledged, from.depth, story, seen, since);
      all.killed.push(state);
      all.found.push(state);
    }
  }
  return found;
}

function counted(
  text: string,
  acknowledged: readonly Acknowledgement[],
  depth: number,
  story: string,
  image: Image,
  since: Recounted['since'],
): Recounted {
  const next = new Map<string, number>();
  const open = { outcome: 'unknown', invariants: [], recoveryOps: 0, next } as const;
  return { text, acknowledged, depth, story, image, since, ...open };
}

/** What the next life sees: every op has happened. */
export function after({ boot, ops }: NonNullable<Recounted['since']>): Image {
  const image = boot.fork();
  for (const { birth, changes } of ops) {
    if (birth) image.add(birth.ino, birth.inode);
    for (const change of changes) image.apply(change);
  }
  return image;
}

/** How lives are lived here. */
export function options(
  scenario: Scenario,
  mounts: readonly string[] = [],
): { callsMax: number; time: number; mounts: readonly string[] } {
  return { callsMax: scenario.callsMax ?? 1_000_000, time: EPOCH, mounts };
}

async function recovery(scenario: Scenario, image: Image, mounts?: readonly string[]): Promise<LifeRecord> {
  return await runLife(image, async (life) => await scenario.recover?.(life), options(scenario, mounts));
}

/** What a recovery came to. */
export async function verdictOf(
  scenario: Scenario,
  life: LifeRecord,
  before: readonly Acknowledgement[],
  mounts: readonly string[] = [],
): Promise<Pick<Recounted, 'outcome' | 'invariants'>> {
  if (life.ending.type !== 'ended') return { outcome: 'stuck', invariants: ['recovery ends'] };
  const acknowledged = [...new Set([...before, ...life.acknowledged.map((mark) => mark.value)])];
  const findings: Finding[] = [];
  const check = await runLife(
    life.image,
    async (disk) => {
      const found = await scenario.check(disk, acknowledged, { failed: 0 });
      if (found) findings.push(...('invariant' in found ? [found] : found));
    },
    options(scenario, mounts),
  );
  if (check.ending.type !== 'ended') return { outcome: 'unknown', invariants: ['the check could not tell'] };
  if (findings.length > 0) {
    const outcome = worst(findings.map((finding) => finding.kind ?? 'corrupt'));
    return { outcome, invariants: findings.map((finding) => finding.invariant) };
  }
  const again = await recovery(scenario, life.image, mounts);
  const settled = again.ending.type === 'ended' && imageText(again.image) === imageText(life.image);
  return settled
    ? { outcome: 'converged', invariants: [] }
    : { outcome: 'livelock', invariants: ['a further recovery changes nothing'] };
}
