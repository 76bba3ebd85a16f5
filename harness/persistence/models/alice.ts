import { makePage } from '../../disk/image/page.ts';
import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, PersistenceModel } from '../model.ts';
import { Posix } from './posix.ts';

/**
 * ALICE's default model: posix without the atomic rename, with garbage in appended blocks, and with files that are
 * emptied before their last name goes. No file system of today is this weak. A program whose state machine is a
 * renamed symlink can't survive it, since the name may be gone under both names; here the tester's job is to show it.
 */
export const alice: PersistenceModel = {
  name: 'alice',
  summary: "ALICE's default: posix, and a rename is three effects that survive each on its own",
  source: 'Pillai et al., OSDI 2014, Table 2; alicedefaultfs.py',
  rules: [
    'A rename is up to three effects: the old target goes, the old name goes, the new name comes.',
    'The last unlink of a file is two effects: it is emptied, and its name goes.',
    'A cut through a page is one effect more: the size is set, and what is behind it in the page comes back if the file grows, unless it is gone, or the zeroes behind the cut survive.',
    'A size that a file grows to after it was cut may be there without that cut: what it held before ends at the new size.',
    'A page that extends a file is three effects: the size, garbage in the page, the data in the page.',
    'All else, and all syncs, as in posix.',
  ],
  hopeless:
    'a rename may leave both names, or neither, and a file may be emptied before its last name goes, so a program whose state is a name can be in two states at once or in none; no file system of today is this weak',
  independent: true,
  start: (boot) => new Posix(boot, split),
};

/** What an appended block may hold before its data arrives; any byte will do that no program writes. */
const GARBAGE = 0xdb;

/** The page as the write found it, with garbage where the write put data. */
function garbagePage(op: Op, change: Change & { type: 'page' }): Change {
  const bytes = new Uint8Array(PAGE_SIZE);
  bytes.set(change.page?.bytes ?? []);
  const start = change.index * PAGE_SIZE;
  const { offset = 0, length = 0 } = op;
  bytes.fill(GARBAGE, Math.max(0, offset - start), Math.min(PAGE_SIZE, offset + length - start));
  return { ...change, page: makePage(bytes) };
}

/** Each change alone; a page that extends the file comes after garbage. */
export function splitWithGarbage(op: Op): Change[][] {
  return op.changes.flatMap((change, i): Change[][] => {
    const appends = op.kind === 'write' && op.changes[i - 1]?.type === 'grow';
    return change.type === 'page' && appends ? [[garbagePage(op, change)], [change]] : [[change]];
  });
}

function split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[] {
  const groups: Change[][] = splitWithGarbage(op).flatMap((group) => group.flatMap(withTail));
  if (op.kind === 'rename' && op.replaced !== undefined) {
    const target = op.changes.find((change) => change.type === 'entry' && change.ino !== 0);
    if (target?.type === 'entry') groups.unshift([{ ...target, ino: 0 }]);
  }
  groups.push(...sizesAlone(op, pending));
  if (op.freed !== undefined) groups.unshift([{ type: 'truncate', ino: op.freed, size: 0 }]);
  return groups;
}

/** A size that is on the disk as one that was set, though nothing on the way to it is: old data end where new ones did. */
function sizesAlone(op: Op, pending: readonly Effect[]): readonly Change[][] {
  const size = op.changes.findLast((change) => change.type === 'grow');
  if (!size) return [];
  const wasCut = pending.some(({ changes }) => changes.some((change) => isCut(change, size.ino)));
  return wasCut ? [[{ ...size, type: 'truncate', tail: true }]] : [];
}

function isCut(change: Change, ino: number): boolean {
  return change.type === 'truncate' && change.ino === ino;
}

/** What was cut off inside a page comes back if the file grows before it is gone; under posix it is gone with the cut. */
function withTail(change: Change): Change[][] {
  const isInside = change.type === 'truncate' && change.size % PAGE_SIZE !== 0;
  return isInside ? [[{ ...change, tail: true }], [change]] : [[change]];
}
