import type { ScriptLife } from '../disk/script-life.ts';
import { treeJson, type TreeJson } from '../disk/tree-json.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { crashStates, type CrashPoint } from './crash-states.ts';
import type { ObservedPoint, Workload } from './observations.ts';
import { prefixNames, surplusKind, type SurplusKind } from './surplus.ts';
import { treeKey } from './tree-key.ts';

/** A state that a file system showed and the model does not have. */
export interface Forbidden {
  readonly point: ObservedPoint;
  readonly tree: TreeJson;
  readonly seen: number;
}

/** A state that the model has and the file system never showed. */
export interface Surplus {
  readonly tree: TreeJson;
  readonly kind: SurplusKind;
}

/** One workload on one file system, held against one model. States are counted once, at whatever crash points. */
export interface Comparison {
  readonly workload: string;
  readonly fileSystem: string;
  readonly model: string;
  readonly observed: number;
  /** How often any state was seen. */
  readonly observations: number;
  readonly allowed: number;
  readonly forbidden: readonly Forbidden[];
  readonly surplus: readonly Surplus[];
  /** States that were not found where the model has too many to make them all: nothing can be said of them. */
  readonly undecided: readonly Forbidden[];
}

/** Holds a model against what a file system did under a workload. */
export function compare(
  workload: Workload,
  life: ScriptLife,
  fileSystem: string,
  model: PersistenceModel,
): Comparison {
  const points = crashStates(model, life).map(keyed);
  const observed = new Map<string, TreeJson>();
  const missing: Forbidden[] = [];
  // Inside an op is any moment from before it to after it.
  const pointsAt = ({ at, during }: ObservedPoint): ReturnType<typeof keyed>[] =>
    points.slice(life.journalled[during ? at - 1 : at], life.journalled[at]! + 1);
  for (const point of workload.observed.get(fileSystem) ?? []) {
    for (const { tree, seen } of point.observations) {
      const key = treeKey(tree);
      observed.set(key, tree);
      if (!pointsAt(point).some(({ trees }) => trees.has(key))) missing.push({ point, tree, seen });
    }
  }
  const isDecided = (point: ObservedPoint): boolean => pointsAt(point).every(({ exhaustive }) => exhaustive);
  const allowed = new Map(points.flatMap(({ trees }) => [...trees]));
  const context = { observed: [...observed.values()], prefixes: prefixNames(life) };
  const unseen = [...allowed].filter(([key]) => !observed.has(key));
  return {
    workload: workload.name,
    fileSystem,
    model: model.name,
    observed: observed.size,
    observations: sumSeen(workload.observed.get(fileSystem) ?? []),
    allowed: allowed.size,
    forbidden: missing.filter(({ point }) => isDecided(point)),
    undecided: missing.filter(({ point }) => !isDecided(point)),
    surplus: unseen.map(([, tree]) => ({ tree, kind: surplusKind(tree, context) })),
  };
}

function sumSeen(points: readonly ObservedPoint[]): number {
  return points.flatMap(({ observations }) => observations).reduce((sum, { seen }) => sum + seen, 0);
}

function keyed({ disks, exhaustive }: CrashPoint): {
  readonly trees: ReadonlyMap<string, TreeJson>;
  readonly exhaustive: boolean;
} {
  const trees = disks.map((disk) => treeJson(disk));
  return { trees: new Map(trees.map((tree) => [treeKey(tree), tree])), exhaustive };
}
