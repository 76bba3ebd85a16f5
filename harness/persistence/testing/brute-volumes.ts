import type { Image } from '../../disk/image/image.ts';
import { NaiveDisk } from '../../disk/image/testing/naive-disk.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { PersistenceModel } from '../model.ts';
import { bruteForce, type CrashPoint } from './brute-force.ts';

/** A file system: its mount point, `/` for the first, and its model. */
export interface Volume {
  readonly path: string;
  readonly model: PersistenceModel;
}

/** More combinations than this at one crash point, and a life is not for brute force. */
const COMBINATIONS_MAX = 2000;

/**
 * Every survival of a life on several file systems, as texts by crash point. Each file system is gone through on its
 * own, as if its ops were all there are, and each of its survivals is put together with each of the others'.
 *
 * @returns undefined if there are too many
 */
export function bruteVolumes(
  volumes: readonly Volume[],
  boot: Image,
  ops: readonly Op[],
): readonly ReadonlySet<string>[] | undefined {
  const homes = homesOf(volumes, boot, ops);
  const parts = volumes.map(({ path, model }) => {
    const own = ops.filter((op, i) => homes[i] === path || op.kind === 'sync');
    return { own, points: bruteForce(model, boot, numbered(own)) };
  });
  const texts: ReadonlySet<string>[] = [];
  for (let at = 0; at <= ops.length; at++) {
    const here = parts.map(({ own, points }) => points?.[own.filter(({ index }) => index <= at).length]);
    if (!here.every((point) => point !== undefined)) return undefined;
    if (here.reduce((count, { survivals }) => count * survivals.length, 1) > COMBINATIONS_MAX)
      return undefined;
    const chosen = here.map((point, i) => choicesOf(point, parts[i]!.own));
    const all = chosen.reduce<readonly Placed[][]>(
      (sets, more) => sets.flatMap((set) => more.map((each) => [...set, ...each])),
      [[]],
    );
    texts.push(new Set(all.map((effects) => textOf(boot, ops.slice(0, at), effects))));
  }
  return texts;
}

/** A change that is on the disk, and the place of its op in the whole life. */
interface Placed {
  readonly index: number;
  readonly change: Change;
}

/** Crash points are counted anew on each file system. */
function numbered(ops: readonly Op[]): readonly Op[] {
  return ops.map((op, i) => ({ ...op, index: i + 1 }));
}

function choicesOf({ survivals }: CrashPoint, own: readonly Op[]): readonly Placed[][] {
  return survivals.map(({ placed }) =>
    placed.map(({ op, change }) => ({ index: own[op.index - 1]!.index, change })),
  );
}

function textOf(boot: Image, ops: readonly Op[], placed: readonly Placed[]): string {
  const disk = NaiveDisk.of(boot);
  for (const { birth } of ops) if (birth) disk.add(birth.ino, birth.inode);
  const inOrder = placed.toSorted((left, right) => left.index - right.index);
  for (const { change } of inOrder) disk.apply(change);
  return disk.text();
}

/** The mount point that each op is on: the longest that the inode, or the directory of a new one, lies under. */
function homesOf(volumes: readonly Volume[], boot: Image, ops: readonly Op[]): readonly string[] {
  const image = boot.fork();
  const last = new Map<number, string>();
  const pathOf = (ino: number): string | undefined => {
    if (ino === 1) return '/';
    const name = image.inode(ino)?.names[0];
    const above = name && pathOf(name.dir);
    return above === undefined ? undefined : `${above === '/' ? '' : above}/${name!.name}`;
  };
  const homeOf = (ino: number): string => {
    const path = pathOf(ino);
    if (path === undefined) return last.get(ino) ?? '/';
    const under = volumes.filter((each) => `${path}/`.startsWith(each.path === '/' ? '/' : `${each.path}/`));
    const home = under.sort((left, right) => right.path.length - left.path.length)[0]!.path;
    last.set(ino, home);
    return home;
  };
  return ops.map((op) => {
    const [entry] = op.changes;
    const home = homeOf(op.birth && entry?.type === 'entry' ? entry.dir : op.ino);
    if (op.replaced !== undefined) homeOf(op.replaced);
    if (op.birth) image.add(op.birth.ino, op.birth.inode);
    for (const change of op.changes) if (change.type === 'entry') image.apply(change);
    if (op.birth) last.set(op.birth.ino, home);
    return home;
  });
}
