import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel, Player, type Life, type Scenario } from '../../harness/index.ts';
import { backups } from './catalogue.ts';

/**
 * Leaves one sync of the main life out, and asks whether the tester notices. A sync that nobody misses is one that a
 * later one covers, or that only makes a cleanup sooner durable; those that guard data must all be missed.
 */
const posix = findModel('posix')!;

/** What phase 4 makes itself: patched files and reverse deltas. All else it found durable. */
const GUARDS = /\/(?:data|deltas\.reverse)\/t\/b\/(?:changed|other\.gz)$/;

/** The same facade, but its sync number `left` of the life does nothing. `synced` is told the path of each. */
function without(fs: Life['fs'], left: number, synced: (path: string) => void): Life['fs'] {
  let count = 0;
  return new Proxy(fs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'open') return value.bind(target) as unknown;
      return async (path: string, ...more: [string]) => {
        const handle = await target.open(path, ...more);
        const sync = handle.sync.bind(handle);
        handle.sync = async () => {
          synced(path);
          if (++count !== left) await sync();
        };
        return handle;
      };
    },
  });
}

function leavingOut(
  scenario: Scenario,
  left: number,
  synced: (path: string) => void = () => undefined,
): Scenario {
  return {
    ...scenario,
    run: async (life) => await scenario.run({ ...life, fs: without(life.fs, left, synced) }),
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

describe('a sync that the shuffle leaves out', () => {
  it('is missed wherever it guards data that has no other copy', async () => {
    const scenario = await backups.find(({ name }) => name === 'backup-shuffle')!.make({});
    const paths = await syncsOf(scenario);
    const missed = new Map<number, string>();
    for (let left = 1; left <= paths.length; left++) {
      const { failures } = await new Explorer(leavingOut(scenario, left), posix, DEFAULTS).explore();
      if (failures[0]) missed.set(left, failures[0].verdict!.findings[0]!.invariant);
    }
    const guards = paths.flatMap((path, i) => (GUARDS.test(path) ? [i + 1] : []));
    expect(guards.length).toBeGreaterThanOrEqual(4);
    for (const left of guards) {
      expect(missed.get(left), `sync ${left}, of ${paths[left - 1]}`).toBe(
        'every listed backup restores byte for byte',
      );
    }
    expect(missed.size).toBeGreaterThan(guards.length);
    expect(missed.size).toBeLessThan(paths.length);
  });
});
