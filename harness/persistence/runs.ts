import { PAGE_SIZE } from '../disk/image/types.ts';
import type { Change, Op } from '../disk/journal.ts';
import { roundUp } from './overrides.ts';
import type { Effect, PersistenceModel } from './model.ts';

/**
 * A write of hundreds of pages is taken in runs of pages, which survive or not as one: the first page, the last, and what
 * lies between, split in the middle and where the file ended before. All else would be hundreds of effects of which
 * nobody can look at every set.
 *
 * That leaves survivals out, so it is done only where there are more of them than anybody could go through: 2 to the
 * power of this. No crash point is bounded for it that could have been looked at whole.
 */
const HOPELESS = 32;

type Groups = readonly (readonly Change[])[];

/** The effects of an op, and whether some of them are runs. */
export interface Split {
  readonly groups: Groups;
  readonly runs: ReadonlySet<readonly Change[]>;
}

/** Puts the pages of a large write into runs; leaves every other op as it is. */
export function inRuns(
  op: Op,
  groups: Groups,
  pending: readonly Effect[],
  { pages }: PersistenceModel,
): Split {
  if (op.kind !== 'write' || pages === undefined || groups.length < 4) return { groups, runs: NO_RUNS };
  const places = groups.map((group) => placeOf(group));
  if (choices(pages, groups, pending) <= HOPELESS) return { groups, runs: NO_RUNS };
  const splits = splitsOf(op, places);
  const byRun = new Map<string, (readonly Change[])[]>();
  for (const [i, group] of groups.entries()) {
    const run = splits.filter((first) => places[i]! >= first).length;
    const kinds = [...new Set(group.map(({ type }) => type))].join();
    const key = `${run} ${kinds}`;
    const known = byRun.get(key);
    if (known) known.push(group);
    else byRun.set(key, [group]);
  }
  const all = [...byRun.values()].map((parts) => (parts.length === 1 ? parts[0]! : parts.flat()));
  const alone = new Set(groups);
  return { groups: all, runs: new Set(all.filter((group) => !alone.has(group))) };
}

/** How many effects survive or not on their own, at least: as many survivals as 2 to the power of that. */
function choices(
  pages: NonNullable<PersistenceModel['pages']>,
  groups: Groups,
  pending: readonly Effect[],
): number {
  if (pages === 'alone') return groups.filter(hasData).length;
  // A chain of n pages survives in n + 1 ways. Pages of earlier writes that are still pending are chains of their own.
  const chains = new Map<Op, number>();
  for (const effect of pending) {
    const length = effect.changes.filter(({ type }) => type === 'page').length;
    if (effect.op.kind === 'write' && length > 0) chains.set(effect.op, (chains.get(effect.op) ?? 0) + 1);
  }
  const lengths = [...chains.values(), groups.filter(hasData).length];
  return lengths.reduce((sum, length) => sum + Math.log2(length + 1), 0);
}

function hasData(group: readonly Change[]): boolean {
  return group.some(({ type }) => type === 'page');
}

/** The pages at which a run begins. */
function splitsOf({ changes }: Op, places: readonly number[]): readonly number[] {
  const first = places.reduce((least, place) => Math.min(least, place), Infinity);
  const last = places.reduce((most, place) => Math.max(most, place), 0);
  const grown = changes.flatMap((change) => (change.type === 'grow' ? [pageOf(change.size)] : []));
  const end = grown.reduce((least, page) => Math.min(least, page), Infinity);
  const splits = [first, first + 1, Math.floor((first + last + 1) / 2), last];
  return [...new Set(Number.isFinite(end) ? [...splits, end] : splits)];
}

/** The page that an effect of a write is about: one that it writes, or the last that a size brings into the file. */
function placeOf(group: readonly Change[]): number {
  for (const change of group) {
    if (change.type === 'page') return change.index;
  }
  const [change] = group;
  return change?.type === 'grow' ? pageOf(change.size) : 0;
}

function pageOf(size: number): number {
  return roundUp(size) / PAGE_SIZE - 1;
}

const NO_RUNS: ReadonlySet<readonly Change[]> = new Set();
