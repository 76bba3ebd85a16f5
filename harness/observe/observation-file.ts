import { CONFIGURATIONS } from '../conformance/configurations.ts';
import type { Script } from '../disk/script.ts';
import type { Setting } from './drives.ts';
import type { Seen, Sightings } from './observe.ts';

/** A workload and what it left. */
export interface Observed {
  readonly name: string;
  readonly script: Script;
  readonly sightings: Sightings;
}

/**
 * What observation files call a file system that is mounted so; undefined if no model says anything of it.
 */
export function configurationOf({ name, mount }: Pick<Setting, 'name' | 'mount'>): string | undefined {
  if (name !== 'ext4') return name;
  const options = mount.split(',');
  const data = options.findLast((option) => option.startsWith('data='))?.slice('data='.length) ?? 'ordered';
  const noAlloc = options.includes('noauto_da_alloc');
  const called =
    data === 'ordered' && noAlloc
      ? 'ext4-noauto_da_alloc'
      : `ext4-${data}${noAlloc ? '-noauto_da_alloc' : ''}`;
  return Object.hasOwn(CONFIGURATIONS, called) ? called : undefined;
}

/** An observation file, as `blackout conformance --observed` reads it. */
export function observationFile(
  all: readonly Observed[],
  setting: Setting,
  fileSystem: string,
  kernel: string,
): string {
  const meta = {
    kernel,
    fileSystems: { [fileSystem]: { mkfs: setting.mkfs.join(' '), mount: setting.mount } },
  };
  const workloads = all.map(
    ({ name, script, sightings }) => [name, told(script, sightings, fileSystem)] as const,
  );
  return `${JSON.stringify({ meta, workloads: Object.fromEntries(workloads) })}\n`;
}

function told({ setup, ops }: Script, { points, unmountable }: Sightings, fileSystem: string): object {
  const observed = [...points].map(([point, states]) => [point, [...states.values()].map(plain)] as const);
  return {
    description: '',
    setup,
    ops,
    observed: { [fileSystem]: Object.fromEntries(observed) },
    ...(unmountable.size > 0 ? { unmountable: { [fileSystem]: Object.fromEntries(unmountable) } } : {}),
  };
}

function plain({ tree, seen, by }: Seen): object {
  return { tree, seen, by: [...by] };
}
