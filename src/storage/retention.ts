import type { FileSystem } from '../ports/file-system.ts';
import { ifThere } from './errors.ts';
import { HARDLINKED, backupNumber } from './layout.ts';

/** A finished backup, as retention sees it. */
export interface Kept {
  readonly name: string;
  readonly number: number;
  /** Whether nobody's restore goes through it. */
  readonly isDeletable: boolean;
}

/**
 * Which backups may be deleted: the oldest, and those right after one that is hardlinked, for that one has all its
 * files itself, and the older ones need no more than that one. `names` in order, the oldest first.
 */
export async function withDeletable(fs: FileSystem, root: string, names: readonly string[]): Promise<Kept[]> {
  const kept: Kept[] = [];
  let isDeletable = true;
  for (const name of names) {
    kept.push({ name, number: backupNumber(name)!, isDeletable });
    isDeletable = (await ifThere(fs.lstat(`${root}/${name}/${HARDLINKED}`))) !== undefined;
  }
  return kept;
}

/** Burp's periodic archive: whether backup `number` is to be hardlinked. */
export function isHardlinked(number: number, keep: readonly number[], always: boolean): boolean {
  if (always) return true;
  const [first = 1, ...others] = keep;
  return others.length > 0 && (number - 1) % first === 0;
}

/**
 * The backup that has to go next, or undefined if all may stay. Numbers are counted back from the newest, which is 1.
 * The newest `keep[0]` stay; of each older window, `keep[0]` long, then `keep[0] * keep[1]`, and so on, the oldest
 * deletable ones go until one is left; what is older than the product of all goes, the oldest first.
 */
export function nextToGo(backups: readonly Kept[], keep: readonly number[]): Kept | undefined {
  const newest = backups.at(-1);
  if (!newest) return undefined;
  const ageOf = (backup: Kept) => newest.number - backup.number + 1;
  const limit = keep.reduce((product, one) => product * one, 1);
  const tooOld = backups.find((backup) => ageOf(backup) > limit);
  if (tooOld?.isDeletable && tooOld !== newest) return tooOld;
  return surplus(backups, keep, ageOf);
}

function surplus(
  backups: readonly Kept[],
  keep: readonly number[],
  ageOf: (backup: Kept) => number,
): Kept | undefined {
  let window = keep[0]!;
  for (const count of keep.slice(1)) {
    for (let part = 1; part < count; part++) {
      const inside = backups.filter((one) => ageOf(one) > window * part && ageOf(one) <= window * (part + 1));
      // One of them stays: the oldest, which is the one that will be in the next window.
      const gone = inside.slice(1).find((one) => one.isDeletable);
      if (gone) return gone;
    }
    window *= count;
  }
  return undefined;
}
