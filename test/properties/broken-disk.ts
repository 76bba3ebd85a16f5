import type { Facade } from '../../harness/disk/facade/facade.ts';
import type { Handle } from '../../harness/disk/facade/handle.ts';
import type { Life, Scenario } from '../../harness/index.ts';

/** What of the syncs that a program asks for is left out. */
export type Leaves = (path: string, isDirectory: boolean) => boolean;

/**
 * The same program, but in some of its lives the disk says "done" to some syncs and does nothing, as if the program had
 * forgotten them. A recovery that forgets is judged by what a second cut does, not by what it left undone.
 */
export function withoutSyncs(scenario: Scenario, lives: 'run' | 'recover', leaves: Leaves): Scenario {
  const forgetful = (life: Life): Life => ({ ...life, fs: forgetfulDisk(life.fs, leaves) });
  if (lives === 'run') return { ...scenario, run: async (life) => await scenario.run(forgetful(life)) };
  return {
    ...scenario,
    durableRecovery: false,
    recover: async (life) => await scenario.recover?.(forgetful(life)),
  };
}

function forgetfulDisk(fs: Facade, leaves: Leaves): Facade {
  return new Proxy(fs, {
    get(target, name) {
      if (name === 'open') {
        return async (path: string, flags?: string, mode?: number): Promise<Handle> =>
          forgetfulHandle(await target.open(path, flags, mode), path, leaves);
      }
      return bound(target, name);
    },
  });
}

function forgetfulHandle(handle: Handle, path: string, leaves: Leaves): Handle {
  return new Proxy(handle, {
    get(target, name) {
      if (name !== 'sync' && name !== 'datasync') return bound(target, name);
      return async (): Promise<void> => {
        if (!leaves(path, (await target.stat()).isDirectory())) await target[name]();
      };
    },
  });
}

/** Private fields belong to the object itself, so its methods must not be called on a stand-in. */
function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
}
