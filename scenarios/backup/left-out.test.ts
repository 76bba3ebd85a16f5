import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel, Player, type Scenario } from '../../harness/index.ts';
import { planJobs } from '../../harness/runs/plan.ts';
import { openAll } from '../../harness/runs/syncs/all-models.ts';
import { ledgerOf, numbered } from '../../harness/runs/syncs/ledger.ts';
import { backups } from './catalogue.ts';
import { leaving } from './testing/without-syncs.ts';

/**
 * Leaves one sync of the main life out, and asks whether the tester notices. A sync that nobody misses is one that a
 * later one covers, or that only makes a cleanup sooner durable; those that guard data must all be missed.
 */
const posix = findModel('posix')!;

/** What phase 4 makes itself: patched files and reverse deltas. All else it found durable. */
const GUARDS = /\/(?:data|deltas\.reverse)\/t\/b\/(?:changed|other\.gz)$/;

/** The same scenario, but sync number `left` of its main life does nothing. `synced` is told the path of each. */
function leavingOut(
  scenario: Scenario,
  left: number,
  synced: (path: string) => void = () => undefined,
): Scenario {
  return {
    ...scenario,
    async run(life) {
      let count = 0;
      const leaves = (path: string): boolean => {
        synced(path);
        return ++count === left;
      };
      await scenario.run({ ...life, fs: leaving(life.fs, leaves) });
    },
  };
}

/** The paths of all syncs of a scenario's main life, in order. */
async function syncsOf(scenario: Scenario): Promise<readonly string[]> {
  const paths: string[] = [];
  await Player.start(
    leavingOut(scenario, 0, (path) => paths.push(path)),
    posix,
  );
  return paths.slice(0, paths.length / 2); // Every main life is run twice.
}

/** The same, once for all tests: by the number of the sync, the claim that is broken without it. */
let missed: Promise<ReadonlyMap<number, string>> | undefined;

async function missedIn(scenario: Scenario, syncs: number): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (let left = 1; left <= syncs; left++) {
    const { failures } = await new Explorer(leavingOut(scenario, left), posix, DEFAULTS).explore();
    if (failures[0]) found.set(left, failures[0].verdict!.findings[0]!.invariant);
  }
  return found;
}

/** What the ledger says of each call of the main life: the numbers of those that are needed. */
async function neededByLedger(scenario: Scenario): Promise<readonly number[]> {
  const jobs = await planJobs([scenario.name], { model: ['posix'], deaths: ['cut'] }, backups, '/');
  const [opened] = await openAll(scenario, jobs, {});
  const { bench, sites } = opened!;
  const syncs = numbered(sites.syncs.filter(({ part }) => part === 'run'));
  const ledger = await ledgerOf(bench, syncs, { fewest: false, stories: false, each: true });
  const order = ledger.syncs.flatMap(({ ops }) => ops).sort((one, other) => one - other);
  return ledger.syncs.flatMap(({ ops, verdict, each = [{ nth: 1, verdict }] }) =>
    each.flatMap((call) => (call.verdict === 'needed' ? [order.indexOf(ops[call.nth - 1]!) + 1] : [])),
  );
}

describe('a sync that the shuffle leaves out', () => {
  it('is missed wherever it guards data that has no other copy', async () => {
    const scenario = await shuffle();
    const paths = await syncsOf(scenario);
    const found = await (missed ??= missedIn(scenario, paths.length));
    const guards = paths.flatMap((path, i) => (GUARDS.test(path) ? [i + 1] : []));
    expect(guards.length).toBeGreaterThanOrEqual(4);
    for (const left of guards) {
      expect(found.get(left), `sync ${left}, of ${paths[left - 1]}`).toBe(
        'every listed backup restores byte for byte',
      );
    }
    expect(found.size).toBeGreaterThan(guards.length);
    expect(found.size).toBeLessThan(paths.length);
  });

  it('is needed in the ledger if it is missed, and redundant if not, call by call', async () => {
    const scenario = await shuffle();
    const paths = await syncsOf(scenario);
    const found = await (missed ??= missedIn(scenario, paths.length));
    expect((await neededByLedger(scenario)).toSorted((one, other) => one - other)).toEqual([...found.keys()]);
  });
});

async function shuffle(): Promise<Scenario> {
  return await backups.find(({ name }) => name === 'backup-shuffle')!.make({});
}
