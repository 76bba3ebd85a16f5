import type { NodeJson, TreeJson } from '../disk/tree-json.ts';

/**
 * The text of a tree, equal if and only if names, types, contents, link targets and which names share an inode are:
 * whatever the order of the paths, how the runs of a content are cut, and which path `sameInodeAs` names.
 */
export function treeKey(tree: TreeJson): string {
  const paths = Object.keys(tree).sort();
  const groups = groupsOf(tree, paths);
  return paths
    .map((path) => JSON.stringify([path, ...nodeKey(tree[path]!), groups.get(path) ?? []]))
    .join('\n');
}

function nodeKey(node: NodeJson): readonly (string | number)[] {
  switch (node.type) {
    case 'dir':
      return ['dir'];
    case 'symlink':
      return ['symlink', node.target];
    default:
      return ['file', node.size, contentKey(node.content)];
  }
}

/** By path: all paths of its inode, sorted, where they are several. */
function groupsOf(tree: TreeJson, paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const byFirst = new Map<string, string[]>();
  for (const path of paths) {
    const node = tree[path]!;
    if (node.type !== 'file' || node.sameInodeAs === undefined) continue;
    const group = byFirst.get(node.sameInodeAs);
    if (group) group.push(path);
    else byFirst.set(node.sameInodeAs, [path]);
  }
  return new Map([...byFirst.values()].flatMap((group) => group.map((path) => [path, group])));
}

/** Run lengths with neighbouring runs of one character joined. */
export function contentKey(content: string): string {
  const runs: [char: string, length: number][] = [];
  for (const run of content.split(' ')) {
    if (run === '') continue;
    const star = run.lastIndexOf('*');
    const [char, length] = [run.slice(0, star), Number(run.slice(star + 1))];
    const last = runs.at(-1);
    if (length === 0) continue;
    if (last?.[0] === char) last[1] += length;
    else runs.push([char, length]);
  }
  return runs.map(([char, length]) => `${char}*${length}`).join(' ');
}
