import type { TreeRow } from '../../../reports/schema/story.ts';
import type { Paint } from '../../../reports/paint.ts';
import { clip, count, escapeText } from '../../../reports/text.ts';
import type { StepLife, StepOp, Stop } from '../../runs/step/walk.ts';

/** What one place looks like, on a screen or in a listing. */
export interface View {
  readonly title: string;
  readonly lives: readonly StepLife[];
  readonly life: number;
  readonly stop: Stop;
  /** The place before, in the same life; undefined at its beginning. */
  readonly before: Stop | undefined;
  /** How the story ends, a line each: shown at its end. */
  readonly ending: readonly string[];
  /** Where an op of this life is made; undefined where that is not known. */
  readonly place: (op: number) => string | undefined;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const HELP = '← → op by op   ↑ ↓ life by life   Home End   q quits';

/** Rows of the screen that ops may take, of all. */
const OPS_SHARE = 0.4;
const PENDING_MAX = 4;

/** The whole screen: never more lines than it has, nor wider ones. */
export function screenLines(view: View, { width, height }: Size, paint: Paint): readonly string[] {
  const head = [
    paint('bold', clip(view.title, width)),
    clip(whereText(view), width),
    '',
    ...opLines(view, Math.max(3, Math.floor(height * OPS_SHARE)), width, paint),
    '',
  ];
  const atEnd = view.life === view.lives.length - 1 && view.stop.isEnd;
  const tail = [
    ...(atEnd
      ? view.ending.map((text) => paint('bad', clip(text, width)))
      : pendingLines(view, width, paint)),
    '',
    paint('dim', clip(HELP, width)),
  ];
  const room = Math.max(2, height - head.length - tail.length);
  const lines = [...head, ...treeLines(view, { width, height: room }, paint)];
  // What is said last is what one came for: a low screen loses rows of the tree first.
  return [...lines.slice(0, Math.max(0, height - tail.length)), ...tail].slice(0, height);
}

/** `life 1 of 2, the main life: after op 3 of 4`. */
export function whereText({ lives, life, stop }: View): string {
  const { name, ops, ends } = lives[life]!;
  if (stop.isEnd && ops.length === 0 && ends === 'end') {
    return `life ${life + 1} of ${lives.length}, ${name}: it ends without an op`;
  }
  const at = stop.at === 0 ? 'before the first op' : `after op ${stop.at} of ${ops.length}`;
  return `life ${life + 1} of ${lives.length}, ${name}: ${stop.isEnd ? `${ENDS[ends]} ${at}` : at}`;
}

const ENDS = { cut: 'the power goes off', kill: 'the process is killed', end: 'it ends' } as const;

function opLines(view: View, room: number, width: number, paint: Paint): readonly string[] {
  const { lives, life, stop } = view;
  const { ops, at, ends } = lives[life]!;
  const cut = `${stop.isEnd ? '> ' : '  '}${'-'.repeat(6)} ${ENDS[ends]} here ${'-'.repeat(6)}`;
  const end = ends === 'end' ? [] : [paint('bad', clip(cut, width))];
  if (ops.length === 0) return [paint('dim', '  (no op)'), ...end];
  // The place where one stands is in the middle, as far as there are ops on both sides.
  const from = Math.max(0, Math.min(stop.at - Math.ceil(room / 2), ops.length + 1 - room));
  const lines = ops.slice(from, from + room - 1).flatMap((op) => {
    const here = op.index === stop.at && !stop.isEnd;
    const text = opText(op, view, width);
    const line = here ? paint('bold', `> ${text}`) : op.index > at ? paint('dim', `  ${text}`) : `  ${text}`;
    return op.index === at ? [line, ...end] : [line];
  });
  return at === 0 ? [...end, ...lines] : lines;
}

function opText(op: StepOp, view: View, width: number): string {
  const place = view.place(op.index);
  const text = `${String(op.index).padStart(5)}  ${escapeText(op.text)}`;
  return clip(place === undefined ? text : `${text}   ${escapeText(place)}`, width - 2);
}

const COLUMNS = {
  plain: ['path', 'the program sees', 'surely on the disk'],
  cut: ['path', 'the program saw', 'the disk holds'],
};

function treeLines(
  { lives, life, stop, before }: View,
  { width, height }: Size,
  paint: Paint,
): readonly string[] {
  const { rows } = stop;
  if (rows.length === 0) return [paint('dim', 'The disk is empty.')];
  const changed = changedPaths(stop, before);
  // Where not all fit, those go that say nothing.
  const room = height - 1;
  const said = rows.filter((row) => changed.has(row.path) || differ(row));
  const chosen = rows.length <= room ? rows : said.slice(0, Math.max(0, room - 1));
  const left = rows.length - chosen.length;
  const cells = chosen.map((row) => [escapeText(row.path), textOf(row.saw), textOf(row.disk)]);
  const head = stop.isEnd && lives[life]!.ends !== 'end' ? COLUMNS.cut : COLUMNS.plain;
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)));
  const most = Math.max(10, Math.floor((width - 8) / 3));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => clip(cell, Math.min(widths[i]!, most)).padEnd(Math.min(widths[i]!, most)))
      .join('  ')
      .trimEnd();
  return [
    paint('dim', clip(`  ${line(head)}`, width)),
    ...chosen.map((row, i) => {
      const text = clip(`${changed.has(row.path) ? '*' : ' '} ${line(cells[i]!)}`, width);
      return differ(row) ? paint('unsure', text) : text;
    }),
    ...(left > 0 ? [paint('dim', `  ... ${count(left, 'more path')}`)] : []),
  ];
}

/** Paths of which something is not as it was at the place before. */
export function changedPaths(stop: Stop, before: Stop | undefined): ReadonlySet<string> {
  if (!before) return new Set();
  const known = new Map(before.rows.map((row) => [row.path, row]));
  const now = new Set(stop.rows.map(({ path }) => path));
  const isNew = (row: TreeRow): boolean => {
    const old = known.get(row.path);
    return !old || textOf(old.saw) !== textOf(row.saw) || textOf(old.disk) !== textOf(row.disk);
  };
  return new Set([
    ...stop.rows.filter(isNew).map(({ path }) => path),
    ...[...known.keys()].filter((path) => !now.has(path)),
  ]);
}

function differ({ saw, disk }: TreeRow): boolean {
  return saw?.text !== disk?.text;
}

export function textOf(node: TreeRow['saw']): string {
  return node ? escapeText(node.text) : '-';
}

function pendingLines({ stop, lives, life }: View, width: number, paint: Paint): readonly string[] {
  const { pending, isEnd } = stop;
  const word = isEnd && lives[life]!.ends === 'cut' ? 'lost' : 'not surely on the disk';
  if (pending.length === 0) return [paint('dim', `nothing is ${word}`)];
  const left = pending.length - PENDING_MAX;
  return [
    ...pending
      .slice(0, PENDING_MAX)
      .map((text) => paint('unsure', clip(`${word}: ${escapeText(text)}`, width))),
    ...(left > 0 ? [paint('dim', `... and ${count(left, 'more effect')}`)] : []),
  ];
}
