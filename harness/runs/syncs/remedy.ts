import type { JournalChange, SyncEdits } from '../../programs/syncs/edits.ts';
import type { Opened } from './all-models.ts';
import { callsOf, candidatesFor, costOf, withAdded, type Candidate } from './candidates.ts';
import { changesOf, holdWith, type KindOfChange } from './changes.ts';
import { hintOf } from './hints.ts';
import { Sites, type Site } from './sites.ts';
import { smallest } from './smallest.ts';

/** What would mend a scenario that breaks. */
export type Remedy =
  /** All of this together: it was explored so, and closes under each model. */
  | {
      readonly type: 'mended';
      /** Something that no sync stands for; undefined where syncs are enough. */
      readonly change: KindOfChange | undefined;
      readonly added: readonly Candidate[];
      /** Whether it was shown that no fewer syncs are enough. */
      readonly proved: boolean;
    }
  /** It breaks even if every op is followed by the syncs of all that it changes, and in all other ways that were tried. */
  | { readonly type: 'no sync helps'; readonly hints: readonly string[]; readonly changesTried: number }
  | { readonly type: 'unknown'; readonly reason: string };

type Mended = Extract<Remedy, { type: 'mended' }>;

/**
 * Looks for the fewest syncs with which a scenario closes under all models under which it breaks; where no sync helps,
 * for another way to do the same.
 *
 * @param opened the scenario under each model, as it was explored with its own syncs
 */
export async function remedyFor(opened: readonly Opened[]): Promise<Remedy> {
  // Under a weak model more goes wrong: it is asked first.
  const broken = opened.filter(({ bench }) => bench.base.held === 'fails').toReversed();
  if (broken.length === 0) return { type: 'mended', change: undefined, added: [], proved: true };
  for (;;) {
    const remedy = await searched(broken);
    if (remedy.type !== 'mended') return remedy;
    const confirmed = await confirm(remedy, opened);
    if (confirmed !== 'again') return confirmed;
  }
}

/** As a run would explore it, with kills. `again` if it breaks there: then they belong to the search. */
async function confirm(remedy: Mended, opened: readonly Opened[]): Promise<Remedy | 'again'> {
  const edits = editsOf(remedy.added, remedy.change?.change);
  let again = false;
  for (const { bench } of opened) {
    const { held } = await bench.confirm(edits);
    if (held === 'closes') continue;
    const { model } = bench.job;
    if (held === 'unknown') return { type: 'unknown', reason: `it is not known to close under ${model}` };
    if (bench.base.held !== 'fails') {
      return { type: 'unknown', reason: `what mends it elsewhere breaks it under ${model}` };
    }
    again = true;
  }
  return again ? 'again' : remedy;
}

async function searched(broken: readonly Opened[]): Promise<Remedy> {
  const over = (): boolean => broken.some(({ bench }) => bench.isOver);
  const late: Remedy = { type: 'unknown', reason: 'there was no time to find one' };
  const candidates = await allCandidates(broken);
  const syncs = await fewest(broken, candidates, undefined);
  if (syncs !== 'no') return syncs === 'unknown' ? (over() ? late : UNSURE) : syncs;
  let changesTried = 0;
  for (const change of changesOf(broken[0]!)) {
    if (over()) return late;
    changesTried++;
    if ((await holdWith(broken, editsOf(candidates, change.change))) !== 'yes') continue;
    const mended = await fewest(broken, candidates, change);
    return typeof mended === 'string' ? late : mended;
  }
  return { type: 'no sync helps', hints: await hintOf(broken[0]!, withAdded(candidates)), changesTried };
}

const UNSURE: Remedy = { type: 'unknown', reason: 'with syncs everywhere it is not known to close' };

/** The fewest of the candidates, with a change or without one. */
async function fewest(
  broken: readonly Opened[],
  candidates: readonly Candidate[],
  change: KindOfChange | undefined,
): Promise<Mended | 'no' | 'unknown'> {
  const calls = candidates.reduce((sum, each) => sum + callsOf(each), 1);
  const found = await smallest<Candidate>({
    items: candidates,
    cost: (candidate) => costOf(candidate, calls),
    stops: () => broken.some(({ bench }) => bench.isOver),
    isEnough: async (added) => await holdWith(broken, editsOf(added, change?.change)),
  });
  if (found.set !== undefined) return { type: 'mended', change, added: found.set, proved: found.proved };
  return found.all === 'no' ? 'no' : 'unknown';
}

function editsOf(added: readonly Candidate[], journal: JournalChange | undefined): SyncEdits {
  return { ...withAdded(added), ...(journal ? { journal } : {}) };
}

/** Those next to what is known of, and to what comes up in recoveries of a program that syncs everywhere. */
async function allCandidates(broken: readonly Opened[]): Promise<readonly Candidate[]> {
  const killed = broken.some(({ bench }) => bench.kills);
  const known = new Map<string, Site>();
  const add = (sites: readonly Site[]): void => {
    for (const site of sites) {
      const name = `${site.part} ${site.kind} ${site.key}`;
      if (!known.has(name)) known.set(name, site);
    }
  };
  for (const { sites } of broken) add(sites.all);
  for (const { bench } of broken) {
    const more = new Sites();
    await bench.watch(withAdded(candidatesFor([...known.values()], killed)), more);
    add(more.all);
  }
  return candidatesFor([...known.values()], killed);
}
