import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../harness/explore/catalogue.ts';
import { tameScenario } from '../../harness/explore/testing/programs.ts';
import { catalogue } from '../../scenarios/index.ts';
import { merged, whole, withoutWork } from './explored.ts';

/**
 * Shards that are put together say what the unsharded run says: the same events but for the work that it took. That
 * has to hold where a run ends at its first failure, or its tenth; where survivals are sampled; and at any depth.
 */
const CASES: readonly (readonly [string, string, Record<string, unknown>])[] = [
  ['append-log', 'posix', {}],
  ['append-log', 'posix', { deaths: ['cut', 'kill'], kills: 1 }],
  ['append-log-no-fsync', 'posix', { bail: 100, after: 5 }],
  ['append-log', 'sequential', { tier: 'bounded', t: 1, depth: 2 }],
  ['append-log-no-checksum', 'posix', {}],
  ['append-log-no-fsync', 'posix', { bail: 10 }],
  ['append-log-no-directory-fsync', 'alice', { bail: 1000 }],
  ['atomic-replace-in-place', 'posix', { bail: 3, depth: 1 }],
  ['atomic-replace-no-fsync', 'alice', { bail: 1000, tier: 'bounded', t: 2, depth: 2 }],
  ['burp-delete-only', 'sequential', { bail: 1000, depth: 3 }],
  ['burp-ordering', 'posix', { cap: 16, at: { from: 16, to: 18 } }],
  ['burp-delete-only', 'posix', { cap: 4, bail: 5, depth: 2 }],
  ['backup-delete', 'posix', { dontCare: false }],
  ['backup-shuffle', 'alice', {}],
  ['backup-incremental', 'posix', { tier: 'bounded', t: 1, depth: 2, dontCare: false }],
  ['backup-incremental', 'posix', {}],
  ['backup-first', 'posix', { cap: 8, dontCare: false }],
  ['failed-sync', 'ext4', { faults: ['eio'] }],
  ['failed-sync-again', 'posix', { faults: ['eio', 'enospc'], faultCount: 2, bail: 50 }],
];

describe('shards put together', () => {
  for (const [name, model, plan] of CASES) {
    it(`are one run: ${name} under ${model}, ${JSON.stringify(plan)}`, async () => {
      const all = await whole(catalogue, name, model, plan);
      expect(withoutWork(await merged(catalogue, name, model, plan, 4))).toEqual(withoutWork(all));
    });
  }

  it('are one run of any program, in any number', async () => {
    const plans = fc.record({
      tier: fc.constantFrom('closure', 'bounded'),
      t: fc.integer({ min: 1, max: 2 }),
      depth: fc.constantFrom(1, 2, Infinity),
      bail: fc.constantFrom(1, 2, 1000),
      after: fc.constantFrom(0, 3, Infinity),
      cap: fc.constantFrom(4, 1 << 16),
      faults: fc.constantFrom([], [], ['eio']),
    });
    const models = fc.constantFrom('process-kill', 'sequential', 'posix', 'alice');
    await fc.assert(
      fc.asyncProperty(
        tameScenario,
        models,
        plans,
        fc.integer({ min: 1, max: 5 }),
        async (scenario, model, plan, n) => {
          const { name } = scenario;
          const own: Catalogue = [{ name, summary: '', group: '', byDefault: true, make: () => scenario }];
          const limited = { ...plan, statesMax: 400 };
          const all = await whole(own, name, model, limited);
          fc.pre(!all.some((event) => event.type === 'run-end' && event.stopped === 'states'));
          expect(withoutWork(await merged(own, name, model, limited, n))).toEqual(withoutWork(all));
        },
      ),
      { numRuns: process.env['BLACKOUT_LONG'] === '1' ? 500 : 25 },
    );
  });

  it('differ from one run if a shard is left out', async () => {
    const all = withoutWork(await whole(catalogue, 'append-log', 'posix', {}));
    const some = withoutWork(await merged(catalogue, 'append-log', 'posix', {}, 4, [1, 2, 4]));
    expect(some).not.toEqual(all);
    expect(some.find((event) => event.type === 'run-end')).toMatchObject({
      verdict: 'unknown',
      reason: 'shards are missing',
      closed: false,
    });
  });
});
