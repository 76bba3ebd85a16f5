import type { Image } from '../image.ts';
import { PAGE_SIZE, ROOT_INO } from '../types.ts';

/** One inode, as plainly as can be. */
export interface PlainInode {
  readonly kind: 'file' | 'dir' | 'symlink';
  readonly mode: number;
  /** In bytes; 0 unless it is a file. */
  readonly size: number;
  /** A file's data up to its size; zeros at the end may be left out. */
  readonly content: Uint8Array;
  readonly target: string;
  /** A directory's entries, in any order. */
  readonly entries: readonly (readonly [name: string, ino: number])[];
}

/**
 * All that a program can see of a disk, as text, a line a name: path, kind, mode, size, contents or target, and which
 * name of the same inode came first. Written anew for the tests and from scratch each time, because it is what the
 * incremental hash is held against.
 */
export function describeTree(inodeAt: (ino: number) => PlainInode): string {
  const lines: string[] = [`/ dir ${inodeAt(ROOT_INO).mode.toString(8)}`];
  const first = new Map<number, string>();
  const visit = (dir: number, path: string): void => {
    const entries = inodeAt(dir).entries.toSorted((left, right) => (left[0] < right[0] ? -1 : 1));
    for (const [name, ino] of entries) {
      const at = `${path}/${name}`;
      const inode = inodeAt(ino);
      const twin = first.get(ino);
      first.set(ino, twin ?? at);
      lines.push(`${at} ${describeInode(inode)}${twin === undefined ? '' : ` = ${twin}`}`);
      if (inode.kind === 'dir') visit(ino, at);
    }
  };
  visit(ROOT_INO, '');
  return lines.join('\n');
}

function describeInode({ kind, mode, size, content, target }: PlainInode): string {
  const permissions = mode.toString(8);
  if (kind === 'dir') return `dir ${permissions}`;
  if (kind === 'symlink') return `symlink ${permissions} -> ${JSON.stringify(target)}`;
  let length = content.length;
  while (length > 0 && content[length - 1] === 0) length--;
  return `file ${permissions} ${size} ${shorten(Buffer.from(content.buffer, content.byteOffset, length))}`;
}

/** Runs of one byte as `61x4096`, so that a difference can be read. Nothing is left out. */
function shorten(bytes: Uint8Array): string {
  const runs: string[] = [];
  for (let at = 0; at < bytes.length;) {
    let end = at + 1;
    while (end < bytes.length && bytes[end] === bytes[at]) end++;
    runs.push(`${bytes[at]!.toString(16)}x${end - at}`);
    at = end;
  }
  return `[${runs.join(' ')}]`;
}

/** The same of an image, through nothing but `inode`. */
export function imageText(image: Image): string {
  return describeTree((ino) => {
    const inode = image.inode(ino)!;
    const plain = { kind: inode.kind, mode: inode.mode, size: 0, content: NONE, target: '', entries: [] };
    if (inode.kind === 'symlink') return { ...plain, target: inode.target };
    if (inode.kind === 'dir') return { ...plain, entries: inode.entries.sorted() };
    const content = new Uint8Array(inode.size);
    for (const [index, page] of inode.pages.entries()) {
      const room = inode.size - index * PAGE_SIZE;
      if (page && room > 0) content.set(page.bytes.subarray(0, room), index * PAGE_SIZE);
    }
    return { ...plain, size: inode.size, content };
  });
}

const NONE = new Uint8Array(0);

/** The hash of an image as text. */
export function hashText({ hash }: Image): string {
  return [hash.a, hash.b, hash.c, hash.d].map((lane) => lane.toString(16).padStart(8, '0')).join('');
}
