import * as fc from 'fast-check';
import { dir, fifo, file, hardlink, symlink, type MemoryNode } from '../../src/client/memory-tree.ts';
import type { ClientTree } from '../../scenarios/backup/world.ts';

/** What a path holds from now on. */
export type Becomes =
  | { readonly is: 'file'; readonly content: Content; readonly mode: number }
  | { readonly is: 'dir'; readonly mode: number }
  | { readonly is: 'symlink' | 'hardlink'; readonly to: string }
  | { readonly is: 'fifo' | 'gone' };

/** Words and how often each is repeated: contents that have much in common, so that deltas are worth it. */
export type Content = readonly (readonly [word: string, times: number])[];

/** One change of the client between two backups. */
export interface Edit {
  readonly path: string;
  readonly becomes: Becomes;
}

/** Names that the client uses, in the order of a manifest: bytes above 0x7f come first there. What is named .gz is kept uncompressed, the rest packed. */
const PATHS = ['/b/\u{e9} %41', '/b/a', '/b/b.gz', '/b/c', '/b/sub', '/b/sub/x', '/b/sub/y.gz', '/b/sub.d'];
const TOP = '/b';

/** The last is longer than a page, so that it can tear. */
const content: fc.Arbitrary<Content> = fc.array(
  fc.tuple(fc.constantFrom('first ', 'second ', 'third '), fc.constantFrom(1, 20, 60, 900)),
  { maxLength: 3 },
);

const becomes: fc.Arbitrary<Becomes> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ is: 'gone' } as const) },
  {
    weight: 10,
    arbitrary: fc.record({ is: fc.constant('file' as const), content, mode: fc.constantFrom(0o644, 0o600) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('dir' as const), mode: fc.constantFrom(0o755, 0o700) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('symlink' as const), to: fc.constantFrom('a', '../nowhere') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ is: fc.constant('hardlink' as const), to: fc.constantFrom('/b/a', '/b/b.gz') }),
  },
  { weight: 1, arbitrary: fc.constant({ is: 'fifo' } as const) },
);

/** The changes that lead from one backup of the client to the next. The first ones fill an empty client. */
export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({ path: fc.constantFrom(...PATHS), becomes }),
  { maxLength: 5, size: 'max' },
);

/** A node, and the code that makes it. */
interface Made {
  readonly node: MemoryNode;
  readonly code: string;
}

/** A state of the client, and the code of the literal that gives it. */
export interface ClientState {
  readonly tree: ClientTree;
  readonly code: string;
}

interface Held {
  readonly becomes: Becomes;
  /** When it changed last: a change shows by its time. */
  readonly mtime: number;
}

const T = 1_700_000_000;
const DAY = 86_400;

/** The client after each of the lists of changes. */
export function statesAfter(changes: readonly (readonly Edit[])[]): ClientState[] {
  const held = new Map<string, Held>();
  return changes.map((list, day) => {
    for (const edit of list) change(held, edit, T + day * DAY);
    return stateOf(held);
  });
}

function change(held: Map<string, Held>, { path, becomes: next }: Edit, mtime: number): void {
  const parent = path.slice(0, path.lastIndexOf('/'));
  const isParent = held.get(parent)?.becomes.is === 'dir' || parent === TOP;
  if (next.is === 'gone') held.delete(path);
  else {
    if (!isParent) held.set(parent, { becomes: { is: 'dir', mode: 0o755 }, mtime });
    held.set(path, { becomes: next, mtime });
  }
  if (next.is === 'dir') return;
  for (const other of held.keys()) if (other.startsWith(`${path}/`)) held.delete(other);
}

function stateOf(held: ReadonlyMap<string, Held>): ClientState {
  const made: [string, Made][] = PATHS.flatMap((path) => {
    const entry = held.get(path);
    return entry ? [[path, nodeOf(path, entry, held)]] : [];
  });
  if (made.length > 0)
    made.unshift([TOP, nodeOf(TOP, { becomes: { is: 'dir', mode: 0o755 }, mtime: T }, held)]);
  const rows = made.map(([path, { code }]) => `${JSON.stringify(path)}: ${code}`);
  return {
    tree: Object.fromEntries(made.map(([path, { node }]) => [path, node])),
    code: rows.length === 0 ? '{}' : `{ ${rows.join(', ')} }`,
  };
}

function nodeOf(path: string, { becomes: what, mtime }: Held, held: ReadonlyMap<string, Held>): Made {
  const time = `{ mtime: ${mtime} }`;
  switch (what.is) {
    case 'file':
      return fileOf(what.content, what.mode, mtime);
    case 'dir':
      return {
        node: dir({ mode: what.mode, mtime }),
        code: `dir({ mode: 0o${what.mode.toString(8)}, mtime: ${mtime} })`,
      };
    case 'symlink':
      return { node: symlink(what.to, { mtime }), code: `symlink(${JSON.stringify(what.to)}, ${time})` };
    case 'hardlink': {
      // A second name of what is no file, or comes later, is a file of its own.
      const first = held.get(what.to);
      if (first?.becomes.is !== 'file' || PATHS.indexOf(what.to) >= PATHS.indexOf(path))
        return fileOf([['alone ', 1]], 0o644, mtime);
      return {
        node: hardlink(what.to, { mtime: first.mtime }),
        code: `hardlink(${JSON.stringify(what.to)}, { mtime: ${first.mtime} })`,
      };
    }
    default:
      return { node: fifo({ mtime }), code: `fifo(${time})` };
  }
}

function fileOf(words: Content, mode: number, mtime: number): Made {
  const text = words.map(([word, times]) => word.repeat(times)).join('');
  const code = words.map(([word, times]) => `'${word}'.repeat(${times})`).join(' + ') || `''`;
  return {
    node: file(text, { mode, mtime }),
    code: `file(${code}, { mode: 0o${mode.toString(8)}, mtime: ${mtime} })`,
  };
}
