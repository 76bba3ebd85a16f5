import type { Life, Scenario } from '../../../harness/index.ts';

/** The same facade, but a sync of such a path does nothing. */
function leaving(fs: Life['fs'], leaves: (path: string) => boolean): Life['fs'] {
  return new Proxy(fs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'open') return value.bind(target) as unknown;
      return async (path: string, ...more: [string]) => {
        const handle = await target.open(path, ...more);
        if (leaves(path)) handle.sync = async () => {};
        return handle;
      };
    },
  });
}

/** A twin of a scenario, in one part of which the syncs of some paths are left out. */
export function withoutSyncs(
  scenario: Scenario,
  part: 'run' | 'recover',
  leaves: (path: string) => boolean,
): Scenario {
  return {
    ...scenario,
    [part]: async (life: Life) => await scenario[part]?.({ ...life, fs: leaving(life.fs, leaves) }),
  };
}
