import { ScenarioError } from '../../explore/main-life.ts';
import { describeOp } from '../../explore/describe.ts';
import { isSync } from '../../persistence/rules.ts';
import type { JournalChange, SyncEdits } from '../../programs/syncs/edits.ts';
import type { Opened } from './all-models.ts';
import type { Enough } from './smallest.ts';

/** Ops between which an order is looked for, at most: there are as many pairs as the square of it. */
const OPS_MAX = 40;
/** How far apart the two of them may be. */
const DISTANCE_MAX = 12;

/** A change of a program that no sync stands for. */
export interface KindOfChange {
  readonly change: JournalChange;
  /** What is to be done, in words. */
  readonly text: string;
}

/** Ways to do the same otherwise, the likeliest first: replacing what is overwritten, then other orders of two ops. */
export function changesOf({ bench, sites }: Opened): readonly KindOfChange[] {
  const { boot, life } = bench.base.exploration.main;
  const written = new Set(
    life.ops.filter(({ kind }) => kind === 'write' || kind === 'truncate').map(({ ino }) => ino),
  );
  const replaces = [...written].flatMap((ino): readonly KindOfChange[] => {
    const inode = boot.inode(ino);
    if (inode?.kind !== 'file' || inode.names.length !== 1) return [];
    const path = life.ops.find((op) => op.ino === ino)!.path;
    const text = `do not write into ${path}: write a temporary file, fsync it, rename it over ${path}, and fsync the directory`;
    const leftover = ', which recovery has to remove if it finds it';
    return [
      { change: { type: 'replace', ino, named: true }, text },
      { change: { type: 'replace', ino, named: false }, text: `${text}${leftover}` },
    ];
  });
  if (life.ops.length > OPS_MAX) return replaces;
  const moves: (KindOfChange & { readonly distance: number })[] = [];
  for (const first of life.ops) {
    for (const second of life.ops.slice(first.index, first.index + DISTANCE_MAX)) {
      if (isSync(first) || isSync(second)) continue;
      const change: JournalChange = { type: 'order', op: first.index, after: second.index };
      const at = (index: number): string => {
        const place = sites.all.find((site) => site.part === 'run' && site.ops.includes(index))?.places[0];
        return place ? ` (${place.file}:${place.line})` : '';
      };
      const text = `do op ${second.index}, ${describeOp(second)}${at(second.index)}, before op ${first.index}, ${describeOp(first)}${at(first.index)}`;
      moves.push({ change, text, distance: second.index - first.index });
    }
  }
  return [...replaces, ...moves.sort((one, other) => one.distance - other.distance)];
}

/** Whether all of these hold with the edits. A change that is not possible there does not. */
export async function holdWith(broken: readonly Opened[], edits: SyncEdits): Promise<Enough> {
  let all: Enough = 'yes';
  for (const { bench } of broken) {
    try {
      const { held } = await bench.try(edits);
      if (held === 'fails') return 'no';
      if (held === 'unknown') all = 'unknown';
    } catch (error) {
      if (error instanceof ScenarioError) return 'no';
      throw error;
    }
  }
  return all;
}
