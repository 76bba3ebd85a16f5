import { NaiveDisk } from '../../disk/image/testing/naive-disk.ts';
import { hashText } from '../../disk/image/testing/describe.ts';
import type { Image } from '../../disk/image/image.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel } from '../model.ts';

/** One crash point, gone through by brute force. */
export interface CrashPoint {
  /** The effects that are durable, and those that are pending, by id. */
  readonly durable: readonly Effect[];
  readonly pending: readonly Effect[];
  readonly survivals: readonly BruteSurvival[];
}

export interface BruteSurvival {
  /** Ids of all effects on the disk, the durable ones included, in order. */
  readonly all: readonly number[];
  readonly lost: number;
  readonly kept: number;
  readonly text: string;
  readonly hash: string;
  readonly image: Image;
}

/** More pending effects than this at once, and a life is not for brute force. */
export const PENDING_MAX = 8;

/**
 * Every survival of a life at every crash point, straight from the rules: all subsets of the pending effects that hold
 * what their members need; each disk built from the boot image, all its effects applied in the order of the journal.
 * No durable image is kept and nothing is reused between crash points.
 *
 * @returns undefined if too much is pending at once
 */
export function bruteForce(
  model: PersistenceModel,
  boot: Image,
  ops: readonly Op[],
): readonly CrashPoint[] | undefined {
  const machine = model.start(boot);
  const effects: Effect[] = [];
  const durable = new Set<Effect>();
  const isDirectory = directories(boot, ops);
  const points = [crashPoint(boot, [], effects, durable)];
  for (const op of ops) {
    const pending = (): Effect[] => effects.filter((effect) => isPending(effect, durable));
    for (const [part, changes] of machine.split(op).entries()) {
      const draft: Effect = { id: effects.length, op, part, changes, needs: [], excludes: [] };
      const earlier = pending();
      const needs = machine.precedes(draft, earlier);
      const excludes = machine.excludes?.(draft, earlier) ?? [];
      effects.push(Object.assign(draft, { needs, excludes }));
    }
    for (const synced of machine.syncs(op, pending())) durable.add(synced);
    do close(durable, effects, machine, isDirectory);
    while (unfold(durable, effects, boot, ops.slice(0, op.index)));
    if (pending().length > PENDING_MAX) return undefined;
    points.push(crashPoint(boot, ops.slice(0, op.index), effects, durable));
  }
  return points;
}

/** Durability spreads: to what a durable effect carries along, and to earlier effects on the same thing. */
function close(
  durable: Set<Effect>,
  effects: readonly Effect[],
  machine: Machine,
  isDirectory: (ino: number) => boolean,
): void {
  for (const effect of durable) {
    for (const each of machine.carries?.(effect) ?? effect.needs) durable.add(each);
    const touched = things(effect, isDirectory);
    for (const earlier of effects) {
      if (earlier.id >= effect.id) break;
      if (meet(things(earlier, isDirectory), touched)) durable.add(earlier);
    }
  }
}

/**
 * A directory can't lie in itself: when a durable move would do that, the moves that prevented it are durable too; and
 * so is an earlier move that would do it if it came on top.
 */
function unfold(durable: Set<Effect>, effects: readonly Effect[], boot: Image, ops: readonly Op[]): boolean {
  const disk = naiveBoot(boot, ops);
  const last = Math.max(-1, ...[...durable].filter((each) => moves(each, disk)).map((each) => each.id));
  for (const effect of effects.filter((each) => durable.has(each))) {
    for (const change of effect.changes) {
      const above = change.type === 'entry' ? disk.above(change.dir) : [];
      const self = change.type === 'entry' ? above.indexOf(change.ino) : -1;
      const between = above.slice(0, Math.max(0, self));
      const needed = effects.filter(
        (earlier) =>
          earlier.id < effect.id &&
          !durable.has(earlier) &&
          earlier.changes.some((other) => other.type === 'entry' && between.includes(other.ino)),
      );
      for (const move of needed) durable.add(move);
      if (needed.length > 0) return true;
      disk.apply(change);
    }
  }
  const onTop = effects.filter(
    (earlier) =>
      earlier.id < last &&
      !durable.has(earlier) &&
      earlier.changes.some(
        (change) => change.type === 'entry' && disk.above(change.dir).includes(change.ino),
      ),
  );
  for (const move of onTop) durable.add(move);
  return onTop.length > 0;
}

