import { h } from '../dom.ts';
import { columnAt, worstIn, type Column } from './heat-columns.ts';

interface Actions {
  readonly show: (at: number, row: number) => void;
  readonly open: (model: string, at: number) => void;
}

/** Pointer and keyboard on a map of crash points. `place` is to be called after each drawing. */
export function mapKeys(
  grid: HTMLElement,
  rows: readonly { readonly model: string; readonly cells: string }[],
  { show, open }: Actions,
): { readonly place: (columns: readonly Column[], points: number) => void } {
  const cursor = h('div', { class: 'heat-cursor', hidden: true });
  let columns: readonly Column[] = [];
  let last = 0;
  let at = -1;
  let row = 0;

  const point = (nextAt: number, nextRow: number): void => {
    at = Math.max(0, Math.min(last, nextAt));
    row = Math.max(0, Math.min(rows.length - 1, nextRow));
    show(at, row);
    const picture = grid.querySelector<SVGElement>(`.heat-row[data-row="${row}"]`);
    if (!picture || columns.length === 0) return;
    const [box, own] = [grid.getBoundingClientRect(), picture.getBoundingClientRect()];
    const cell = own.width / columns.length;
    cursor.hidden = false;
    cursor.style.left = `${own.left - box.left + columnAt(at, columns) * cell - 1}px`;
    cursor.style.top = `${own.top - box.top - 1}px`;
    cursor.style.width = `${Math.max(cell, 3) + 1}px`;
    cursor.style.height = `${own.height + 2}px`;
  };

  grid.addEventListener('keydown', (event) => {
    if (event.target !== grid || event.ctrlKey || event.metaKey || event.altKey) return;
    const { cells } = rows[row]!;
    const from = Math.max(at, 0);
    const moves: Readonly<Record<string, () => void>> = {
      ArrowRight: () => point(at < 0 ? 0 : at + 1, row),
      ArrowLeft: () => point(at - 1, row),
      ArrowDown: () => point(from, at < 0 ? row : row + 1),
      ArrowUp: () => point(from, row - 1),
      Home: () => point(0, row),
      End: () => point(last, row),
      n: () => point(change(cells, from, 1), row),
      p: () => point(change(cells, from, -1), row),
      Enter: () => open(rows[row]!.model, from),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  });

  grid.addEventListener('pointermove', (event) => {
    const hit = under(event, grid, columns);
    if (hit) point(worstIn(rows[hit.row]!.cells, hit.column).at, hit.row);
  });
  grid.addEventListener('click', (event) => {
    const hit = under(event, grid, columns);
    if (hit) open(rows[hit.row]!.model, worstIn(rows[hit.row]!.cells, hit.column).at);
  });

  return {
    place: (drawn, points) => {
      columns = drawn;
      last = points - 1;
      grid.append(cursor);
      if (at >= 0) point(at, row);
    },
  };
}

/** The next crash point on that side at which the outcome is another one; the end, if there is none. */
function change(cells: string, from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < cells.length; at += step)
    if (cells[at] !== cells[from]) return at;
  return step === 1 ? cells.length - 1 : 0;
}

function under(
  event: MouseEvent,
  grid: HTMLElement,
  columns: readonly Column[],
): { row: number; column: Column } | undefined {
  const picture = (event.target as Element).closest('.heat-row');
  if (!picture || !grid.contains(picture) || columns.length === 0) return undefined;
  const box = picture.getBoundingClientRect();
  const index = Math.floor(((event.clientX - box.left) / box.width) * columns.length);
  const column = columns[Math.max(0, Math.min(columns.length - 1, index))]!;
  return { row: Number(picture.getAttribute('data-row')), column };
}
