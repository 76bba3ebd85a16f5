import type { Life, Scenario } from '../../../harness/index.ts';

type Handle = Awaited<ReturnType<Life['fs']['open']>>;

/** The same facade, whose open files are changed as they are opened. */
export function changingFiles(fs: Life['fs'], change: (handle: Handle, path: string) => void): Life['fs'] {
  return new Proxy(fs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'open') return value.bind(target) as unknown;
      return async (path: string, ...more: [string]) => {
        const handle = await target.open(path, ...more);
        change(handle, path);
        return handle;
      };
    },
  });
}

/** The same facade, but a sync does nothing if `leaves` says so: it is asked of the path at each. */
export function leaving(fs: Life['fs'], leaves: (path: string) => boolean): Life['fs'] {
  return changingFiles(fs, (handle, path) => {
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      if (!leaves(path)) await sync();
    };
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
