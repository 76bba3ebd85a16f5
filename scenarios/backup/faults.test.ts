import { describe, expect, it } from 'vitest';
import {
  DEFAULTS,
  Explorer,
  findModel,
  type Exploration,
  type Life,
  type Scenario,
} from '../../harness/index.ts';
import { backups } from './catalogue.ts';

/**
 * Any one call fails with EIO, in phase 4 or in a recovery from it, and the power goes anywhere after that. A file whose
 * fsync has failed can be read until then, and may be gone afterwards: whoever is started again must not find it whole.
 */
async function explore(scenario: Scenario): Promise<Exploration> {
  const options = { ...DEFAULTS, faults: ['eio'] as const };
  return await new Explorer(scenario, findModel('ext4')!, options).explore();
}

/** The same facade, but a file whose sync has failed can't be removed right after that. */
function keeping(fs: Life['fs']): Life['fs'] {
  let failed: string | undefined;
  return new Proxy(fs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === 'unlink') {
        return async (path: string) => await (path === failed ? undefined : target.unlink(path));
      }
      if (name !== 'open') return value.bind(target) as unknown;
      return async (path: string, ...more: [string]) => {
        const handle = await target.open(path, ...more);
        const sync = handle.sync.bind(handle);
        handle.sync = async () => {
          await sync().catch((error: unknown) => {
            failed = path;
            throw error;
          });
        };
        return handle;
      };
    },
  });
}

describe('the shuffle on a disk that fails once', () => {
  it('holds, wherever that is, by closure', async () => {
    const scenario = await backups.find(({ name }) => name === 'backup-shuffle')!.make({});
    const { failures, closed, counts } = await explore(scenario);
    expect(failures.map(({ verdict }) => verdict)).toEqual([]);
    expect(closed).toBe(true);
    expect(counts.alternatives).toBeGreaterThan(100);
  });

  it('does not hold if what could not be made durable stays', async () => {
    const scenario = await backups.find(({ name }) => name === 'backup-shuffle')!.make({});
    const careless: Scenario = {
      ...scenario,
      run: async (life) => await scenario.run({ ...life, fs: keeping(life.fs) }),
    };
    const { failures } = await explore(careless);
    expect(failures[0]?.verdict?.findings[0]?.invariant).toBe(
      'the result of recovery is durable when it returns',
    );
  });
});
