import * as fs from 'node:fs';
import { join } from 'node:path';
import { runLengths, type NodeJson, type TreeJson } from '../disk/tree-json.ts';

/**
 * The tree below a folder, as the simulated disk's trees are told.
 *
 * @param hidden names in the folder that are left out
 */
export function readTree(root: string, hidden: readonly string[]): TreeJson {
  const nodes: Record<string, NodeJson> = {};
  const first = new Map<number, string>();
  const names = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    if (hidden.includes(name.split('/')[0]!)) continue;
    const stat = fs.lstatSync(join(root, name));
    if (stat.isDirectory()) nodes[name] = { type: 'dir' };
    else if (stat.isSymbolicLink())
      nodes[name] = { type: 'symlink', target: fs.readlinkSync(join(root, name)) };
    else {
      const content = runLengths(fs.readFileSync(join(root, name)));
      const file = { type: 'file', size: stat.size, content } as const;
      if (!first.has(stat.ino)) first.set(stat.ino, name);
      nodes[name] =
        stat.nlink === 1 ? file : { ...file, nlink: stat.nlink, sameInodeAs: first.get(stat.ino)! };
    }
  }
  return nodes;
}
