import { positionText, wayText } from '../../place-text.ts';
import type { PlaceReport } from '../../schema/place.ts';
import type { Fate as FateName } from '../../schema/story.ts';
import { h, type Child } from '../dom.ts';
import { code, shown } from '../shown.ts';

/** What became of one effect of an op. */
export interface Fate {
  readonly text: string;
  readonly became: FateName;
  /** The op since which it is durable. */
  readonly since?: number | undefined;
  /** Bytes of it that survived. */
  readonly tornAt?: number | undefined;
}

export interface TimelineOp {
  readonly index: number;
  readonly text: string;
  readonly sync: boolean;
  readonly phase?: string | undefined;
  /** Where the program makes it, and what called that. */
  readonly places?: readonly PlaceReport[] | undefined;
  /** What became of it as a whole. */
  readonly became?: { readonly fate: FateName; readonly tornAt?: number } | undefined;
  /** Empty if it changed nothing that the report knows of. */
  readonly fates: readonly Fate[];
  /** What was promised right after it. */
  readonly promises: readonly string[];
  readonly culprit?: boolean;
  /** The sync that was tried right after it, and helps. */
  readonly rescue?: string | undefined;
}

export interface TimelineProps {
  readonly ops: readonly TimelineOp[];
  /** The crash point; undefined if this life ran to its end. */
  readonly cut: number | undefined;
  /** The power went before what was promised right after op `cut`. */
  readonly early?: boolean;
  /** The process was killed there, and the machine went on. */
  readonly killed?: boolean | undefined;
  /** Ops of the life, cut or not. */
  readonly length: number;
}

const FATE_WORDS = {
  durable: 'durable',
  kept: 'survived',
  lost: 'lost',
  torn: 'torn',
  moot: 'made no difference',
} as const;
const FATE_GLYPHS = { durable: '■', kept: '□', lost: '✗', torn: '≠', moot: '·' } as const;

/** The ops around a cut, with what became of their effects; syncs as rules over the full width, the cut as a red one. */
export function timeline(props: TimelineProps): HTMLElement {
  const { ops, cut, length } = props;
  const rows: Child[] = [];
  let phase: string | undefined;
  if ((ops[0]?.index ?? 1) > 1) rows.push(gap(`${(ops[0]?.index ?? 1) - 1} earlier ops`));
  if (cut === 0) rows.push(cutRule(props));
  for (const op of ops) {
    if (op.phase !== phase) {
      phase = op.phase;
      if (phase !== undefined) rows.push(h('li', { class: 'phase' }, shown(phase)));
    }
    rows.push(...opRows(op, cut));
    const promised = op.promises.map(promiseRow);
    if (op.index !== cut) rows.push(...promised);
    else rows.push(...(props.early ? [cutRule(props), ...promised] : [...promised, cutRule(props)]));
  }
  const left = length - (ops.at(-1)?.index ?? 0);
  if (left > 0) rows.push(gap(`${left} more ops, ${cut === undefined ? 'not shown' : 'not reached'}`));
  return h('ol', { class: 'timeline' }, rows);
}

function gap(text: string): Child {
  return h('li', { class: 'gap' }, text);
}

function cutRule({ cut, length, killed = false }: TimelineProps): Child {
  const what = killed
    ? '✕ the process is killed here, and the machine goes on'
    : '⚡ the power goes off here';
  return h('li', { class: 'cut' }, h('span', {}, `${what}, after op ${cut} of ${length}`));
}

function promiseRow(promise: string): Child {
  return h('li', { class: 'promise' }, 'promised to the outside: ', h('b', {}, shown(promise)));
}

function opRows(op: TimelineOp, cut: number | undefined): Child[] {
  const reached = cut === undefined || op.index <= cut;
  const classes = ['op', op.sync ? 'sync' : '', reached ? '' : 'unreached', op.culprit ? 'culprit' : ''];
  const row = h(
    'li',
    { class: classes.filter(Boolean).join(' ') },
    h('span', { class: 'index' }, String(op.index)),
    h(
      'span',
      { class: 'what' },
      code(op.text),
      op.culprit && h('b', { class: 'tag' }, 'the loss that matters'),
      placeOf(op),
    ),
    reached ? became(op) : h('span', { class: 'note' }, 'not reached'),
  );
  if (op.rescue === undefined) return [row];
  return [
    row,
    h('li', { class: 'rescue' }, h('span', {}, '+ ', code(op.rescue), ' here would have prevented it')),
  ];
}

/** The line of the source; of the op that matters, also what called it. */
function placeOf({ places = [], culprit }: TimelineOp): Child {
  const [first] = places;
  if (!first) return null;
  if (!culprit) return h('span', { class: 'place' }, shown(positionText(first)));
  return wayText(places, places.length).map((text, i) =>
    h('span', { class: 'place' }, i === 0 ? '' : '← ', shown(text)),
  );
}

/** One word where all of the op fared alike; its effects one by one where they did not, or on demand. */
function became(op: TimelineOp): Child {
  const { fates, became: whole } = op;
  const since = new Set(fates.map((fate) => fate.since));
  const alike = new Set(fates.map((fate) => fate.became)).size === 1 && since.size === 1;
  const label = whole
    ? fateLabel(whole.fate, alike ? fates[0]?.since : undefined, whole.tornAt)
    : fates.length > 0 && alike && fateLabel(fates[0]!.became, fates[0]!.since, undefined);
  if (fates.length === 0) return label;
  const list = h('ul', { class: 'fates' }, fates.map(fate));
  if (!alike || op.culprit) return h('div', { class: 'became' }, label, list);
  return h('details', { class: 'became' }, h('summary', {}, label), list);
}

function fateLabel(name: FateName, since: number | undefined, tornAt: number | undefined): HTMLElement {
  const detail =
    name === 'durable' && since !== undefined
      ? ` since op ${since}`
      : tornAt !== undefined
        ? ` at byte ${tornAt}`
        : '';
  return h(
    'span',
    { class: `fate ${name}` },
    h('span', { 'aria-hidden': 'true' }, `${FATE_GLYPHS[name]} `),
    FATE_WORDS[name],
    detail,
  );
}

function fate({ text, became: name, since, tornAt }: Fate): Child {
  return h('li', {}, fateLabel(name, since, tornAt), ' ', shown(text));
}
