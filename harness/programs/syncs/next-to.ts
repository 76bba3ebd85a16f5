import type { Draft } from '../../disk/core/draft.ts';
import type { Image } from '../../disk/image/image.ts';
import type { Op } from '../../disk/journal.ts';
import type { Target } from './edits.ts';

/** sync(2), as an op. */
export function syncOfAll(): Draft {
  return { index: 0, kind: 'sync', path: '/', ino: 0, changes: [] };
}

/**
 * The sync of a file or directory that an op is about.
 *
 * @returns undefined if the op has none of this kind
 */
export function syncNextTo(draft: Readonly<Draft>, target: Target, image: Image): Draft | undefined {
  if (target === 'all') return syncOfAll();
  const found = targetOf(draft, target);
  if (found === undefined || image.inode(found.ino) === undefined) return undefined;
  if (image.inode(found.ino)!.kind === 'symlink') return undefined;
  return { index: 0, kind: 'fsync', ...found, changes: [] };
}

/** What can be synced next to an op, so that it makes a difference. */
export function targetsOf(op: Readonly<Draft> | Op): readonly Target[] {
  const all: readonly Exclude<Target, 'all'>[] = ['file', 'directory', 'old directory'];
  return all.filter((target) => targetOf(op, target) !== undefined);
}

function targetOf(
  op: Readonly<Draft> | Op,
  target: Exclude<Target, 'all'>,
): { readonly path: string; readonly ino: number } | undefined {
  const entries = op.changes.filter((change) => change.type === 'entry');
  const given = entries.find(({ ino }) => ino !== 0);
  const taken = entries.find(({ ino }) => ino === 0);
  const name = op.kind === 'symlink' ? op.path : (op.to ?? op.path);
  switch (target) {
    case 'file':
      // What is removed needs no sync, and a symlink can't be opened for one.
      return given === undefined && taken !== undefined
        ? undefined
        : op.kind === 'symlink'
          ? undefined
          : { path: op.path, ino: op.ino };
    case 'directory': {
      const entry = given ?? taken;
      return entry && { path: parentOf(name), ino: entry.dir };
    }
    case 'old directory':
      return given && taken && given.dir !== taken.dir
        ? { path: parentOf(op.path), ino: taken.dir }
        : undefined;
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}
