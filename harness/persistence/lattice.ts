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

/** The models directly above one: stronger disks, with fewer crash states. */
export function directlyAbove(name: string): readonly string[] {
  return ABOVE[name] ?? [];
}

/** Whether the crash states of the model `above` are all crash states of the model `below`. */
export function isAbove(above: string, below: string): boolean {
  return directlyAbove(below).some((each) => each === above || isAbove(above, each));
}

/** All pairs of a model and one directly above it. */
export function neighbours(): readonly (readonly [above: string, below: string])[] {
  return models.flatMap(({ name }) => directlyAbove(name).map((above) => [above, name] as const));
}
