import assert from 'node:assert/strict';
import { type DirInode, type Inode, ROOT_INO } from '../image/types.ts';
import type { Image } from '../image/image.ts';
import type { ErrorCode } from '../errors.ts';
import { SYMLINK_HOPS_MAX } from './constants.ts';
import { isLongName, type SplitPath, splitPath } from './paths.ts';

/** What the last part of a path is: a name, `.`, `..`, or nothing at all as in `/`. */
export type LastPart = 'name' | 'dot' | 'dotdot' | 'root';

/**
 * Where a path's last part is, or would be. There is one `spot` for all, filled by `locate` and read at once: a walk
 * is synchronous, and an object per walk was seen to cost as much as the walk.
 */
export const spot = {
  /** The directory that holds the name. */
  dir: 0,
  name: '',
  last: 'root' as LastPart,
  /** The path ended in a slash. */
  slash: false,
  /** Set by `lookUp`: what the name leads to, 0 for nothing. */
  ino: 0,
};

/** Why the last walk that returned 0 or false failed. */
let fault: ErrorCode = 'ENOENT';
/** Symlinks followed in this walk. */
let hops = 0;

/** The reason of the last failed walk. */
export function walkFault(): ErrorCode {
  return fault;
}

function fail(code: ErrorCode): 0 {
  fault = code;
  return 0;
}

/** The inode with this number. That there is one is the image's promise. */
export function inodeAt(image: Image, ino: number): Inode {
  const inode = image.inode(ino);
  if (inode === undefined) assert.fail(`inode ${ino} is named in a directory but not in the image`);
  return inode;
}

/** The directory that `..` of a directory leads to. */
export function parentOf(dir: DirInode): number {
  return dir.names[0]?.dir ?? ROOT_INO;
}

/**
 * Walks a path to its end, physically, as Linux does: symlinks are followed where they stand, `..` after a symlink is
 * the parent of its target, and a trailing slash follows a last symlink and asks for a directory.
 *
 * @returns the inode's number, or 0, and then `walkFault()` tells why
 */
export function resolve(image: Image, path: string, follow: boolean): number {
  const split = splitPath(path);
  if (split.fault !== null) return fail(split.fault);
  hops = 0;
  return walk(image, split, ROOT_INO, split.parts.length, follow);
}

/**
 * Walks to the directory that holds a path's last part and fills `spot`, without looking the last part up.
 *
 * @returns false if there is no such directory, and then `walkFault()` tells why
 */
export function locate(image: Image, path: string): boolean {
  hops = 0;
  return locateFrom(image, path, ROOT_INO);
}

/** Goes on from a symlink that `lookUp` found to where its target's last part is; counts as a hop of the same walk. */
export function locateTarget(image: Image, target: string): boolean {
  if (++hops > SYMLINK_HOPS_MAX) return fail('ELOOP') !== 0;
  return locateFrom(image, target, spot.dir);
}

function locateFrom(image: Image, path: string, from: number): boolean {
  const split = splitPath(path);
  if (split.fault !== null) return fail(split.fault) !== 0;
  const count = split.parts.length;
  const dir = walk(image, split, from, count - 1, true);
  if (dir === 0) return false;
  if (inodeAt(image, dir).kind !== 'dir') return fail('ENOTDIR') !== 0;
  const name = count === 0 ? '' : split.parts[count - 1]!;
  spot.dir = dir;
  spot.name = name;
  spot.slash = split.slash;
  spot.last = count === 0 ? 'root' : name === '.' ? 'dot' : name === '..' ? 'dotdot' : 'name';
  return true;
}

/**
 * Looks the last part up, which must be a name, and sets `spot.ino`.
 *
 * @returns false if the name is too long to be looked up
 */
export function lookUp(image: Image): boolean {
  if (isLongName(spot.name)) return fail('ENAMETOOLONG') !== 0;
  const dir = inodeAt(image, spot.dir);
  assert(dir.kind === 'dir', 'locate() stops at directories');
  spot.ino = dir.entries.get(spot.name) ?? 0;
  return true;
}

/** Walks the first `count` parts; the last of all parts is followed if it is a symlink and `follow`, or a slash, says so. */
function walk(image: Image, split: SplitPath, from: number, count: number, follow: boolean): number {
  const { parts } = split;
  const followLast = follow || split.slash || count < parts.length;
  let ino = split.absolute ? ROOT_INO : from;
  let inode = inodeAt(image, ino);
  for (let index = 0; index < count; index++) {
    if (inode.kind !== 'dir') return fail('ENOTDIR');
    const name = parts[index]!;
    const dir = ino;
    if (name === '..') ino = parentOf(inode);
    else if (name !== '.') {
      if (split.longName && isLongName(name)) return fail('ENAMETOOLONG');
      ino = inode.entries.get(name) ?? 0;
      if (ino === 0) return fail('ENOENT');
    }
    inode = inodeAt(image, ino);
    if (inode.kind === 'symlink' && (followLast || index < count - 1)) {
      ino = followLink(image, inode.target, dir);
      if (ino === 0) return 0;
      inode = inodeAt(image, ino);
    }
  }
  if (split.slash && count === parts.length && inode.kind !== 'dir') return fail('ENOTDIR');
  return ino;
}

function followLink(image: Image, target: string, dir: number): number {
  if (++hops > SYMLINK_HOPS_MAX) return fail('ELOOP');
  const split = splitPath(target);
  if (split.fault !== null) return fail(split.fault);
  return walk(image, split, dir, split.parts.length, true);
}
