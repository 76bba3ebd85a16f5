import { readFileSync } from 'node:fs';
import type { RunEvent } from '../../reports/events.ts';
import { foldEvents, type ReportModel } from '../../reports/model.ts';
import { catalogue } from '../../scenarios/index.ts';
import { whole } from '../shards/explored.ts';

/** The recorded run that all writers are developed on. */
export function recordedEvents(): readonly RunEvent[] {
  const file = new URL('../../reports/testing/sample.jsonl', import.meta.url);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as RunEvent);
}

/** The recorded run, or only one scenario of it. */
export function recorded(scenario?: string): ReportModel {
  const events = recordedEvents();
  if (scenario === undefined) return foldEvents(events);
  const wanted = new Set(
    events.flatMap((event) => (event.type === 'run' && event.scenario === scenario ? [event.run] : [])),
  );
  return foldEvents(events.filter((event) => !('run' in event) || wanted.has(event.run)));
}

/** The same, where one scenario has a disk of its own below `/`. */
export function withMounts(scenario: string): ReportModel {
  return foldEvents(
    recordedEvents().map((event) =>
      event.type === 'run' && event.scenario === scenario
        ? { ...event, model: `${event.model}@/wal=xfs` }
        : event,
    ),
  );
}

function runOf(events: readonly RunEvent[], scenario: string, model: string): number {
  for (const event of events) {
    if (event.type === 'run' && event.scenario === scenario && event.model === model) return event.run;
  }
  throw new Error(`the recorded run has no ${scenario} under ${model}`);
}

/** A run in which calls fail. */
export async function withFailingCalls(): Promise<ReportModel> {
  return foldEvents(await whole(catalogue, 'failed-sync', 'ext4', { faults: ['eio'] }));
}

const OPS = 2_000;
const PER_POINT = 25;

/**
 * A run with 100,000 crash states: the recorded failure of a real one, in a life of 2,000 ops, each crash point of which
 * leaves 25 states, each of whose recoveries, cut at one of four places, leads to one of 50,000 deeper ones.
 */
export function large(): ReportModel {
  const events = recordedEvents();
  const failing = runOf(events, 'burp-ordering', 'posix');
  return foldEvents(
    events.flatMap((event): RunEvent[] => {
      if (!('run' in event)) return [event];
      if (event.run !== failing) return [];
      switch (event.type) {
        case 'life': {
          const ops = Array.from({ length: OPS }, (_, i) => event.ops[i % event.ops.length]!);
          const phases = [0, 300, 900, 1_600].map((from, i) => ({ from, name: `part ${i + 1}` }));
          return [{ ...event, ops, phases }];
        }
        case 'states':
          return event.first === 0 ? largeGraph(event.run) : [];
        case 'configurations':
        case 'lives':
        case 'failures':
          return [];
        case 'run-end':
          return [
            {
              ...event,
              heat: Array.from({ length: OPS + 1 }, (_, i) =>
                i % 400 > 360 ? 'X' : i % 97 === 0 ? 'L' : '.',
              ).join(''),
              counts: { ...event.counts!, mainOps: OPS, states: 2 * OPS * PER_POINT, generated: 912_345 },
            },
          ];
        default:
          return [event];
      }
    }),
  );
}

function largeGraph(run: number): RunEvent[] {
  const first = OPS * PER_POINT;
  const states = 2 * first;
  const all = <T>(of: (state: number) => T): T[] => Array.from({ length: states }, (_, i) => of(i));
  // Each configuration of the main life leaves 25 states; one in four recoveries' configurations leaves a deeper one.
  const main = Array.from({ length: OPS }, (_, i) => [
    i * PER_POINT,
    ...Array.from({ length: PER_POINT - 1 }, () => 1),
  ]);
  const deep = Array.from({ length: first }, (_, i) => [first + ((i * 7_919) % first)]);
  const steps = (state: number): number[] =>
    [1, 2, 3, 4].flatMap((at) => [at, OPS + ((state * 4 + at) % first)]);
  return [
    {
      type: 'states',
      run,
      first: 0,
      keys: all((i) => String(i)),
      outcomes: all((i) => (i % 400 === 399 ? 'X' : i % 1_000 === 1 ? ' ' : '.')).join(''),
      depths: all((i) => (i < first ? 1 : 2)),
      parents: all((i) => (i < first ? -1 : i - first)),
      cuts: all((i) => (i < first ? Math.floor(i / PER_POINT) : 1 + (i % 4))),
      recoveries: all((i) => 4 + (i % 60)),
      leaves: all((i) => (i < first ? '0' : '1')).join(''),
    },
    {
      type: 'configurations',
      run,
      first: 0,
      bases: [...main, ...deep].map(() => -1),
      members: [...main, ...deep],
      coverage: 'e'.repeat(main.length + deep.length),
    },
    {
      type: 'lives',
      run,
      lives: [
        [0, -1, 0, 0, ...main.flatMap((_, i) => [i, i])],
        ...Array.from({ length: first }, (_, state) => [state + 1, -1, 0, 0, ...steps(state)]),
      ],
    },
  ];
}
