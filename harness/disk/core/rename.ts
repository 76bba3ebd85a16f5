import { type ErrorCode, diskError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import { ROOT_INO } from '../image/types.ts';
import type { Draft } from './draft.ts';
import type { Kernel } from './kernel.ts';
import { absolute } from './paths.ts';
import { inodeAt, locate, lookUp, parentOf, spot, walkFault } from './walk.ts';

/** One end of a rename: where the name is, and what it leads to. */
interface End {
  readonly dir: number;
  readonly name: string;
  readonly slash: boolean;
  readonly ino: number;
}

/** rename(2). Between two names of one inode it does nothing, and is no op. */
export function rename(kernel: Kernel, from: string, to: string): void {
  const ends = findEnds(kernel, from, to);
  if (typeof ends === 'string') throw diskError(ends, 'rename', from, to);
  const [source, target] = ends;
  const refusal = refuse(kernel, source, target);
  if (refusal !== null) throw diskError(refusal, 'rename', from, to);
  if (source.ino === target.ino) return;
  const draft: Draft = {
    index: 0,
    kind: 'rename',
    path: absolute(from),
    to: absolute(to),
    ino: source.ino,
    changes: [
      { type: 'entry', dir: source.dir, name: source.name, ino: 0 },
      { type: 'entry', dir: target.dir, name: target.name, ino: source.ino },
    ],
  };
  if (target.ino !== 0) draft.replaced = target.ino;
  kernel.commit(draft);
  kernel.stampChanged(source.ino);
  kernel.stampModified(source.dir);
  if (target.dir !== source.dir) kernel.stampModified(target.dir);
  if (target.ino === 0) return;
  kernel.stampChanged(target.ino);
  kernel.release(target.ino);
}

/** Walks to both ends. The order of the checks decides which of two errors a program sees, and is Linux'. */
function findEnds({ image, mounts }: Kernel, from: string, to: string): readonly [End, End] | ErrorCode {
  if (!locate(image, from)) return walkFault();
  const { dir, name, slash, last } = spot;
  if (!locate(image, to)) return walkFault();
  const target = { dir: spot.dir, name: spot.name, slash: spot.slash };
  if (mounts && mounts.of(image, dir) !== mounts.of(image, target.dir)) return 'EXDEV';
  if (last !== 'name' || spot.last !== 'name') return 'EBUSY';
  spot.dir = dir;
  spot.name = name;
  if (!lookUp(image)) return walkFault();
  const { ino } = spot;
  if (ino === 0) return 'ENOENT';
  spot.dir = target.dir;
  spot.name = target.name;
  if (!lookUp(image)) return walkFault();
  return [
    { dir, name, slash, ino },
    { ...target, ino: spot.ino },
  ];
}

/** Why the kernel would not rename the one to the other, or null. */
function refuse(kernel: Kernel, source: End, target: End): ErrorCode | null {
  const { image } = kernel;
  const moved = inodeAt(image, source.ino);
  if (moved.kind !== 'dir' && (source.slash || target.slash)) return 'ENOTDIR';
  if (source.dir !== target.dir) {
    if (moved.kind === 'dir' && isWithin(image, target.dir, source.ino)) return 'EINVAL';
    if (target.ino !== 0 && isWithin(image, source.dir, target.ino)) return 'ENOTEMPTY';
  }
  if (target.ino === source.ino) return null;
  if (target.ino === 0) return isBusy(kernel, source.ino) ? 'EBUSY' : null;
  const replaced = inodeAt(image, target.ino);
  if (moved.kind !== 'dir') return replaced.kind === 'dir' ? 'EISDIR' : null;
  if (replaced.kind !== 'dir') return 'ENOTDIR';
  if (isBusy(kernel, source.ino) || isBusy(kernel, target.ino)) return 'EBUSY';
  return replaced.entries.size > 0 ? 'ENOTEMPTY' : null;
}

/**
 * Whether something is mounted on a directory or within. Linux lets a directory move with what is mounted in it; here
 * it stays where it is, because the next life would look for its mount points and not find them.
 */
function isBusy({ image, mounts }: Kernel, ino: number): boolean {
  return mounts !== undefined && mounts.holdsMountPoint(image, ino);
}

/** More directories above one another than any path can name: a walk up that takes longer goes round in circles. */
const DEPTH_MAX = 100_000;

/** Whether a directory is `ancestor` or lies somewhere in it. */
function isWithin(image: Image, dir: number, ancestor: number): boolean {
  // The disk after a crash under a weak model may have a directory in two places, and so a circle.
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    if (dir === ancestor) return true;
    if (dir === ROOT_INO) return false;
    const inode = inodeAt(image, dir);
    if (inode.kind !== 'dir') return false;
    dir = parentOf(inode);
  }
  return true;
}