function moves({ op, changes }: Effect, disk: NaiveDisk): boolean {
  return changes.some(
    (change) => change.type === 'entry' && change.ino !== op.birth?.ino && disk.isDirectory(change.ino),
  );
}

/** What an effect is about, as names: two effects on one thing take place in their order or not at all. */
function things(effect: Effect, isDirectory: (ino: number) => boolean): readonly string[] {
  return effect.changes.flatMap((change) => {
    if (change.type === 'entry') {
      const slot = `slot ${change.dir}/${change.name}`;
      return isDirectory(change.ino) ? [slot, `place of ${change.ino}`] : [slot];
    }
    if (change.type === 'page') return [`page ${change.ino}/${change.index}/`];
    if (change.type === 'sector') return [`page ${change.ino}/${change.index}/${change.sector}`];
    if (change.type === 'mode') return [`mode ${change.ino}`];
    return change.type === 'grow' ? [`size ${change.ino}`] : [`size ${change.ino}`, `page ${change.ino}/`];
  });
}

/** Cutting a file is about all its pages, and a page is about all its sectors. */
function meet(left: readonly string[], right: readonly string[]): boolean {
  return left.some((one) =>
    right.some(
      (other) =>
        one === other ||
        (one.startsWith('page') && one.endsWith('/') && other.startsWith(one)) ||
        (other.startsWith('page') && other.endsWith('/') && one.startsWith(other)),
    ),
  );
}

function directories(boot: Image, ops: readonly Op[]): (ino: number) => boolean {
  const born = new Map(ops.flatMap(({ birth }) => (birth ? [[birth.ino, birth.inode.kind]] : [])));
  return (ino) => (born.get(ino) ?? boot.inode(ino)?.kind) === 'dir';
}

function crashPoint(
  boot: Image,
  ops: readonly Op[],
  effects: readonly Effect[],
  durable: ReadonlySet<Effect>,
): CrashPoint {
  const pending = effects.filter((effect) => isPending(effect, durable));
  const survivals: BruteSurvival[] = [];
  for (let subset = 0; subset < 2 ** pending.length; subset++) {
    const kept = new Set([...durable, ...pending.filter((_, i) => (subset >> i) & 1)]);
    if (pending.some((effect) => kept.has(effect) && !owed(effect, durable).every((need) => kept.has(need))))
      continue;
    if (pending.some((effect) => kept.has(effect) && effect.excludes.some((other) => kept.has(other))))
      continue;
    const all = effects.filter((effect) => kept.has(effect));
    const never = pending.filter((effect) => effect.excludes.some((other) => kept.has(other)));
    survivals.push({
      all: all.map((effect) => effect.id),
      kept: all.length - durable.size,
      lost: durable.size + pending.length - all.length - never.length,
      ...disk(
        boot,
        ops,
        all.flatMap((effect) => effect.changes),
      ),
    });
  }
  return { durable: [...durable], pending, survivals };
}

/** Whether an effect may survive or not: it isn't durable, nor excluded by one that is. */
function isPending(effect: Effect, durable: ReadonlySet<Effect>): boolean {
  return !durable.has(effect) && !effect.excludes.some((other) => durable.has(other));
}

/** What an effect needs; where that became durable before what it needs itself, that too. */
function owed(effect: Effect, durable: ReadonlySet<Effect>): readonly Effect[] {
  return effect.needs.flatMap((need) => (durable.has(need) ? [need, ...owed(need, durable)] : [need]));
}

/** The boot disk, and the inodes that the ops make, without names. */
function naiveBoot(boot: Image, ops: readonly Op[]): NaiveDisk {
  const naive = NaiveDisk.of(boot);
  for (const { birth } of ops) if (birth) naive.add(birth.ino, birth.inode);
  return naive;
}

/** The disk with these changes, as the naive disk's text and as the image's hash. */
function disk(
  boot: Image,
  ops: readonly Op[],
  changes: readonly Change[],
): Pick<BruteSurvival, 'text' | 'hash' | 'image'> {
  const naive = naiveBoot(boot, ops);
  const image = boot.fork();
  for (const { birth } of ops) if (birth) image.add(birth.ino, birth.inode);
  for (const change of changes) {
    naive.apply(change);
    image.apply(change);
  }
  return { text: naive.text(), hash: hashText(image), image };
}
