import type { Recount } from './recount.ts';

/** What all stories come to in which every life after the main one gets at least so many ops before its cut. */
export interface Stories {
  /** A story of such lives may go on for ever. */
  readonly endless: boolean;
  readonly restarts: number;
  /** Ops of all lives of the story that has the most, the uncut last recovery included. */
  readonly ops: number;
}

/** Goes through the stories of a recount one by one, cut by cut. */
export function tellStories({ states, first, mainOps }: Recount, uptime: number): Stories {
  const endless = { found: false };
  const told = new Map<string, { restarts: number; ops: number }>();
  const from = (key: string, path: ReadonlySet<string>): { restarts: number; ops: number } => {
    if (path.has(key)) endless.found = true;
    const known = path.has(key) ? { restarts: 0, ops: 0 } : told.get(key);
    if (known) return known;
    const { next, recoveryOps } = states.get(key)!;
    const most = { restarts: 0, ops: recoveryOps };
    for (const [to, at] of next) {
      if (at < uptime) continue;
      const rest = from(to, new Set([...path, key]));
      most.restarts = Math.max(most.restarts, 1 + rest.restarts);
      most.ops = Math.max(most.ops, at + rest.ops);
    }
    told.set(key, most);
    return most;
  };
  // Every state is the beginning of a story, so that no circle is overlooked that only shorter lives lead to.
  for (const key of states.keys()) from(key, new Set());
  const all = [...first].map(([key, at]) => ({ at, ...from(key, new Set()) }));
  return {
    endless: endless.found,
    restarts: Math.max(0, ...all.map(({ restarts }) => 1 + restarts)),
    ops: Math.max(mainOps, ...all.map(({ at, ops }) => at + ops)),
  };
}
