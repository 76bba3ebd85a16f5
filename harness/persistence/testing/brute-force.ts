import { NaiveDisk } from '../../disk/image/testing/naive-disk.ts';
import { hashText } from '../../disk/image/testing/describe.ts';
import type { Image } from '../../disk/image/image.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel } from '../model.ts';
import { hides, undoes } from './brute-changes.ts';

/** One crash point, gone through by brute force. */
export interface CrashPoint {
  readonly survivals: readonly BruteSurvival[];
}

export interface BruteSurvival {
  /** Ids of all effects that are whole on the disk, the durable ones included; with a half those that are in part. */
  readonly all: readonly number[];
  readonly lost: number;
  readonly kept: number;
  /** What is on the disk besides what it booted with, in the order of the journal. */
  readonly placed: readonly { readonly op: Op; readonly change: Change }[];
  readonly text: string;
  readonly hash: string;
  readonly image: Image;
}

/** More pending effects than this at once, and a life is not for brute force. */
export const PENDING_MAX = 8;

/** An effect with all its changes, and what the model is told of it: the same without what is no longer open. */
interface Known {
  readonly effect: { -readonly [Field in keyof Effect]: Effect[Field] };
  changes: readonly Change[];
  readonly durable: Set<Change>;
  /** Whether it was durable in part, at least for a time. */
  halved: boolean;
  /** Its data's sync has failed: nobody knows whether it is on the disk; or it was taken back, and is on none. */
  fate?: 'adrift' | 'gone';
  /** The sync that failed. */
  failed?: Op;
}

/**
 * Every survival of a life at every crash point, straight from the rules: all subsets of the pending effects that hold
 * what their members need; each disk built from the boot image, all that is durable or kept applied in the order of
 * the journal. No durable image is kept and nothing is reused between crash points.
 *
 * @param ops of one life, or of several that ended by a kill and one more, one after the other
 * @returns undefined if too much is pending at once
 */
export function bruteForce(
  model: PersistenceModel,
  boot: Image,
  ops: readonly Op[],
): readonly CrashPoint[] | undefined {
  const machine = model.start(boot);
  const all: Known[] = [];
  const isDirectory = directories(boot, ops);
  const points = [crashPoint(boot, [], all)];
  for (const [done, op] of ops.entries()) {
    const before = ops.slice(0, done + 1);
    if (op.fault !== undefined && op.fault !== 'short') {
      if (op.kind === 'fsync' || op.kind === 'fdatasync') fail(op, all, machine);
      points.push(crashPoint(boot, before, all));
      continue;
    }
    for (const [part, changes] of machine.split(op, pendingOf(all)).entries()) {
      const effect: Effect = { id: all.length, op, life: 0, part, changes, needs: [], excludes: [] };
      const earlier = pendingOf(all);
      const needs = machine.precedes(effect, earlier);
      const excludes = machine.excludes?.(effect, earlier) ?? [];
      all.push({
        effect: Object.assign(effect, { needs, excludes }),
        changes,
        durable: new Set(),
        halved: false,
      });
      forgetGivenUp(all);
    }
    const synced = new Set(machine.syncs(op, pendingOf(all)).filter(({ id }) => !all[id]!.fate));
    const logged = (effect: Effect): readonly Change[] => machine.logs?.(effect, op) ?? effect.changes;
    do close(synced, all, machine, logged, isDirectory);
    while (unfold(synced, all, logged, naiveBoot(boot, before)));
    for (const each of all) {
      if (!synced.has(each.effect)) continue;
      const part = logged(each.effect);
      for (const change of part) each.durable.add(change);
      each.halved ||= part.length < each.effect.changes.length;
    }
    for (const each of all) each.effect.changes = each.changes.filter((change) => isOpen(change, each, all));
    if (pendingOf(all).length > PENDING_MAX) return undefined;
    points.push(crashPoint(boot, before, all));
  }
  return points;
}

/**
 * A call that failed did nothing. After a sync, the data of the file is neither written nor dirty any more; that a file
 * was cut is no data, even if the zeroes behind the cut are, and a file goes back only up to the cut.
 */
