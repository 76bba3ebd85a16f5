import type { OutcomeName } from '../../schema/basics.ts';
import { outcomeOf, worseOf } from '../outcomes.ts';

/** Crash points that one column of the map stands for, both included. */
export interface Column {
  readonly from: number;
  readonly to: number;
}

/** Neighbouring columns with one outcome, as one bar; undefined where nothing was looked at. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly outcome: OutcomeName | undefined;
}

/** Cuts the crash points `0..points-1` into columns of nearly the same number. */
export function columnsOf(points: number, columnsMax: number): readonly Column[] {
  const count = Math.max(1, Math.min(points, columnsMax));
  const start = (column: number): number => Math.floor((column * points) / count);
  return Array.from({ length: count }, (_, i) => ({
    from: start(i),
    to: Math.max(start(i), start(i + 1) - 1),
  }));
}

export function columnAt(point: number, columns: readonly Column[]): number {
  const points = columns.at(-1)!.to + 1;
  const guess = Math.min(columns.length - 1, Math.floor((point * columns.length) / points));
  for (const near of [guess, guess + 1, guess - 1]) {
    const column = columns[near];
    if (column && column.from <= point && point <= column.to) return near;
  }
  return Math.max(0, guess);
}

/** The worst outcome among the crash points of a column, and the first crash point that has it. */
export function worstIn(cells: string, column: Column): { outcome: OutcomeName | undefined; at: number } {
  let worst: { outcome: OutcomeName | undefined; at: number } = { outcome: undefined, at: column.from };
  for (let at = column.from; at <= column.to; at++) {
    const outcome = outcomeOf(cells[at]);
    if (outcome !== worst.outcome && worseOf(outcome, worst.outcome) === outcome) worst = { outcome, at };
  }
  return worst;
}

export function stretchesOf(cells: string, columns: readonly Column[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  columns.forEach((column, i) => {
    const { outcome } = worstIn(cells, column);
    const open = stretches.at(-1);
    if (open && open.outcome === outcome) stretches[stretches.length - 1] = { ...open, last: i };
    else stretches.push({ first: i, last: i, outcome });
  });
  return stretches;
}

/** The map as words: `0 to 15 comes back, 16 to 59 corrupt`. */
export function stretchesByPoint(
  cells: string,
): readonly { from: number; to: number; outcome: OutcomeName | undefined }[] {
  const columns = columnsOf(cells.length, cells.length);
  return stretchesOf(cells, columns).map(({ first, last, outcome }) => ({ from: first, to: last, outcome }));
}

/** The nearest crash points that pass, before and after one. */
export function nearestPassing(
  cells: string,
  at: number,
): { before: number | undefined; after: number | undefined } {
  const before = cells.lastIndexOf('.', at - 1);
  const after = cells.indexOf('.', at + 1);
  return { before: at === 0 || before < 0 ? undefined : before, after: after < 0 ? undefined : after };
}

/** Round numbers for a ruler of so many points with marks at least `columnsApart` columns from each other. */
export function rulerStep(points: number, columns: number, columnsApart: number): number {
  let step = 1;
  for (const factors = [2, 2.5, 2]; (step * columns) / points < columnsApart && step < points;) {
    const factor = factors.shift()!;
    factors.push(factor);
    step *= factor;
  }
  return step;
}
