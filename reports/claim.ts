import type { ShardReport } from './events.ts';
import type { MainLifeReport, PlanReport, ResultReport } from './schema/run.ts';
import { faultsText } from './fault-text.ts';
import { count, disksOf } from './text.ts';

/**
 * What a verdict is a verdict on: models, ways to die, failing calls, orders of calls, tier, and what was left out.
 * Imports nothing but types and words, so that it also runs in a browser.
 */

/** What a claim is made of. */
export interface Claimed extends Pick<ResultReport, 'counts' | 'work' | 'closed' | 'stopped'> {
  readonly model: string;
  readonly plan: PlanReport;
  readonly life?: Pick<MainLifeReport, 'overlaps' | 'realPaths' | 'cutOff'> | null;
}

/** The claim of one run, or of all together, in one sentence. */
export function claimOf(runs: readonly Claimed[], shard: ShardReport | null): string {
  const explored = runs.filter((run) => run.counts !== null);
  if (explored.length === 0)
    return `Looked at: nothing${runs.length > 0 ? `, under ${modelsOf(runs)}` : ''}.`;
  const spaces = shares(explored, (run) => spaceOf(run, shard));
  const without = counted(explored, ({ plan }) => withoutOf(plan)).join(', ');
  const left = leftOut(runs, shard);
  const rest = left.length === 0 ? 'nothing else was left out' : `left out: ${left.join('; ')}`;
  return `Looked at under ${modelsOf(explored)}: ${spaces}; ${without}; ${rest}.`;
}

/** `any number of power cuts`, `... and kills, with at most 1 kill between two cuts`: what closure is a claim about. */
export function waysOf(plan: PlanReport): string {
  const kills = plan.kills ?? null;
  const limited = kills !== null && (plan.deaths ?? []).includes('kill');
  return `any number of ${deathsOf(plan)}${limited ? `, at most ${count(kills, 'kill')} between two cuts,` : ''}${faultsText(plan)}`;
}

/** `power cuts`, `kills`, or both: how lives end. */
export function deathsOf(plan: PlanReport): string {
  const deaths = plan.deaths ?? ['cut'];
  const names = { cut: 'power cuts', kill: 'kills' } as const;
  return (['cut', 'kill'] as const)
    .filter((death) => deaths.includes(death))
    .map((death) => names[death])
    .join(' and ');
}

/** `3 cuts`, `1 cut or kill`, `3 cuts and kills`: so many deaths. */
export function deathsCount(deaths: number, { deaths: ways = ['cut'] }: PlanReport): string {
  if (ways.length < 2) return count(deaths, ways[0] ?? 'cut');
  return deaths === 1 ? '1 cut or kill' : `${deaths} cuts and kills`;
}

/** Which states were looked at. */
function spaceOf({ plan, counts, closed, stopped }: Claimed, shard: ShardReport | null): string {
  const kills = plan.kills ?? null;
  const between = kills === null ? '' : ` (at most ${count(kills, 'kill')} between two cuts)`;
  const ways = `${numberOf(plan)}${between}${faultsText(plan)}`;
  if (plan.tier === 'bounded') {
    return `the states in which each cut loses, or keeps, at most ${plan.t} of what is pending, after ${ways} (bounded)`;
  }
  if (closed) return `every state that ${ways} can lead to (closure)`;
  const open = stopped !== null || shard !== null || plan.at !== null;
  const whole = !open && counts!.bounded === 0 && (plan.depth !== null || counts!.unexpanded === 0);
  return `${whole ? 'every state' : 'a part of the states'} that ${ways} can lead to`;
}

/** `any number of power cuts`, `one power cut`, `at most 2 power cuts and kills in a row`. */
function numberOf(plan: PlanReport): string {
  const deaths = deathsOf(plan);
  if (plan.depth === null) return `any number of ${deaths}`;
  if (plan.depth === 1)
    return `one ${deaths.replace('cuts', 'cut').replace('kills', 'kill').replace(' and ', ' or ')}`;
  return `at most ${plan.depth} ${deaths} in a row`;
}

/** What was never tried, because nobody asked for it. */
function withoutOf(plan: PlanReport): string[] {
  const deaths = plan.deaths ?? ['cut'];
  return [
    ...(deaths.includes('cut') ? [] : ['no power cuts']),
    ...(deaths.includes('kill') ? [] : ['no kills']),
    ...(plan.faults ? [] : ['no failing calls']),
    ordersText(plan),
  ];
}

