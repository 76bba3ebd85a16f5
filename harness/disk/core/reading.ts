import { diskError } from '../errors.ts';
import { type Inode, ROOT_INO } from '../image/types.ts';
import { targetAt } from './attributes.ts';
import type { Kernel } from './kernel.ts';
import { join } from './paths.ts';
import { inodeAt, locate, locateTarget, lookUp, spot, walkFault } from './walk.ts';

/** An entry as `readdir` with file types shows it. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: Inode['kind'];
}

/** readlink(2). */
export function readlink(kernel: Kernel, path: string): string {
  const { ino } = targetAt(kernel, path, false, 'readlink');
  const inode = inodeAt(kernel.image, ino);
  if (inode.kind !== 'symlink') throw diskError('EINVAL', 'readlink', path);
  kernel.mayFailToRead('readlink', path, ino);
  return inode.target;
}

function entriesAt(kernel: Kernel, path: string): readonly (readonly [name: string, ino: number])[] {
  const { ino } = targetAt(kernel, path, true, 'scandir');
  const inode = inodeAt(kernel.image, ino);
  if (inode.kind !== 'dir') throw diskError('ENOTDIR', 'scandir', path);
  kernel.mayFailToRead('scandir', path, ino);
  return inode.entries.sorted();
}

/** A directory's names, sorted. */
export function readdir(kernel: Kernel, path: string): string[] {
  return entriesAt(kernel, path).map(([name]) => name);
}

/** A directory's names, sorted, and what each of them is. */
export function readdirTypes(kernel: Kernel, path: string): DirectoryEntry[] {
  return entriesAt(kernel, path).map(([name, ino]) => ({ name, kind: inodeAt(kernel.image, ino).kind }));
}

/** realpath(3): the absolute path without symlinks, dots or doubled slashes that leads to the same inode. */
export function realpath(kernel: Kernel, path: string): string {
  const { image } = kernel;
  const { ino } = targetAt(kernel, path, true, 'realpath');
  kernel.mayFailToRead('realpath', path, ino);
  const inode = inodeAt(image, ino);
  if (inode.kind === 'dir') return directoryPath(kernel, ino);
  // A file may have several names: the one that the path ends at is asked for.
  let found = locate(image, path) && lookUp(image);
  while (found) {
    const at = inodeAt(image, spot.ino);
    if (at.kind !== 'symlink') return join(directoryPath(kernel, spot.dir), spot.name);
    found = locateTarget(image, at.target) && lookUp(image);
  }
  throw diskError(walkFault(), 'realpath', path);
}

/** A directory has one name, so its path can be read upwards. */
function directoryPath(kernel: Kernel, dir: number): string {
  const parts: string[] = [];
  for (let ino = dir; ino !== ROOT_INO;) {
    const name = inodeAt(kernel.image, ino).names[0]!;
    parts.push(name.name);
    ino = name.dir;
  }
  return `/${parts.reverse().join('/')}`;
}
