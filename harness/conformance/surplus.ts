import type { ScriptLife } from '../disk/script-life.ts';
import { treeJson, type NodeJson, type TreeJson } from '../disk/tree-json.ts';
import { processKill } from '../persistence/models/process-kill.ts';
import { crashStates } from './crash-states.ts';
import { contentKey, treeKey } from './tree-key.ts';

/** Why a model has a state that no kernel showed. */
export type SurplusKind = keyof typeof SURPLUS_REASONS;

/** The kinds of surplus, in the order in which they are asked about, with the reason for each. */
export const SURPLUS_REASONS = {
  combination:
    'each file was seen like this, but not all of them in one state: the moments of writing back and of committing fell otherwise',
  data: 'a file has some of its pages and lacks others, or ends at one of them: a kernel writes a small file back in one go, and the sweep seldom asked it for a part',
  prefix:
    'the names are those after some of the ops, as a commit at that moment leaves them: the sweep had none there',
  order:
    'the names are those of later ops without earlier ones: the model does not order them, and this kernel did in all that was seen',
} as const;

/** What a kind is told by. */
export interface SurplusContext {
  /** The distinct states that the file system showed under this workload. */
  readonly observed: readonly TreeJson[];
  /** By `namesKey`: the names after each number of ops. */
  readonly prefixes: ReadonlySet<string>;
}

export function surplusKind(tree: TreeJson, { observed, prefixes }: SurplusContext): SurplusKind {
  const names = namesKey(tree);
  if (observed.some((other) => namesKey(other) === names)) {
    return Object.entries(tree).every(([path, node]) => wasSeen(path, node, observed))
      ? 'combination'
      : 'data';
  }
  return prefixes.has(names) ? 'prefix' : 'order';
}

/** The names after each number of ops, by `namesKey`. */
export function prefixNames(life: ScriptLife): ReadonlySet<string> {
  const points = crashStates(processKill, life);
  return new Set(points.flatMap(({ disks }) => disks.map((disk) => namesKey(treeJson(disk)))));
}

/** The text of a tree without what is in the files. */
function namesKey(tree: TreeJson): string {
  const bare = Object.entries(tree).map(([path, node]): [string, NodeJson] => [
    path,
    node.type === 'file' ? { ...node, size: 0, content: '' } : node,
  ]);
  return treeKey(Object.fromEntries(bare));
}

/** Whether a path was seen like this in any state. */
function wasSeen(path: string, node: NodeJson, observed: readonly TreeJson[]): boolean {
  return observed.some((tree) => {
    const other = tree[path];
    if (other?.type !== 'file' || node.type !== 'file') return other?.type === node.type;
    return other.size === node.size && contentKey(other.content) === contentKey(node.content);
  });
}
