import type { Image } from '../disk/image/image.ts';
import type { Effect } from './model.ts';

/**
 * Earlier pending effects that must become durable with `synced`, because directories would come to lie in one
 * another: an image refuses the entry that closes such a circle, so which one is lost would hang on the order.
 * - After `mv x/a q; mv x q/x; fsync q` the second move can't be durable while `q` is still `x/a`.
 * - After `mv a b/a; mv b/a a; mv b a/b; fsync a` half of the first move can't come on top of the last.
 *
 * @param synced in journal order
 */
export function earlierMoves(
  synced: readonly Effect[],
  pending: readonly Effect[],
  durable: Image,
): readonly Effect[] {
  if (!synced.some((effect) => movesDirectory(effect, durable))) return [];
  const trial = durable.fork();
  const ids = new Set(synced.map(({ id }) => id));
  let last = 0;
  for (const effect of synced) {
    if (movesDirectory(effect, durable)) last = effect.id;
    for (const change of effect.changes) {
      const between = change.type === 'entry' ? chain(trial, change.dir, change.ino) : [];
      const missing = pending.filter(
        (earlier) => earlier.id < effect.id && !ids.has(earlier.id) && places(earlier, between),
      );
      if (missing.length > 0) return missing;
      trial.apply(change);
    }
  }
  return pending.filter(
    (earlier) => earlier.id < last && !ids.has(earlier.id) && closesCircle(earlier, trial),
  );
}

/** Whether an effect would put a directory into itself. */
function closesCircle({ changes }: Effect, disk: Image): boolean {
  return changes.some((change) => change.type === 'entry' && chain(disk, change.dir, change.ino).length > 0);
}

/** A new directory is empty, so only one that was there before can come to lie in itself. */
function movesDirectory({ changes, op }: Effect, disk: Image): boolean {
  return changes.some(
    (change) =>
      change.type === 'entry' && change.ino !== op.birth?.ino && disk.inode(change.ino)?.kind === 'dir',
  );
}

/** The directories from `dir` up to `above`, without that one; none if `dir` does not lie in it. */
function chain(disk: Image, dir: number, above: number): readonly number[] {
  const passed: number[] = [];
  for (let at: number | undefined = dir; at !== undefined; at = disk.inode(at)?.names[0]?.dir) {
    if (at === above) return passed;
    passed.push(at);
  }
  return [];
}

function places(effect: Effect, directories: readonly number[]): boolean {
  return effect.changes.some((change) => change.type === 'entry' && directories.includes(change.ino));
}
