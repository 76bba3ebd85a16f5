import type { Image } from '../../disk/image/image.ts';
import type { Change } from '../../disk/journal.ts';
import type { Effect } from '../model.ts';

export type Entry = Extract<Change, { type: 'entry' }>;

/** What the log of a directory holds, and whose names an fsync makes it look for: questions about pending effects. */

export function entries({ changes }: Pick<Effect, 'changes'>): readonly Entry[] {
  return changes.filter((change) => change.type === 'entry');
}

/** Whether an effect is about the names of an inode. */
export function isNamed(effect: Effect, ino: number): boolean {
  return effect.op.ino === ino && entries(effect).length > 0;
}

/** Whether an effect takes a name away, and gives none. */
export function isRemoval(effect: Effect): boolean {
  return entries(effect).every(({ ino }) => ino === 0);
}

/** Whether two changes of names in the log are about one inode, or one name. */
export function isRelated(earlier: Effect, effect: Effect): boolean {
  const names = new Set(entries(effect).map(key));
  return earlier.op.ino === effect.op.ino || entries(earlier).some((entry) => names.has(key(entry)));
}

/** Whether the one effect makes the directory that the other puts an entry into. */
export function makesDirectoryOf(maker: Effect, effect: Effect): boolean {
  const made = maker.op.birth?.ino;
  return made !== undefined && entries(effect).some(({ dir, ino }) => ino !== 0 && dir === made);
}

/** The entries of a directory as the last of the pending effects left them; then those of directories made in it. */
export function entriesIn(dir: number, pending: readonly Effect[]): readonly Entry[] {
  const names = new Map<string, Entry>();
  for (const effect of pending) {
    for (const entry of entries(effect)) if (entry.dir === dir) names.set(entry.name, entry);
  }
  return [...names.values()].flatMap((entry) =>
    isNewDirectory(entry.ino, pending) ? [entry, ...entriesIn(entry.ino, pending)] : [entry],
  );
}

/** Entries, and after them what else has come to be a name of the same files: an inode is logged with all its names. */
export function withNames(all: readonly Entry[], pending: readonly Effect[]): readonly Entry[] {
  const inodes = new Set(all.map(({ ino }) => ino));
  const last = new Map(pending.flatMap(entries).map((entry) => [key(entry), entry]));
  const others = [...last.values()].filter(({ ino }) => ino !== 0 && inodes.has(ino));
  return [...all, ...others.filter((entry) => !all.some((each) => key(each) === key(entry)))];
}

/** The entries of the directories that a directory lies in, from the top, as far as they are new. */
export function pathTo(dir: number, pending: readonly Effect[]): readonly Entry[] {
  if (!isNewDirectory(dir, pending)) return [];
  const entry = pending.flatMap(entries).findLast(({ ino }) => ino === dir);
  return entry ? [...pathTo(entry.dir, pending), entry] : [];
}

function isNewDirectory(ino: number, pending: readonly Effect[]): boolean {
  return pending.some(({ op }) => op.kind === 'mkdir' && op.birth?.ino === ino);
}

/**
 * Who had a name, on the disk without anything that is pending, if it was taken from there by a rename; undefined if
 * nobody had, or nothing took it.
 */
export function movedFrom({ dir, name }: Entry, pending: readonly Effect[]): number | undefined {
  for (const effect of pending) {
    const taken = entries(effect).find((entry) => entry.dir === dir && entry.name === name);
    if (taken) return effect.op.kind === 'rename' && taken.ino === 0 ? effect.op.ino : undefined;
  }
  return undefined;
}

/** The directories in which an inode has names on the disk without anything that is pending. */
export function committedParents(
  ino: number,
  pending: readonly Effect[],
  view: Image,
  isLogged: (name: Pick<Entry, 'dir' | 'name'>) => boolean,
): readonly number[] {
  const touched = new Map<string, Effect>();
  for (const effect of pending) {
    for (const entry of entries(effect)) {
      const at = key(entry);
      if (!touched.has(at)) touched.set(at, effect);
    }
  }
  const kept = (view.inode(ino)?.names ?? []).filter((name) => !touched.has(key(name)) && !isLogged(name));
  const taken = [...touched].filter(([at, effect]) =>
    entries(effect).some(
      (entry) => key(entry) === at && (entry.ino === 0 ? effect.op.ino : effect.op.replaced) === ino,
    ),
  );
  const dirs = [...kept.map(({ dir }) => dir), ...taken.map(([at]) => Number(at.slice(0, at.indexOf('/'))))];
  return [...new Set(dirs)];
}

export function key({ dir, name }: Pick<Entry, 'dir' | 'name'>): string {
  return `${dir}/${name}`;
}
