import type { Image } from './image/image.ts';
import { listTree, type TreeEntry } from './image/tree.ts';

/** A tree in the form in which the crash states of real file systems were recorded. */
export type TreeJson = Readonly<Record<string, NodeJson>>;

export type NodeJson =
  | {
      readonly type: 'file';
      readonly size: number;
      /** Run-length text, `o*4096 n*1904`; the character 0 means NUL bytes. */
      readonly content: string;
      /** Only where it isn't 1, with the first path, in depth-first order, of the same inode. */
      readonly nlink?: number;
      readonly sameInodeAs?: string;
    }
  | { readonly type: 'dir' }
  | { readonly type: 'symlink'; readonly target: string };

/** Modes and times are no part of it. Paths are relative to `/` and sorted. */
export function treeJson(image: Image): TreeJson {
  const nodes = [...listTree(image)].map(([path, entry]): [string, NodeJson] => [
    path.slice(1),
    nodeJson(path, entry),
  ]);
  // Plain sorting, so that the same tree is the same text.
  return Object.fromEntries(nodes.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function nodeJson(path: string, entry: TreeEntry): NodeJson {
  switch (entry.type) {
    case 'dir':
      return { type: 'dir' };
    case 'symlink':
      return { type: 'symlink', target: entry.target };
    default: {
      const node = { type: 'file', size: entry.size, content: runLengths(entry.content) } as const;
      if (entry.links === 1) return node;
      return { ...node, nlink: entry.links, sameInodeAs: (entry.sameAs ?? path).slice(1) };
    }
  }
}

/** Bytes as run-length text: `o*4096 0*10`. */
export function runLengths(content: Uint8Array): string {
  const runs: string[] = [];
  for (let at = 0; at < content.length;) {
    let end = at;
    while (end < content.length && content[end] === content[at]) end++;
    runs.push(`${charOf(content[at]!)}*${end - at}`);
    at = end;
  }
  return runs.join(' ');
}

/** Bytes that the form has no character for, `0` and space among them, are written as `\x30`. */
function charOf(byte: number): string {
  if (byte === 0) return '0';
  const plain = byte > 0x20 && byte < 0x7f && byte !== 0x30 && byte !== 0x5c && byte !== 0x2a;
  return plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}
