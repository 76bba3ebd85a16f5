import { type ErrorCode, diskError } from '../errors.ts';
import type { DirInode, FileInode, Inode, SymlinkInode } from '../image/types.ts';
import { EntryMap } from '../image/entries.ts';
import { PATH_MAX, S_ISGID } from './constants.ts';
import type { Draft } from './draft.ts';
import type { Kernel } from './kernel.ts';
import { absolute } from './paths.ts';
import { inodeAt, locate, lookUp, resolve, spot, walkFault } from './walk.ts';

/** Gives a new inode a name: one op, the inode's birth and the entry. Returns its number. */
function create(
  kernel: Kernel,
  kind: 'create' | 'mkdir' | 'symlink',
  dir: number,
  name: string,
  path: string,
  inode: Inode,
): number {
  const ino = kernel.image.allocate();
  const draft: Draft = {
    index: 0,
    kind,
    path: absolute(path),
    ino,
    birth: { ino, inode },
    changes: [{ type: 'entry', dir, name, ino }],
  };
  if (inode.kind === 'symlink') draft.to = inode.target;
  kernel.commit(draft);
  kernel.stampBirth(ino);
  kernel.stampModified(dir);
  return ino;
}

/** Makes an empty file where `open` found that there is none. */
export function createFile(kernel: Kernel, dir: number, name: string, path: string, mode: number): number {
  const inode: FileInode = {
    kind: 'file',
    mode: mode & 0o7777 & ~kernel.umask,
    size: 0,
    pages: [],
    names: [],
  };
  return create(kernel, 'create', dir, name, path, inode);
}

/** mkdir(2). */
export function mkdir(kernel: Kernel, path: string, mode: number): void {
  const refusal = refuseNew(kernel, path, true);
  if (refusal !== null) throw diskError(refusal, 'mkdir', path);
  const parent = inodeAt(kernel.image, spot.dir);
  // A set-group-ID directory hands the bit down, as on ext4.
  const bits = (mode & 0o1777 & ~kernel.umask) | (parent.mode & S_ISGID);
  const inode: DirInode = { kind: 'dir', mode: bits, entries: EntryMap.empty, names: [] };
  create(kernel, 'mkdir', spot.dir, spot.name, path, inode);
}

/** symlink(2). The target is only text. */
export function symlink(kernel: Kernel, target: string, path: string): void {
  if (target === '') throw diskError('ENOENT', 'symlink', target, path);
  if (Buffer.byteLength(target) >= PATH_MAX) throw diskError('ENAMETOOLONG', 'symlink', target, path);
  const refusal = refuseNew(kernel, path, false);
  if (refusal !== null) throw diskError(refusal, 'symlink', target, path);
  const inode: SymlinkInode = { kind: 'symlink', mode: 0o777, target, names: [] };
  create(kernel, 'symlink', spot.dir, spot.name, path, inode);
}

/** link(2). A symlink gets a second name itself, its target doesn't. */
export function link(kernel: Kernel, existing: string, path: string): void {
  const ino = resolve(kernel.image, existing, false);
  if (ino === 0) throw diskError(walkFault(), 'link', existing, path);
  const refusal = refuseNew(kernel, path, false);
  if (refusal !== null) throw diskError(refusal, 'link', existing, path);
  const { image, mounts } = kernel;
  const crosses = mounts !== undefined && mounts.of(image, ino) !== mounts.of(image, spot.dir);
  if (crosses) throw diskError('EXDEV', 'link', existing, path);
  if (inodeAt(image, ino).kind === 'dir') throw diskError('EPERM', 'link', existing, path);
  const { dir, name } = spot;
  kernel.commit({
    index: 0,
    kind: 'link',
    path: absolute(existing),
    to: absolute(path),
    ino,
    changes: [{ type: 'entry', dir, name, ino }],
  });
  kernel.stampChanged(ino);
  kernel.stampModified(dir);
}

/** unlink(2). */
export function unlink(kernel: Kernel, path: string): void {
  const refusal = refuseUnlink(kernel, path);
  if (refusal !== null) throw diskError(refusal, 'unlink', path);
  remove(kernel, 'unlink', path);
}

function refuseUnlink(kernel: Kernel, path: string): ErrorCode | null {
  if (!locate(kernel.image, path)) return walkFault();
  if (spot.last !== 'name') return 'EISDIR';
  if (!lookUp(kernel.image)) return walkFault();
  if (spot.ino === 0) return 'ENOENT';
  if (inodeAt(kernel.image, spot.ino).kind === 'dir') return 'EISDIR';
  return spot.slash ? 'ENOTDIR' : null;
}

/** rmdir(2). */
export function rmdir(kernel: Kernel, path: string): void {
  const refusal = refuseRmdir(kernel, path);
  if (refusal !== null) throw diskError(refusal, 'rmdir', path);
  remove(kernel, 'rmdir', path);
}

function refuseRmdir(kernel: Kernel, path: string): ErrorCode | null {
  if (!locate(kernel.image, path)) return walkFault();
  if (spot.last === 'root') return 'EBUSY';
  if (spot.last === 'dot') return 'EINVAL';
  if (spot.last === 'dotdot') return 'ENOTEMPTY';
  if (!lookUp(kernel.image)) return walkFault();
  if (spot.ino === 0) return 'ENOENT';
  const inode = inodeAt(kernel.image, spot.ino);
  if (inode.kind !== 'dir') return 'ENOTDIR';
  if (kernel.mounts?.isMountPoint(spot.ino)) return 'EBUSY';
  return inode.entries.size > 0 ? 'ENOTEMPTY' : null;
}

/** Takes the name at `spot` away. */
function remove(kernel: Kernel, kind: 'unlink' | 'rmdir', path: string): void {
  const { dir, name, ino } = spot;
  kernel.commit({
    index: 0,
    kind,
    path: absolute(path),
    ino,
    replaced: ino,
    changes: [{ type: 'entry', dir, name, ino: 0 }],
  });
  kernel.stampChanged(ino);
  kernel.stampModified(dir);
  kernel.release(ino);
}

/** Why nothing new can be made at a path, or null; then `spot` is where. */
function refuseNew(kernel: Kernel, path: string, directory: boolean): ErrorCode | null {
  if (!locate(kernel.image, path)) return walkFault();
  if (spot.last !== 'name') return 'EEXIST';
  if (!lookUp(kernel.image)) return walkFault();
  if (spot.ino !== 0) return 'EEXIST';
  // Only a directory can be made by a name with a slash at its end.
  return spot.slash && !directory ? 'ENOENT' : null;
}