function fail(op: Op, all: readonly Known[], machine: Machine): void {
  const more = machine.fails?.(op, pendingOf(all)) ?? [];
  const isData = (change: Change): boolean =>
    (change.type === 'page' || change.type === 'sector') && change.ino === op.ino;
  for (const { id } of pendingOf(all)) {
    const known = all[id]!;
    if (known.fate || !(more.includes(known.effect) || known.effect.changes.some(isData))) continue;
    const isOfCut = known.effect.op.kind === 'truncate' && op.reverts;
    if (!isOfCut && !known.effect.changes.some(({ type }) => type === 'truncate')) {
      known.fate = op.reverts ? 'gone' : 'adrift';
      known.failed = op;
      continue;
    }
    const back = (change: Change): readonly Change[] => {
      if (!isData(change)) return [change];
      if (change.type !== 'page' || !op.reverts) return [];
      const page = op.changes.findLast((each) => each.type === 'page' && each.index === change.index);
      return [page ?? { type: 'page', ino: op.ino, index: change.index, page: null }];
    };
    known.changes = known.changes.flatMap(back);
    known.effect.changes = known.changes.filter((change) => isOpen(change, known, all));
  }
  forgetGivenUp(all);
}

/** The model is told what an effect needs, too: it must not take what was given up for something that is waited for. */
function forgetGivenUp(all: readonly Known[]): void {
  for (const { effect } of all) effect.needs = needsOf(effect, all);
}

/** Whether a change may still survive or not: it isn't durable, and no later durable one hides whether it was there. */
function isOpen(change: Change, { effect, durable }: Known, all: readonly Known[]): boolean {
  if (durable.has(change)) return false;
  const later = all.filter((other) => other.effect.id > effect.id).flatMap((other) => [...other.durable]);
  return !later.some((over) => hides(over, change, later));
}

/** Durability spreads: to what a durable effect carries along, and to earlier effects that can't come on top of it. */
function close(
  synced: Set<Effect>,
  all: readonly Known[],
  machine: Machine,
  logged: (effect: Effect) => readonly Change[],
  isDirectory: (ino: number) => boolean,
): void {
  const pending = pendingOf(all);
  for (const effect of synced) {
    for (const each of machine.carries?.(effect) ?? owed(effect, all))
      if (pending.includes(each) && !all[each.id]!.fate) synced.add(each);
    for (const earlier of pending) {
      const comesBefore = earlier.changes.some((one) =>
        logged(effect).some((other) => undoes(one, other, isDirectory)),
      );
      if (earlier.id < effect.id && comesBefore) synced.add(earlier);
    }
  }
}

/**
 * A directory can't lie in itself: when a durable move would do that, the moves that prevented it are durable too; and
 * so is an earlier move that would do it if it came on top.
 */
function unfold(
  synced: Set<Effect>,
  all: readonly Known[],
  logged: (effect: Effect) => readonly Change[],
  disk: NaiveDisk,
): boolean {
  const done = ({ effect, changes, durable }: Known): readonly Change[] =>
    changes.filter(
      (change) => durable.has(change) || (synced.has(effect) && logged(effect).includes(change)),
    );
  const last = Math.max(-1, ...[...synced].filter((each) => moves(each, disk)).map((each) => each.id));
  const closed = pendingOf(all).filter((each) => !synced.has(each));
  const missing = (id: number, dirs: readonly number[]): readonly Effect[] =>
    closed.filter(
      (earlier) =>
        earlier.id < id &&
        earlier.changes.some((other) => other.type === 'entry' && dirs.includes(other.ino)),
    );
  for (const known of all) {
    for (const change of done(known)) {
      const above = change.type === 'entry' ? disk.above(change.dir) : [];
      const self = change.type === 'entry' ? above.indexOf(change.ino) : -1;
      const needed = missing(known.effect.id, above.slice(0, Math.max(0, self)));
      for (const move of needed) synced.add(move);
      if (needed.length > 0) return true;
      disk.apply(change);
    }
  }
  const onTop = closed.filter(
    (earlier) =>
      earlier.id < last &&
      earlier.changes.some(
        (change) => change.type === 'entry' && disk.above(change.dir).includes(change.ino),
      ),
  );
  for (const move of onTop) synced.add(move);
  return onTop.length > 0;
}

