import type { Catalogue } from '../../harness/explore/catalogue.ts';
import type { ExploreOptions } from '../../harness/explore/options.ts';
import { DEFAULTS } from '../../harness/explore/options.ts';
import type { Shard } from '../../harness/explore/shard.ts';
import type { Job } from '../../harness/runs/job.ts';
import { mergeShards } from '../../harness/runs/shards/merge-shards.ts';
import { runEvent } from '../../harness/runs/events/run-events.ts';
import { runJob } from '../../harness/runs/jobs/run-job.ts';
import { SCHEMA_VERSION, type RunEvent, type StartEvent } from '../../reports/events.ts';
import { foldEvents } from '../../reports/model.ts';

export type Plan = Partial<ExploreOptions>;

/** The events of one scenario under one model, explored in one, or as one shard. */
export async function whole(
  catalogue: Catalogue,
  name: string,
  model: string,
  plan: Plan,
  shard?: Shard,
): Promise<RunEvent[]> {
  const entry = catalogue.find((each) => each.name === name)!;
  const job: Job = {
    source: { from: 'catalogue', name, trees: [] },
    summary: entry.summary,
    model,
    // Left open, kills are explored where all of it is affordable, which a part can't tell.
    plan: { ...DEFAULTS, bail: 1, deaths: ['cut'], ...entry.plan, ...plan, ...(shard ? { shard } : {}) },
    reproduceWith: '',
    knownToBreak: false,
  };
  const hooks = {
    now: () => 0,
    deadline: Infinity,
    interrupted: () => false,
    progress: async () => {},
  };
  const events = await runJob(0, job, catalogue, hooks);
  const start: StartEvent = {
    type: 'start',
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'blackout', version: '0.0.0' },
    commit: null,
    startedAt: '2026-01-01T00:00:00.000Z',
    seed: 1,
    shard: shard ?? null,
    settings: [],
  };
  return [start, runEvent(0, job), ...events];
}

/** The same from shards that are put together; only from some of them if `indices` says so. */
export async function merged(
  catalogue: Catalogue,
  name: string,
  model: string,
  plan: Plan,
  count: number,
  indices: readonly number[] = Array.from({ length: count }, (_, i) => i + 1),
): Promise<RunEvent[]> {
  const shards: RunEvent[][] = [];
  for (const index of indices) shards.push(await whole(catalogue, name, model, plan, { index, count }));
  return mergeShards(shards.map((events) => foldEvents(events)));
}

/** All but what shards do twice, and how it was divided. */
export function withoutWork(events: readonly RunEvent[]): RunEvent[] {
  return events.flatMap((event): RunEvent[] => {
    if (event.type === 'end' || event.type === 'start') return [];
    return event.type === 'run-end' ? [{ ...event, work: null }] : [event];
  });
}