/** In which orders calls took effect. */
function ordersText({ orders }: PlanReport): string {
  if (orders === undefined) return 'calls only in the order in which they were made';
  return `calls in all orders with at most ${count(orders, 'departure')} in each life`;
}

const STOPPED = {
  bail: 'what comes after the failures',
  states: 'what comes after the largest number of states',
  time: 'what the budget had no time for',
  interrupted: 'what comes after Ctrl-C',
  missing: 'what the missing shards hold',
} as const;

function leftOut(runs: readonly Claimed[], shard: ShardReport | null): string[] {
  const explored = runs.filter((run) => run.counts !== null);
  const unexplored = runs.filter((run) => run.counts === null);
  const sampled = explored.filter((run) => run.plan.tier === 'closure' && run.counts!.bounded > 0);
  const points = sampled.reduce((sum, run) => sum + run.counts!.bounded, 0);
  const merged = explored.filter((run) => (run.work?.masked ?? 0) > 0);
  const disks = 'of disks that differ only where recovery deletes unread, all but one and a sample';
  return [
    ...(shard ? ['what the other shards look at'] : []),
    ...counted(runs, ({ stopped }) => (stopped === null ? [] : [STOPPED[stopped]])),
    ...counted(runs, ({ plan, counts }) =>
      plan.at && counts ? [`crash points ${outside(plan.at, counts.mainOps)}`] : [],
    ),
    ...(points === 0
      ? []
      : [`all but a sample of the survivals at ${count(points, 'crash point')}${inSome(sampled, runs)}`]),
    ...(merged.length === 0 ? [] : [`${disks}${inSome(merged, runs)}`]),
    ...counted(runs, ({ life, plan }) => unseen(life ?? {}, plan)),
    ...(unexplored.length === 0
      ? []
      : [`${count(unexplored.length, 'run')} that could not be explored, under ${modelsOf(unexplored)}`]),
  ];
}

/** What a main life did where nobody looked. */
function unseen(
  { overlaps = 0, realPaths = [], cutOff = [] }: NonNullable<Claimed['life']>,
  { orders }: PlanReport,
): string[] {
  return [
    ...(overlaps > 0 && orders === undefined
      ? [`other orders of ${count(overlaps, 'overlapping call')} of the main life`]
      : []),
    ...(realPaths.length > 0 ? [`what it does on the real file system, at ${realPaths.join(', ')}`] : []),
    ...cutOff,
  ];
}

function outside({ from, to }: NonNullable<PlanReport['at']>, last: number): string {
  if (to >= last) return `before ${from}`;
  return from === to ? `other than ${from}` : `outside ${from} to ${to}`;
}

/** Each distinct text, with the number of its runs if it does not hold for all. */
function counted(runs: readonly Claimed[], of: (run: Claimed) => readonly string[]): string[] {
  const texts = new Map<string, Claimed[]>();
  for (const run of runs) for (const text of of(run)) texts.set(text, [...(texts.get(text) ?? []), run]);
  return [...texts].map(([text, own]) => `${text}${inSome(own, runs)}`);
}

/** The one text that holds for all, or each with the number of its runs. */
function shares(runs: readonly Claimed[], of: (run: Claimed) => string): string {
  const texts = runs.map(of);
  const distinct = [...new Set(texts)];
  if (distinct.length === 1) return distinct[0]!;
  return distinct
    .map((text) => `in ${texts.filter((each) => each === text).length} of ${runs.length} runs ${text}`)
    .join('; ');
}

function inSome(some: readonly Claimed[], all: readonly Claimed[]): string {
  return some.length === all.length ? '' : ` (${some.length} of ${count(all.length, 'run')})`;
}

/** Each model once, with what is mounted: `ext4 and posix with /wal on xfs`. */
function modelsOf(runs: readonly Claimed[]): string {
  const names = runs.map(({ model }) => {
    const { root, mounts } = disksOf(model);
    return mounts === '' ? root : `${root} with ${mounts}`;
  });
  return listed([...new Set(names)]);
}

/** `a`, `a and b`, `a, b and c`. */
function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
