import type { TreeEntry } from '../../harness/disk/image/tree.ts';
import type { Tree } from './real-tree.ts';

/** How two trees differ in names, kinds, modes, sizes, contents, targets, link counts and hard-link identity, a line each. */
export function differences(found: Tree, wanted: Tree): string[] {
  const lines: string[] = [];
  for (const [path, entry] of wanted) {
    const other = found.get(path);
    if (!other) lines.push(`${path} is missing`);
    else lines.push(...entryDifferences(path, other, entry));
  }
  for (const path of found.keys()) if (!wanted.has(path)) lines.push(`${path} should not be there`);
  return lines;
}

function entryDifferences(path: string, found: TreeEntry, wanted: TreeEntry): string[] {
  const [one, other] = [facts(found), facts(wanted)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const lines = [...names]
    .filter((name) => one[name] !== other[name])
    .map((name) => `${path}: ${name} is ${one[name] ?? 'none'}, should be ${other[name] ?? 'none'}`);
  if (found.type === 'file' && wanted.type === 'file') {
    const at = firstDifference(found.content, wanted.content);
    if (at !== undefined) lines.push(`${path}: the contents differ from byte ${at} on`);
  }
  return lines;
}

function facts(entry: TreeEntry): Record<string, string | undefined> {
  if (entry.type === 'dir') return { kind: 'dir', mode: octal(entry.mode) };
  if (entry.type === 'symlink') {
    return { kind: 'symlink', target: entry.target, 'first name': entry.sameAs };
  }
  const { mode, size, links, sameAs } = entry;
  return { kind: 'file', mode: octal(mode), size: `${size}`, links: `${links}`, 'first name': sameAs };
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function firstDifference(one: Uint8Array, other: Uint8Array): number | undefined {
  if (Buffer.compare(one, other) === 0) return undefined;
  const at = one.findIndex((byte, i) => byte !== other[i]);
  return at === -1 ? one.length : at;
}
