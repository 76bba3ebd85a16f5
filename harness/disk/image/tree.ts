import type { Image } from './image.ts';
import { PAGE_SIZE, ROOT_INO, type FileInode, type Inode } from './types.ts';

/** One name of a disk's tree, as a person or a test reads it. */
export type TreeEntry =
  | {
      readonly type: 'file';
      readonly mode: number;
      readonly size: number;
      readonly content: Uint8Array;
      /** The first path, in the tree's order, of the same inode; absent for an inode's first or only path. */
      readonly sameAs?: string;
      readonly links: number;
    }
  | { readonly type: 'dir'; readonly mode: number }
  | { readonly type: 'symlink'; readonly target: string; readonly sameAs?: string };

/** The whole tree of a disk: absolute paths in depth-first order of their names, without `/` itself. */
export function listTree(image: Image): Map<string, TreeEntry> {
  const tree = new Map<string, TreeEntry>();
  const first = new Map<number, string>();
  const visit = (ino: number, path: string): void => {
    const dir = image.inode(ino);
    if (dir?.kind !== 'dir') return;
    for (const [name, child] of dir.entries.sorted()) {
      const at = `${path}/${name}`;
      const inode = image.inode(child);
      if (!inode) continue;
      tree.set(at, describe(image, child, inode, first.get(child)));
      if (!first.has(child)) first.set(child, at);
      visit(child, at);
    }
  };
  visit(ROOT_INO, '');
  return tree;
}

/** The bytes of a file, holes as zeros, cut at its size. */
export function contentOf(inode: FileInode): Uint8Array {
  const content = new Uint8Array(inode.size);
  inode.pages.forEach((page, i) => {
    const room = inode.size - i * PAGE_SIZE;
    if (page && room > 0) content.set(page.bytes.subarray(0, room), i * PAGE_SIZE);
  });
  return content;
}

function describe(image: Image, ino: number, inode: Inode, sameAs: string | undefined): TreeEntry {
  const same = sameAs === undefined ? {} : { sameAs };
  if (inode.kind === 'dir') return { type: 'dir', mode: inode.mode };
  if (inode.kind === 'symlink') return { type: 'symlink', target: inode.target, ...same };
  const { mode, size } = inode;
  return { type: 'file', mode, size, content: contentOf(inode), links: image.links(ino), ...same };
}
