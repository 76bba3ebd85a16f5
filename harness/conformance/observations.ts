import { z } from 'zod';
import { mistakeText, scriptSchema, type Script } from '../disk/script.ts';
import type { TreeJson } from '../disk/tree-json.ts';
import { CONFIGURATIONS } from './configurations.ts';

/** What a file system was seen to hold after a crash, and how often. */
export interface Observation {
  readonly tree: TreeJson;
  readonly seen: number;
}

/** A crash point of an observation file: after so many ops, or while the one with this number was running. */
export interface ObservedPoint {
  /** As the file names it: `3`, or `during3`. */
  readonly name: string;
  /** Ops that had returned by the end of it: for `during3`, either 2 or 3 had. */
  readonly at: number;
  readonly during: boolean;
  readonly observations: readonly Observation[];
}

export interface Workload {
  readonly name: string;
  readonly description: string;
  readonly script: Script;
  /** By file system, as the file names it. */
  readonly observed: ReadonlyMap<string, readonly ObservedPoint[]>;
}

/** What is wrong with an observation file, and where: `workloads.W4.ops[2].op: ...`. */
export class ObservationError extends Error {
  override name = 'ObservationError';
}

const natural = z.number().int().nonnegative();
const RUNS = /^(?:(?:[^ \\]|\\x[0-9a-f]{2})\*\d+(?: (?:[^ \\]|\\x[0-9a-f]{2})\*\d+)*)?$/;

const nodeSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('file'),
    size: natural,
    content: z.string().regex(RUNS, 'it must be run lengths like "o*4096 n*1904"'),
    nlink: natural.exactOptional(),
    sameInodeAs: z.string().exactOptional(),
  }),
  z.strictObject({ type: z.literal('dir') }),
  z.strictObject({ type: z.literal('symlink'), target: z.string() }),
]);

const observationSchema = z.looseObject({
  tree: z.record(z.string(), nodeSchema),
  seen: natural.default(1),
});

const fileSchema = z.looseObject({
  workloads: z.record(
    z.string(),
    scriptSchema.extend({
      description: z.string().default(''),
      observed: z.record(z.string(), z.record(z.string(), z.array(observationSchema))),
    }),
  ),
});

/**
 * Reads an observation file.
 *
 * @throws ObservationError with the place of the first mistake
 */
export function parseObservations(text: string): readonly Workload[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ObservationError(`it is no JSON: ${(error as Error).message}`);
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) throw new ObservationError(mistakeText(parsed.error.issues[0]!));
  return Object.entries(parsed.data.workloads).map(([name, { description, setup, ops, observed }]) => {
    const place = `workloads.${name}.observed`;
    const points = Object.entries(observed).map(([fileSystem, byPoint]) => {
      knownFileSystem(fileSystem, place);
      return [fileSystem, pointsOf(byPoint, ops.length, `${place}.${fileSystem}`)] as const;
    });
    return { name, description, script: { setup, ops }, observed: new Map(points) };
  });
}

function knownFileSystem(name: string, place: string): void {
  if (Object.hasOwn(CONFIGURATIONS, name)) return;
  const known = Object.keys(CONFIGURATIONS).join(', ');
  throw new ObservationError(`${place}: unknown file system "${name}"; it must be one of ${known}`);
}

function pointsOf(
  byPoint: Readonly<Record<string, readonly Observation[]>>,
  ops: number,
  place: string,
): readonly ObservedPoint[] {
  return Object.entries(byPoint).map(([name, observations]) => {
    const match = /^(during)?(\d+)$/.exec(name);
    const at = Number(match?.[2]);
    const during = match?.[1] !== undefined;
    if (!match || at > ops || (during && at === 0)) {
      const last = `"0" to "${ops}", or "during1" to "during${ops}"`;
      throw new ObservationError(`${place}: unknown crash point "${name}"; it must be ${last}`);
    }
    return { name, at, during, observations };
  });
}
