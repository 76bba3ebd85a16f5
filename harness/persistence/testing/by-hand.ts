import { NaiveDisk } from '../../disk/image/testing/naive-disk.ts';
import type { Image } from '../../disk/image/image.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel } from '../model.ts';
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
  start: (boot) => ({
    ...sizesByHand(boot),
    precedes: () => [],
    syncs(op, pending) {
      if (op.kind === 'sync') return pending;
      if (op.kind === 'osync') return pending.filter((effect) => isOfWrite(effect, op));
      if (op.kind !== 'fsync' && op.kind !== 'fdatasync') return [];
      return pending.filter((effect) => isAbout(effect, op));
    },
  }),
};

/**
 * Each change alone, but a rename; and where a file grows into a later page, the end of the one it ended in. A page that
 * is written before the end brings its own end along, and what is written at once brings where it ends; but not where
 * that says nothing new, in a file that was never cut.
 */
function sizesByHand(boot: Image): Pick<Machine, 'split'> {
  const view = boot.fork();
  const known = new Set<string>();
  const cut = new Set<number>();
  const isNew = (ino: number, size: number): boolean => {
    const inode = boot.inode(ino);
    const isLess = inode?.kind === 'file' && size <= inode.size;
    return cut.has(ino) || !(isLess || known.has(`${ino} ${size}`));
  };
  return {
    split(op) {
      const inode = view.inode(op.ino);
      const size = inode?.kind === 'file' ? inode.size : 0;
      if (op.birth) view.add(op.birth.ino, op.birth.inode);
      for (const change of op.changes) view.apply(change);
      if (op.kind === 'truncate') cut.add(op.ino);
      if (op.kind === 'rename') return [[...op.changes]];
      const raised = (to: number): (readonly Change[])[] => {
        const least = Math.min(to, size);
        return isNew(op.ino, least) ? [[{ type: 'grow', ino: op.ino, size: least }]] : [];
      };
      if (op.kind === 'osync') return raised(op.offset! + op.length!);
      const alone = op.changes.flatMap((change, i): (readonly Change[])[] => {
        const isBefore = op.kind === 'write' && change.type === 'page' && op.changes[i - 1]?.type !== 'grow';
        return isBefore ? [...raised((change.index + 1) * 4096), [change]] : [[change]];
      });
      for (const change of alone.flat())
        if (change.type === 'grow') known.add(`${change.ino} ${change.size}`);
      const end = size + ((4096 - (size % 4096)) % 4096);
      const last = Math.max(0, ...op.changes.map((change) => (change.type === 'grow' ? change.size : 0)));
      const first = op.kind === 'write' ? op.offset! : last;
      if (end > size && first >= end && last > end) alone.unshift([{ type: 'grow', ino: op.ino, size: end }]);
      return alone;
    },
  };
}

/** fsync(2) of a range: its pages, and sizes that end in it. */
function isOfWrite({ op, changes: [change] }: Effect, { ino, offset = 0, length = 0 }: Op): boolean {
  if ((op.kind !== 'write' && op.kind !== 'osync') || op.ino !== ino) return false;
  if (change?.type === 'grow') return change.size > offset && change.size <= offset + length;
  const page = change?.type === 'page' ? change.index * 4096 : -Infinity;
  return page + 4096 > offset && page < offset + length;
}

function isAbout({ op, changes }: Effect, sync: Op): boolean {
  if (op.kind === 'chmod') return op.ino === sync.ino && sync.kind === 'fsync';
  if (OF_A_FILE.includes(op.kind)) return op.ino === sync.ino;
  return changes.some((change) => change.type === 'entry' && change.dir === sync.ino);
}
