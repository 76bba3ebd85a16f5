import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventOf, RunEvent } from '../../../reports/events.ts';
import { storyText } from '../../../reports/story-text.ts';
import { planJobs } from '../plan.ts';
import { runJobs } from './run-jobs.ts';
import { bundled } from './testing/bundled.ts';
import { catalogue } from './testing/catalogue.ts';

let directory: string;
let module: URL;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blackout-pool-'));
  module = await bundled(new URL('testing/worker.ts', import.meta.url), directory);
});

afterAll(async () => await rm(directory, { recursive: true }));

interface Ran {
  readonly ends: readonly EventOf<'run-end'>[];
  readonly causes: readonly EventOf<'cause'>[];
  /** Milliseconds. */
  readonly took: number;
}

interface How {
  readonly budget?: number;
  readonly hungAfter?: number;
  /** When Ctrl-C is pressed, in milliseconds from the start. */
  readonly interruptAfter?: number;
}

async function ran(names: readonly string[], how: How = {}): Promise<Ran> {
  const { budget = Infinity, hungAfter = 1000, interruptAfter } = how;
  const jobs = await planJobs(names, { model: ['posix'] }, catalogue, directory);
  const events: RunEvent[] = [];
  const started = Date.now();
  let interrupted = false;
  const machine = { now: () => Date.now(), workers: { module, count: 2, hungAfter } };
  await runJobs([...jobs.entries()], catalogue, machine, {
    deadline: started + budget,
    interrupted: () => interrupted,
    onInterrupt(listener) {
      if (interruptAfter === undefined) return;
      setTimeout(() => {
        interrupted = true;
        listener();
      }, interruptAfter);
    },
    progress: () => {},
    ended: (_, own) => void events.push(...own),
  });
  const of = <T extends RunEvent['type']>(type: T): EventOf<T>[] =>
    events.filter((event): event is EventOf<T> => event.type === type);
  const ends = of('run-end').sort((one, other) => one.run - other.run);
  return { ends, causes: of('cause'), took: Date.now() - started };
}

const WINDOW = { before: 9, pendingMax: 9, rowsMax: 9, width: 120 };

function textOf({ story }: EventOf<'cause'>): string {
  return storyText(story, WINDOW, (_, text) => text).join('\n');
}

describe('a life that never gives the thread back', () => {
  it('in a recovery is ended from outside and stuck, with its token and story', async () => {
    const { ends, causes } = await ran(['loops-in-recover']);
    expect(ends).toMatchObject([{ verdict: 'counterexample', stopped: 'bail', closed: false }]);
    const [cause] = causes;
    expect(cause).toMatchObject({ outcome: 'stuck', invariant: 'recovery ends' });
    expect(cause!.reproduce).toMatch(/^npx blackout repro 'loops-in-recover:posix:1-:[0-9a-f]{12}'$/);
    expect(textOf(cause!)).toContain(
      'The last recovery is not cut: it never ended, because it does not give the thread back',
    );
    expect(textOf(cause!)).toContain('the power goes off here, after op 1');
  });

  it('is told with the limit after which it was ended, and that is the one that was asked for', async () => {
    for (const hungAfter of [1000, 1500]) {
      const { causes } = await ran(['loops-in-recover'], { hungAfter });
      expect(causes[0]!.message).toMatch(
        new RegExp(`it was ended after ${hungAfter / 1000} s without a call$`),
      );
    }
  });

  it('in the main life, or in a check, is unknown', async () => {
    const { ends } = await ran(['loops-in-run', 'loops-in-check']);
    expect(ends[0]).toMatchObject({ verdict: 'unknown' });
    expect(ends[0]!.reason).toMatch(
      /^run of loops-in-run fails without any power cut: it does not give the thread/,
    );
    expect(ends[1]).toMatchObject({ verdict: 'unknown' });
    expect(ends[1]!.reason).toMatch(/^check never ends: it does not give the thread back/);
  });

  it('costs no other scenario anything', async () => {
    const { ends } = await ran(['fine', 'loops-in-recover', 'broken', 'loops-in-run', 'fine']);
    const verdicts = ends.map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['converged', 'counterexample', 'counterexample', 'unknown']);
  });

  it('is not taken for one that only takes its time', async () => {
    const { ends } = await ran(['fine'], { hungAfter: 1 });
    expect(ends[0]!.verdict).toBe('converged');
  });
});

describe('a life that ends its process', () => {
  it('in a recovery is stuck, with its token and story, and the other scenarios go on', async () => {
    const { ends, causes } = await ran(['dies-in-recover', 'fine']);
    expect(ends.map(({ verdict }) => verdict)).toEqual(['counterexample', 'converged']);
    expect(causes).toMatchObject([
      { outcome: 'stuck', message: expect.stringContaining('it ends the process') },
    ]);
    expect(causes[0]!.reproduce).toContain("'dies-in-recover:posix:1-:");
  });
});

describe('a run', () => {
  // Sixty seconds is what it would take otherwise; how much less it is depends on what else the machine does.
  it('ends soon after its budget, even if a life does not end', async () => {
    const { ends, took } = await ran(['loops-in-run', 'fine', 'loops-in-recover'], {
      budget: 6000,
      hungAfter: 60_000,
    });
    expect(took).toBeLessThan(40_000);
    expect(ends[0]).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('the budget ran out'),
    });
    expect(ends[1]).toMatchObject({ verdict: 'converged' });
  });

  it('ends soon after Ctrl-C, even if a life does not end', async () => {
    const { ends, took } = await ran(['loops-in-run'], { hungAfter: 60_000, interruptAfter: 1500 });
    expect(took).toBeLessThan(40_000);
    expect(ends).toMatchObject([{ verdict: 'unknown', reason: 'interrupted' }]);
  });
});