function moves({ op, changes }: Effect, disk: NaiveDisk): boolean {
  return changes.some(
    (change) => change.type === 'entry' && change.ino !== op.birth?.ino && disk.isDirectory(change.ino),
  );
}

function directories(boot: Image, ops: readonly Op[]): (ino: number) => boolean {
  const born = new Map(ops.flatMap(({ birth }) => (birth ? [[birth.ino, birth.inode.kind]] : [])));
  return (ino) => (born.get(ino) ?? boot.inode(ino)?.kind) === 'dir';
}

function crashPoint(boot: Image, ops: readonly Op[], all: readonly Known[]): CrashPoint {
  const pending = pendingOf(all);
  const survivals: BruteSurvival[] = [];
  for (let subset = 0; subset < 2 ** pending.length; subset++) {
    const kept = new Set(pending.filter((_, i) => (subset >> i) & 1));
    const never = pending.filter((effect) => excluded(effect, all).some((other) => kept.has(other)));
    if (never.some((effect) => kept.has(effect))) continue;
    if ([...kept].some((effect) => !owed(effect, all).every((need) => kept.has(need)))) continue;
    const whole = ({ effect, durable, changes }: Known): boolean =>
      kept.has(effect) || isWhole(durable, changes);
    const placed = all.flatMap(({ effect, changes, durable }) =>
      changes
        .filter((change) => kept.has(effect) || durable.has(change))
        .map((change) => ({ op: effect.op, change })),
    );
    survivals.push({
      all: all.flatMap((each) => [
        ...(whole(each) ? [each.effect.id] : []),
        ...(each.halved ? [each.effect.id + 0.5] : []),
      ]),
      kept: kept.size,
      lost: pending.length - kept.size - never.length,
      placed,
      ...disk(
        boot,
        ops,
        placed.map(({ change }) => change),
      ),
    });
  }
  return { survivals };
}

function isWhole(durable: ReadonlySet<Change>, changes: readonly Change[]): boolean {
  return changes.every((change) => durable.has(change));
}

/** What may survive or not: effects with something open, not excluded by what is durable. */
function pendingOf(all: readonly Known[]): readonly Effect[] {
  const durable = new Set(
    all.filter((each) => isWhole(each.durable, each.changes)).map(({ effect }) => effect),
  );
  return all
    .filter(({ fate }) => fate !== 'gone')
    .map(({ effect }) => effect)
    .filter((effect) => effect.changes.length > 0 && !durable.has(effect))
    .filter((effect) => !excluded(effect, all).some((other) => durable.has(other)));
}

/** What of the pending effects an effect needs, also by way of those that are not pending any more. */
function owed(effect: Effect, all: readonly Known[]): readonly Effect[] {
  return needsOf(effect, all).flatMap((need) => (need.changes.length === 0 ? owed(need, all) : [need]));
}

/**
 * What an effect needs. Nothing needs what is adrift, or gone: what that one needs takes its place. But a size waits for
 * its data if the same sync has given up both.
 */
function needsOf(effect: Effect, all: readonly Known[], whose = all[effect.id]!): readonly Effect[] {
  const waits = whose.changes.every(({ type }) => type === 'grow');
  return effect.needs.flatMap((need) => {
    const { fate, failed } = all[need.id]!;
    return !fate || (waits && failed === whose.failed) ? [need] : needsOf(need, all, whose);
  });
}

/** What an effect excludes, also by what it needs that has been overridden. */
function excluded(effect: Effect, all: readonly Known[]): readonly Effect[] {
  const overridden = needsOf(effect, all).filter((need) => {
    const known = all[need.id]!;
    return need.changes.length === 0 && !isWhole(known.durable, known.changes);
  });
  return [...effect.excludes, ...overridden.flatMap((need) => excluded(need, all))];
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
