import { count } from '../../text.ts';
import { h, type Child } from '../dom.ts';
import { shown } from '../shown.ts';
import { hexDump } from './hex.ts';

/** One path in one of the three trees. */
export interface TreeCell {
  /** Kind, size, short hash. */
  readonly text: string;
  readonly size?: number | undefined;
  /** The beginning of a file, if the report holds it. */
  readonly bytes?: Uint8Array | undefined;
}

export interface TreeRow {
  readonly path: string;
  /** What the file held before the program cut it short; only of files that it did that to. */
  readonly before?: string;
  readonly saw: TreeCell | undefined;
  readonly disk: TreeCell | undefined;
  readonly after: TreeCell | undefined;
}

export interface TreesProps {
  readonly rows: readonly TreeRow[];
  /** There is a third tree: what the last recovery left. */
  readonly withAfter: boolean;
  readonly leftOut: number;
}

/** What the program saw, what the disk held, and what recovery left: side by side, with the differences marked. */
export function trees({ rows, withAfter, leftOut }: TreesProps): HTMLElement {
  const emptied = rows.filter((row) => same(row.saw, row.disk) && wasMore(row));
  const lost = rows.filter((row) => !same(row.saw, row.disk));
  const rest = rows.filter((row) => same(row.saw, row.disk) && !wasMore(row));
  const recovered = rest.filter((row) => withAfter && !same(row.disk, row.after));
  const equal = rest.filter((row) => !(withAfter && !same(row.disk, row.after)));
  const head = h(
    'tr',
    {},
    ['path', 'the program saw', 'the disk held', ...(withAfter ? ['after recovery'] : [])].map((title) =>
      h('th', { scope: 'col' }, title),
    ),
  );
  const columns = withAfter ? 4 : 3;
  const section = (title: string, part: readonly TreeRow[], open: boolean): Child =>
    part.length > 0 && group(title, part, columns, withAfter, open);
  return h(
    'div',
    { class: 'trees-box', tabindex: 0, role: 'region', 'aria-label': 'Three trees, side by side' },
    h(
      'table',
      { class: 'trees' },
      h('thead', {}, head),
      section(`${count(lost.length, 'path')}: the cut made a difference`, lost, true),
      section(`${count(emptied.length, 'path')}: the program had cut it short by then`, emptied, true),
      section(
        `${count(recovered.length, 'path')}: only recovery made a difference`,
        recovered,
        lost.length === 0,
      ),
      section(`${count(equal.length, 'path')} the same in all trees`, equal, false),
    ),
    rows.length === 0 && h('p', { class: 'note' }, 'All trees are empty.'),
    leftOut > 0 &&
      h('p', { class: 'note' }, `${count(leftOut, 'more path')} of these trees are not in the report.`),
  );
}

/** Whether the disk held something else before the program cut the file short. */
function wasMore({ before, disk }: TreeRow): boolean {
  return before !== undefined && before !== (disk?.text ?? 'not there');
}

function same(left: TreeCell | undefined, right: TreeCell | undefined): boolean {
  return left?.text === right?.text;
}

function group(
  title: string,
  rows: readonly TreeRow[],
  columns: number,
  withAfter: boolean,
  open: boolean,
): HTMLElement {
  const body = h('tbody', {});
  const show = (): void => body.append(...rows.flatMap((row) => rowOf(row, columns, withAfter)));
  const toggle = h('button', { type: 'button', class: 'fold', 'aria-expanded': String(open) }, title);
  toggle.addEventListener('click', () => {
    const opened = toggle.getAttribute('aria-expanded') !== 'true';
    toggle.setAttribute('aria-expanded', String(opened));
    if (opened) show();
    else while (body.children.length > 1) body.lastElementChild!.remove();
  });
  body.append(h('tr', { class: 'group' }, h('th', { colspan: columns, scope: 'colgroup' }, toggle)));
  if (open) show();
  return body;
}

function rowOf(row: TreeRow, columns: number, withAfter: boolean): HTMLElement[] {
  const { path, saw, disk, after } = row;
  const detail = [saw, disk, after].some((each) => each?.bytes !== undefined)
    ? opener(row, columns, withAfter)
    : undefined;
  const line = h(
    'tr',
    { class: same(saw, disk) ? undefined : 'differs' },
    h(
      'th',
      { scope: 'row' },
      h('code', {}, shown(path)),
      row.before !== undefined && h('span', { class: 'note' }, shown(` before: ${row.before}`)),
      detail?.button,
    ),
    cell(saw, undefined),
    cell(disk, saw),
    withAfter && cell(after, disk),
  );
  return detail ? [line, detail.row] : [line];
}

/** @param before what the tree to the left holds; a cell that differs from it is marked */
function cell(own: TreeCell | undefined, before: TreeCell | undefined | null): HTMLElement {
  const changed = before !== undefined || own !== undefined;
  const differs = before !== null && changed && !same(own, before ?? undefined);
  return h(
    'td',
    { class: own === undefined ? 'absent' : differs ? 'changed' : undefined },
    own === undefined ? 'not there' : shown(own.text),
  );
}

/** A file's bytes under its row: at once where the cut changed what the file holds, else on demand. */
function opener(
  row: TreeRow,
  columns: number,
  withAfter: boolean,
): { button: HTMLElement; row: HTMLElement } {
  const place = h('td', { colspan: columns });
  const hidden = h('tr', { class: 'bytes', hidden: true }, place);
  const button = h('button', { type: 'button', class: 'more', 'aria-expanded': 'false' }, 'bytes');
  const toggle = (): void => {
    hidden.hidden = !hidden.hidden;
    button.setAttribute('aria-expanded', String(!hidden.hidden));
    if (place.children.length === 0) place.append(dumps(row, withAfter));
  };
  button.addEventListener('click', toggle);
  if (row.saw?.bytes && row.disk?.bytes && !same(row.saw, row.disk)) toggle();
  return { button, row: hidden };
}

function dumps({ saw, disk, after }: TreeRow, withAfter: boolean): HTMLElement {
  const one = (title: string, own: TreeCell | undefined, meant: TreeCell | undefined): Child =>
    own?.bytes !== undefined &&
    h(
      'section',
      {},
      h('h4', {}, title),
      hexDump({
        bytes: own.bytes,
        size: own.size ?? own.bytes.length,
        meant: meant?.bytes,
        tear: tearOf(own, meant),
      }),
    );
  return h(
    'div',
    { class: 'dumps' },
    one('The program saw', saw, undefined),
    one('The disk held', disk, same(saw, disk) ? undefined : saw),
    withAfter && !same(after, disk) && one('After recovery', after, undefined),
  );
}

/** The first byte that is not as it was meant to be; undefined if there is none, or nothing to compare with. */
export function tearOf(own: TreeCell, meant: TreeCell | undefined): number | undefined {
  if (!own.bytes || !meant?.bytes) return undefined;
  const { bytes } = meant;
  const length = Math.min(own.bytes.length, bytes.length);
  for (let at = 0; at < length; at++) if (own.bytes[at] !== bytes[at]) return at;
  return own.bytes.length === bytes.length ? undefined : length;
}
