import { diskError } from '../errors.ts';
import { ROOT_INO } from '../image/types.ts';
import type { Change } from '../journal.ts';
import { S_ISGID, S_ISUID, S_IXGRP, X_OK } from './constants.ts';
import type { Kernel } from './kernel.ts';
import { absolute } from './paths.ts';
import { Stats } from './stats.ts';
import { inodeAt, resolve, walkFault } from './walk.ts';

/** An inode named by a path or by a descriptor, and the path that the journal shows for it. */
interface Target {
  readonly ino: number;
  readonly path: string;
}

/** The inode at a path, for a call with this name; `follow` a last symlink or not. */
export function targetAt(kernel: Kernel, path: string, follow: boolean, syscall: string): Target {
  const ino = resolve(kernel.image, path, follow);
  if (ino === 0) throw diskError(walkFault(), syscall, path);
  return { ino, path: absolute(path) };
}

/** stat(2), lstat(2) and fstat(2). */
export function statInode(kernel: Kernel, ino: number): Stats {
  const inode = inodeAt(kernel.image, ino);
  // A removed directory that is still open has no links left, not the two of an empty one.
  const gone = inode.names.length === 0 && ino !== ROOT_INO;
  const links = gone ? 0 : kernel.image.links(ino);
  return new Stats(ino, inode, links, kernel.times(ino), kernel.mounts?.of(kernel.image, ino));
}

/** chmod(2) and fchmod(2): always an op, as the kernel journals the inode even if its mode stays the same. */
export function chmod(kernel: Kernel, { ino, path }: Target, mode: number): void {
  kernel.commit({
    index: 0,
    kind: 'chmod',
    path,
    ino,
    changes: [{ type: 'mode', ino, mode: mode & 0o7777 }],
  });
  kernel.stampChanged(ino);
}

/**
 * chown(2) and its kin. Everything on this disk belongs to root, so only root (or -1, "as it is") can be the new
 * owner: to accept another and forget it would be to lie.
 */
export function chown(
  kernel: Kernel,
  { ino, path }: Target,
  uid: number,
  gid: number,
  syscall: string,
): void {
  if (!isRoot(uid) || !isRoot(gid)) throw diskError('ENOTSUP', syscall, path);
  const inode = inodeAt(kernel.image, ino);
  const mode = inode.kind === 'file' ? withoutPrivileges(inode.mode) : inode.mode;
  const changes: Change[] = mode === inode.mode ? [] : [{ type: 'mode', ino, mode }];
  kernel.commit({ index: 0, kind: 'chown', path, ino, changes });
  kernel.stampChanged(ino);
}

function isRoot(id: number): boolean {
  return id === 0 || id === -1 || id === 0xffffffff;
}

/** A change of owner takes the set-user-ID bit away, and the set-group-ID bit of what the group may execute. */
function withoutPrivileges(mode: number): number {
  return mode & ~S_ISUID & ~((mode & S_IXGRP) === 0 ? 0 : S_ISGID);
}

/** utimensat(2) and its kin; times in milliseconds since 1970. An op without changes: times don't outlive a life. */
export function utimes(kernel: Kernel, { ino, path }: Target, atime: number, mtime: number): void {
  kernel.commit({ index: 0, kind: 'utimes', path, ino, changes: [] });
  kernel.setTimes(ino, atime, mtime);
}

/** access(2) as root: all is allowed but executing a file that nobody may execute. */
export function access(kernel: Kernel, path: string, mode: number): void {
  const { ino } = targetAt(kernel, path, true, 'access');
  const inode = inodeAt(kernel.image, ino);
  const denied = (mode & X_OK) !== 0 && inode.kind === 'file' && (inode.mode & 0o111) === 0;
  if (denied) throw diskError('EACCES', 'access', path);
  kernel.mayFailToRead('access', path, ino);
}
