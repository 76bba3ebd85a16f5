import { NaiveDisk } from '../../disk/image/testing/naive-disk.ts';
import type { Op } from '../../disk/journal.ts';
import type { Effect, PersistenceModel } from '../model.ts';
import type { SmallLife } from './steps.ts';

/** The disks that a prefix of the ops leaves, from `from` ops to `to` ops. */
export function prefixes(life: SmallLife, from: number, to: number): readonly string[] {
  const texts = new Set<string>();
  for (let length = from; length <= to; length++) {
    const disk = NaiveDisk.of(life.boot);
    for (const { birth, changes } of life.ops.slice(0, length)) {
      if (birth) disk.add(birth.ino, birth.inode);
      for (const change of changes) disk.apply(change);
    }
    texts.add(disk.text());
  }
  return [...texts].sort();
}

/** The last op, up to a crash point, that is any kind of sync; 0 if there is none. */
export function lastSync(ops: readonly Op[], at: number): number {
  const index = ops.slice(0, at).findLastIndex((op) => op.kind.endsWith('sync') || op.through !== undefined);
  return index + 1;
}

const OF_A_FILE = ['write', 'truncate', 'chmod'];

/**
 * The manual pages once more, by calls: fsync(2) of a file is about the calls that changed the file through it, of a
 * directory about the calls that changed names in it. Written apart from the model, to be held against it.
 */
export const posixByHand: Pick<PersistenceModel, 'start'> = {
  start: () => ({
    split: (op) => (op.kind === 'rename' ? [[...op.changes]] : Array.from(op.changes, (change) => [change])),
    precedes: () => [],
    syncs(op, pending) {
      if (op.kind === 'sync') return pending;
      if (op.through) return pending.filter((effect) => effect.op.index === op.index);
      if (op.kind !== 'fsync' && op.kind !== 'fdatasync') return [];
      return pending.filter((effect) => isAbout(effect, op));
    },
  }),
};

function isAbout({ op, changes }: Effect, sync: Op): boolean {
  if (op.kind === 'chmod') return op.ino === sync.ino && sync.kind === 'fsync';
  if (OF_A_FILE.includes(op.kind)) return op.ino === sync.ino;
  return changes.some((change) => change.type === 'entry' && change.dir === sync.ino);
}
