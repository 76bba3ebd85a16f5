import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel, type Life, type Scenario } from '../../harness/index.ts';
import { overWire } from './wire-catalogue.ts';

const posix = findModel('posix')!;

/** Thousands of states: `blackout run` closes it, in CI and by default. */
const LEFT_TO_RUN = ['wire-resume', 'wire-hundreds'];

/** The same facade, whose syncs do nothing. */
function unsynced(fs: Life['fs']): Life['fs'] {
  return new Proxy(fs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === 'syncfs') return async () => {};
      if (name !== 'open') return value.bind(target) as unknown;
      return async (path: string, ...more: [string]) => {
        const handle = await target.open(path, ...more);
        handle.sync = async () => {};
        return handle;
      };
    },
  });
}

describe('a backup over the protocol', () => {
  for (const entry of overWire.filter(({ name }) => !LEFT_TO_RUN.includes(name))) {
    it(`${entry.name}: what the client was told holds in every state that posix can leave, by closure`, async () => {
      const { failures, closed } = await new Explorer(await entry.make({}), posix, DEFAULTS).explore();
      expect(failures.map((node) => node.verdict)).toEqual([]);
      expect(closed).toBe(true);
    });
  }

  it('would be caught if the client were told too early', async () => {
    const scenario = await overWire.find(({ name }) => name === 'wire-first')!.make({});
    const hasty: Scenario = {
      ...scenario,
      run: (life) => scenario.run({ ...life, fs: unsynced(life.fs) }),
    };
    const { failures } = await new Explorer(hasty, posix, DEFAULTS).explore();
    expect(failures.length).toBeGreaterThan(0);
  });
});
