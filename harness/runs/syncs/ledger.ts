import type { SyncName } from '../../programs/syncs/edits.ts';
import type { LedgerReport, SyncReport } from '../../../reports/schema/syncs.ts';
import type { Bench, Tried } from './bench.ts';
import type { LedgerOptions } from './options.ts';
import { durableBySync } from './durable.ts';
import type { Site } from './sites.ts';
import { smallest, type Enough } from './smallest.ts';
import { storyWithout } from './story-without.ts';

/** A sync of the ledger, by its number. */
export interface Numbered {
  readonly id: string;
  readonly site: Site;
}

/** Syncs with their numbers, in the order in which they come up. */
export function numbered(syncs: readonly Site[]): readonly Numbered[] {
  return syncs.map((site, i) => ({ id: `S${i + 1}`, site }));
}

const PATHS_MAX = 3;

/** Which of a scenario's syncs are needed under one model: each is left out in turn, at all calls of its place. */
export async function ledgerOf(
  bench: Bench,
  syncs: readonly Numbered[],
  options: LedgerOptions,
): Promise<LedgerReport> {
  const { base } = bench;
  const durable = durableBySync(base.exploration.main, bench.model);
  const rows: SyncReport[] = [];
  for (const { id, site } of syncs) {
    rows.push({
      id,
      key: site.key,
      part: site.part,
      places: [...site.places],
      kinds: [site.kind],
      paths: [...site.paths].slice(0, PATHS_MAX),
      pathCount: site.paths.size,
      ops: site.ops,
      lives: site.lives,
      calls: site.calls,
      most: site.most,
      durable: site.ops.flatMap((op) => durable.get(op) ?? []),
      ...(await verdictOf(bench, site, options)),
      ...(options.each === true && site.most > 1 ? { each: await eachOf(bench, site) } : {}),
    });
  }
  const note = base.held === 'closes' ? null : noteOf(base);
  const fewest = options.fewest && base.held === 'closes' ? await fewestOf(bench, syncs, rows) : null;
  return { syncs: rows, fewest, tried: bench.tried, note };
}

function noteOf({ held, reason }: Tried): string {
  return held === 'fails'
    ? 'it breaks with all the syncs that it has, so none of them can be shown to be needed or not'
    : `with all its syncs it is not known to close: ${reason}`;
}

/** Calls of one place that are left out one by one, at most. */
const EACH_MAX = 64;

async function eachOf(bench: Bench, site: Site): Promise<NonNullable<SyncReport['each']>> {
  const each: NonNullable<SyncReport['each']> = [];
  for (let nth = 1; nth <= Math.min(site.most, EACH_MAX); nth++) {
    const { verdict, reason } = await verdictWithout(bench, { ...nameOf(site), nth }, false);
    each.push({ nth, verdict, reason });
  }
  return each;
}

type Verdict = Pick<SyncReport, 'verdict' | 'reason' | 'invariant' | 'story' | 'without'>;

const UNKNOWN: Verdict = { verdict: 'unknown', reason: null, invariant: null, story: null, without: null };

async function verdictOf(bench: Bench, site: Site, { stories }: LedgerOptions): Promise<Verdict> {
  return await verdictWithout(bench, nameOf(site), stories);
}

async function verdictWithout(bench: Bench, left: SyncName, stories: boolean): Promise<Verdict> {
  if (bench.base.held === 'fails') return { ...UNKNOWN, reason: 'it breaks with it, too' };
  if (bench.isOver) return { ...UNKNOWN, reason: 'there was no time left to leave it out' };
  const tried = await bench.try({ without: [left] });
  if (tried.held === 'unknown') return { ...UNKNOWN, reason: tried.reason };
  if (tried.held === 'closes') {
    const { states, minimumUptime } = tried;
    return { ...UNKNOWN, verdict: 'redundant', without: { states, minimumUptime } };
  }
  const findings = tried.exploration.failures[0]?.verdict?.findings;
  const story = stories ? await storyWithout(bench, tried) : null;
  const invariant = findings?.[0]?.invariant ?? 'its minimum uptime is within its limit';
  return { ...UNKNOWN, verdict: 'needed', invariant, story };
}

export function nameOf({ part, key }: Site): SyncName {
  return { part, site: key };
}

/** With fewer syncs at places of the source, then with fewer calls. */
async function fewestOf(
  bench: Bench,
  syncs: readonly Numbered[],
  rows: readonly SyncReport[],
): Promise<LedgerReport['fewest']> {
  const calls = syncs.reduce((sum, { site }) => sum + site.most, 1);
  const found = await smallest<Numbered>(
    {
      items: syncs,
      cost: ({ site }) => 1 + site.most / calls,
      stops: () => bench.isOver,
      isEnough: async (kept) => {
        const without = syncs.filter((each) => !kept.includes(each)).map(({ site }) => nameOf(site));
        const enough = enoughOf(await bench.try(without.length === 0 ? {} : { without }));
        return enough;
      },
    },
    // One without which it breaks is in every set.
    rows.flatMap(({ verdict }, i) => (verdict === 'needed' ? [[syncs[i]!]] : [])),
  );
  if (found.set === undefined) return null;
  const kept = found.set;
  return { ids: syncs.filter((each) => kept.includes(each)).map(({ id }) => id), proved: found.proved };
}

export function enoughOf({ held }: Tried): Enough {
  return held === 'closes' ? 'yes' : held === 'fails' ? 'no' : 'unknown';
}
