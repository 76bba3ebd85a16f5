import { models } from './models.ts';

/**
 * Which model has all crash states of which: by a model's name, the models directly above it, whose states it has all.
 * A program that survives a model survives all models above it. Held by a test on random lives; where no rule makes one
 * model weaker than another, neither is.
 */
const ABOVE: Readonly<Record<string, readonly string[]>> = {
  sequential: ['process-kill'],
  'ext4-journal': ['sequential'],
  ext4: ['ext4-journal'],
  'ext4-noauto': ['ext4'],
  'ext4-writeback': ['ext4'],
  'ext4-writeback-noauto': ['ext4-noauto', 'ext4-writeback'],
  xfs: ['sequential'],
  btrfs: ['sequential'],
  posix: ['ext4-noauto', 'xfs'],
  alice: ['btrfs', 'posix'],
};

/** What is around a model makes it weaker: `posix+tears` lies below `posix`. */
function unwrapped(name: string): string | undefined {
  const at = name.lastIndexOf('+');
  return at < 0 ? undefined : name.slice(0, at);
}

/** The models directly above one: stronger disks, with fewer crash states. Of several file systems, one is stronger. */
export function directlyAbove(name: string): readonly string[] {
  const mounts = name.split('@');
  if (mounts.length > 1) {
    return mounts.flatMap((mount, i) => {
      const at = mount.indexOf('=') + 1;
      const above = directlyAbove(mount.slice(at));
      return above.map((each) => mounts.with(i, mount.slice(0, at) + each).join('@'));
    });
  }
  const inner = unwrapped(name);
  return inner === undefined ? (ABOVE[name] ?? []) : [inner];
}

/** Whether the crash states of the model `above` are all crash states of the model `below`. */
export function isAbove(above: string, below: string): boolean {
  return directlyAbove(below).some((each) => each === above || isAbove(above, each));
}

/** All pairs of a model and one directly above it. */
export function neighbours(): readonly (readonly [above: string, below: string])[] {
  return models.flatMap(({ name }) => directlyAbove(name).map((above) => [above, name] as const));
}

/** These models and all below them: what breaks under one model breaks under every weaker one. */
export function andBelow(...names: readonly string[]): readonly string[] {
  const below = models.filter(({ name }) => names.some((each) => each === name || isAbove(each, name)));
  return below.map(({ name }) => name);
}

/** Those of the models that no other of them is above: where a program breaks first. */
export function strongest(names: readonly string[]): readonly string[] {
  return names.filter((name) => !names.some((other) => isAbove(other, name)));
}

/** Those of the models that are above no other of them: the least that a program gets by with. */
export function weakest(names: readonly string[]): readonly string[] {
  return names.filter((name) => !names.some((other) => isAbove(name, other)));
}
