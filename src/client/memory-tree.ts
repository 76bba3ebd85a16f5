import type { BackupSource, SourceFile } from '../ports/backup-source.ts';
import type { Interrupted } from '../ports/backup-client.ts';
import { type Attributes, NO_ATTRIBUTES } from '../storage/manifest/attributes.ts';
import { type ByteString, fromText } from '../storage/manifest/byte-string.ts';
import { type Entry, type Letter, compareEntries, entryOf } from '../storage/manifest/entry.ts';

/** Permission bits and modification time (seconds since 1970). */
export interface NodeOptions {
  readonly mode?: number;
  readonly mtime?: number;
}

export type MemoryNode =
  | { readonly kind: 'file'; readonly data: Uint8Array; readonly options: NodeOptions }
  | { readonly kind: 'dir' | 'special'; readonly options: NodeOptions }
  | { readonly kind: 'symlink' | 'hardlink'; readonly link: string; readonly options: NodeOptions };

export function file(data: string | Uint8Array = '', options: NodeOptions = {}): MemoryNode {
  return { kind: 'file', data: typeof data === 'string' ? Buffer.from(data) : data, options };
}

export function dir(options: NodeOptions = {}): MemoryNode {
  return { kind: 'dir', options };
}

export function symlink(target: string, options: NodeOptions = {}): MemoryNode {
  return { kind: 'symlink', link: target, options };
}

/** Another name of a file; `first` is the path of its first name, which comes first in path order as well. */
export function hardlink(first: string, options: NodeOptions = {}): MemoryNode {
  return { kind: 'hardlink', link: first, options };
}

/** A fifo. */
export function fifo(options: NodeOptions = {}): MemoryNode {
  return { kind: 'special', options };
}

const FORMS: Readonly<Record<MemoryNode['kind'], { letter: Letter; type: number; mode: number }>> = {
  file: { letter: 'f', type: 0o100000, mode: 0o644 },
  dir: { letter: 'd', type: 0o040000, mode: 0o755 },
  symlink: { letter: 'l', type: 0o120000, mode: 0o777 },
  hardlink: { letter: 'L', type: 0o100000, mode: 0o644 },
  special: { letter: 's', type: 0o010000, mode: 0o644 },
};
const DEFAULT_MTIME = 1_000_000_000;

/** A source given as a literal: absolute path (text) to node. Only what is given is scanned, no parents are added. */
export function memoryTree(nodes: Readonly<Record<string, MemoryNode>>): BackupSource {
  const files = new Map<ByteString, MemoryNode & { kind: 'file' }>();
  const entries: Entry[] = [];
  for (const [text, node] of Object.entries(nodes)) {
    const path = fromText(text);
    if (node.kind === 'file') files.set(path, node);
    const more = 'link' in node ? { link: fromText(node.link) } : {};
    entries.push(entryOf(FORMS[node.kind].letter, path, attributesOf(node), more));
  }
  entries.sort(compareEntries);
  return {
    async *scan() {
      yield* entries;
    },
    async read(entry: Entry): Promise<SourceFile | Interrupted> {
      const node = files.get(entry.path);
      return node ? { attributes: attributesOf(node), data: node.data } : { interrupted: 'it has vanished' };
    },
  };
}

function attributesOf(node: MemoryNode): Attributes {
  const { type, mode } = FORMS[node.kind];
  const mtime = node.options.mtime ?? DEFAULT_MTIME;
  const size = node.kind === 'file' ? node.data.length : 0;
  return {
    ...NO_ATTRIBUTES,
    mode: type | (node.options.mode ?? mode),
    nlink: 1,
    size,
    atime: mtime,
    mtime,
    ctime: mtime,
  };
}
