import type { Draft } from '../../disk/core/draft.ts';
import { hashKey } from '../../disk/image/hash-key.ts';
import type { Image } from '../../disk/image/image.ts';
import type { FileInode } from '../../disk/image/types.ts';
import type { Change } from '../../disk/journal.ts';
import type { JournalChange } from './edits.ts';

/** An op of the program's own, with the syncs that were put around it. */
export type Unit = readonly Draft[];

/** Thrown where a journal can't be changed as it was asked. */
export class Impossible extends Error {
  override name = 'Impossible';
}

/** A piece of a changed journal, and which of the program's own ops have been done when it is over. */
export interface Piece {
  readonly ops: readonly Draft[];
  /** From 0. */
  readonly does: readonly number[];
}

/**
 * The journal of a life as it would be if the program did the same in another way: what it leaves on the disk is the
 * same, and that is checked.
 *
 * @throws Impossible if there is no such way
 */
export function rearranged(
  units: readonly Unit[],
  change: JournalChange,
  boot: Image,
  end: Image,
): readonly Piece[] {
  const pieces = change.type === 'order' ? ordered(units, change) : replaced(units, change, boot, end);
  demandSame(pieces, boot, end);
  return pieces;
}

/** One op comes right after another that is later. */
function ordered(
  units: readonly Unit[],
  { op, after }: Extract<JournalChange, { type: 'order' }>,
): readonly Piece[] {
  const all = units.map((ops, i): Piece => ({ ops, does: [i] }));
  const moved = all[op - 1];
  if (moved === undefined || after <= op || after > all.length) throw new Impossible();
  return [...all.slice(0, op - 1), ...all.slice(op, after), moved, ...all.slice(after)];
}

/** What is written into a file goes into a new one, which takes its place when it is whole and durable. */
function replaced(
  units: readonly Unit[],
  { ino, named }: Extract<JournalChange, { type: 'replace' }>,
  boot: Image,
  end: Image,
): readonly Piece[] {
  const old = boot.inode(ino);
  if (old?.kind !== 'file' || old.names.length !== 1) throw new Impossible();
  const ofFile = units.flatMap((unit, i) =>
    unit.some((op) => op.ino === ino && IN_PLACE.has(op.kind) && op.changes.length > 0) ? [i] : [],
  );
  const renamed = units.flat().some((op) => op.replaced === ino || (op.ino === ino && NAMING.has(op.kind)));
  const [first, last] = [ofFile[0], ofFile.at(-1)];
  if (renamed || first === undefined || last === undefined) throw new Impossible();
  const made = end.fork().allocate();
  const { dir, name } = old.names[0]!;
  const path = units[first]!.find((op) => op.ino === ino)!.path;
  const directory = path.slice(0, Math.max(1, path.lastIndexOf('/')));
  const draft = (kind: Draft['kind'], of: number, changes: readonly Change[], at = path): Draft => ({
    index: 0,
    kind,
    path: at,
    ino: of,
    changes,
  });
  const inode: FileInode = { kind: 'file', mode: old.mode, size: 0, pages: [], names: [] };
  const temporary = `${path}.tmp`;
  const own = (of: number): readonly Change[] =>
    named ? [{ type: 'entry', dir, name: `${name}.tmp`, ino: of }] : [];
  const begin = [
    { ...draft('create', made, own(made), temporary), birth: { ino: made, inode } },
    draft('write', made, contentOf(old, made), temporary),
  ].filter((op) => op.kind === 'create' || op.changes.length > 0);
  const publish = [
    draft('fsync', made, [], temporary),
    {
      ...draft('rename', made, [...own(0), { type: 'entry', dir, name, ino: made }], temporary),
      to: path,
      replaced: ino,
      freed: ino,
    },
    draft('fsync', dir, [], directory),
  ];
  return units.map((unit, i): Piece => {
    const ops = unit.map((op) => (i < first ? op : retargeted(op, ino, made)));
    const around = [...(i === first ? begin : []), ...ops, ...(i === last ? publish : [])];
    return { ops: around, does: [i] };
  });
}

const IN_PLACE = new Set(['write', 'truncate', 'chmod']);
const NAMING = new Set(['rename', 'link', 'unlink']);

function contentOf({ size, pages }: FileInode, ino: number): readonly Change[] {
  if (size === 0) return [];
  const data = pages.flatMap((page, index): Change[] => (page ? [{ type: 'page', ino, index, page }] : []));
  return [{ type: 'grow', ino, size }, ...data];
}

function retargeted(op: Draft, from: number, to: number): Draft {
  if (op.ino !== from) return op;
  const changes = op.changes.map((change) =>
    change.type !== 'entry' && change.ino === from ? { ...change, ino: to } : change,
  );
  return { ...op, ino: to, changes };
}

function demandSame(pieces: readonly Piece[], boot: Image, end: Image): void {
  const image = boot.fork();
  try {
    for (const { birth, changes } of pieces.flatMap(({ ops }) => ops)) {
      if (birth) image.add(birth.ino, birth.inode);
      for (const change of changes) image.apply(change);
    }
  } catch {
    throw new Impossible();
  }
  if (hashKey(image.hash) !== hashKey(end.hash)) throw new Impossible();
}
