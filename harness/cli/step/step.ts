import { painter, type Paint } from '../../../reports/paint.ts';
import type { StoryReport } from '../../../reports/schema/story.ts';
import { positionText } from '../../../reports/place-text.ts';
import { escapeText } from '../../../reports/text.ts';
import type { Stop, Walk } from '../../runs/step/walk.ts';
import type { Input, Io } from '../io.ts';
import { widthOf, wrapText } from '../wrap.ts';
import { KeyReader, type Key } from './keys.ts';
import { changedPaths, screenLines, textOf, whereText, type View } from './screen.ts';

/** Where one stands: in which life, and at which of its places. */
interface Spot {
  readonly life: number;
  readonly stop: number;
}

/** A terminal of which nothing is known. */
const ROWS = 24;
const COLUMNS = 80;

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';

/** `repro --step`: goes through a story op by op, with keys where there is a terminal, else as a list. */
export async function stepThrough(walk: Walk, story: StoryReport, io: Io): Promise<void> {
  const { stdin, stdout } = io;
  if (stdin?.isTTY && stdout.isTTY) await withKeys(walk, story, io, stdin);
  else
    stdout.write(
      wrapText(`${listing(walk, story, painter(stdout.isTTY && !io.noColour)).join('\n')}\n`, stdout),
    );
}

async function withKeys(
  walk: Walk,
  story: StoryReport,
  { stdout, noColour }: Io,
  stdin: Input,
): Promise<void> {
  const paint = painter(!noColour);
  let spot: Spot = { life: 0, stop: walk.lives[0]!.at };
  const draw = (): void => {
    const { rows = ROWS } = stdout;
    const size = { width: widthOf(stdout, COLUMNS), height: rows };
    const lines = screenLines(viewOf(walk, story, spot), size, paint);
    stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\r\n')}\u001b[J`);
  };
  const keys = new KeyReader();
  stdout.write(ENTER);
  try {
    draw();
    await new Promise<void>((done) => {
      const release = stdin.raw((text) => {
        const pressed = text === undefined ? (['quit'] as const) : keys.read(text);
        for (const key of pressed) {
          if (key === 'quit') {
            release();
            return done();
          }
          spot = moved(walk, spot, key);
        }
        if (pressed.length > 0) draw();
      });
    });
  } finally {
    stdout.write(LEAVE);
  }
}

function moved({ lives }: Walk, { life, stop }: Spot, key: Exclude<Key, 'quit'>): Spot {
  const last = lives[life]!.stops - 1;
  const next = lives[life + 1] && { life: life + 1, stop: 0 };
  const previous = lives[life - 1];
  switch (key) {
    case 'next':
      return stop < last ? { life, stop: stop + 1 } : (next ?? { life, stop });
    case 'previous':
      if (stop > 0) return { life, stop: stop - 1 };
      return previous ? { life: life - 1, stop: previous.stops - 1 } : { life, stop };
    case 'next life':
      return next ?? { life, stop: last };
    case 'previous life':
      return previous ? { life: life - 1, stop: 0 } : { life, stop: 0 };
    case 'first':
      return { life: 0, stop: 0 };
    case 'last':
      return { life: lives.length - 1, stop: lives.at(-1)!.stops - 1 };
  }
}

function viewOf(walk: Walk, story: StoryReport, { life, stop }: Spot): View {
  return {
    ...sharedBy(walk, story, life),
    stop: walk.stop(life, stop),
    before: stop > 0 ? walk.stop(life, stop - 1) : undefined,
  };
}

function sharedBy({ lives }: Walk, story: StoryReport, life: number): Omit<View, 'stop' | 'before'> {
  const { ops } = story.lives[life] ?? story.recovery;
  const places = new Map(ops.map((op) => [op.index, op.places?.[0]]));
  return {
    title: escapeText(`${story.scenario} under ${story.model}: ${story.outcome}`),
    lives,
    life,
    ending: endingOf(story),
    place: (op) => {
      const place = places.get(op);
      return place && positionText(place);
    },
  };
}

function endingOf({ outcome, findings }: StoryReport): readonly string[] {
  if (outcome === 'converged') return ['every invariant holds: this story converges'];
  const word = outcome === 'unknown' ? 'not known' : 'broken';
  return findings.map(({ invariant, message }) => escapeText(`${word}: ${invariant}: ${message}`));
}

/** Ops before the end of a life that a list tells of. */
const LISTED_MAX = 60;

/** The same without a terminal: each op, and what of the tree it changes. */
export function listing(walk: Walk, story: StoryReport, paint: Paint): readonly string[] {
  const lines: string[] = [];
  walk.lives.forEach(({ at, ops, ends }, life) => {
    const shared = sharedBy(walk, story, life);
    if (life === 0) lines.push(paint('bold', shared.title));
    let before: Stop | undefined;
    for (const stop of walk.stops(life)) {
      const op = ops[stop.at - 1];
      if (stop.at === 0 && !stop.isEnd) lines.push('', `${whereText({ ...shared, stop, before })}:`);
      else if (stop.isEnd) {
        lines.push(paint(ends === 'end' ? 'good' : 'bad', `  ${whereText({ ...shared, stop, before })}`));
      } else if (op && stop.at > at - LISTED_MAX) {
        const place = shared.place(op.index);
        lines.push(
          `  ${String(op.index).padStart(4)}  ${escapeText(op.text)}${place === undefined ? '' : `   ${paint('dim', escapeText(place))}`}`,
        );
      } else if (stop.at === 1)
        lines.push(paint('dim', `  ... the first ${at - LISTED_MAX} ops are left out`));
      if (stop.at > at - LISTED_MAX || stop.isEnd) lines.push(...changes(stop, before));
      before = stop;
    }
  });
  return [...lines, '', ...endingOf(story)];
}

function changes(stop: Stop, before: Stop | undefined): readonly string[] {
  const changed = changedPaths(stop, before);
  const rows = new Map(stop.rows.map((row) => [row.path, row]));
  const words = stop.isEnd ? ['saw', 'holds'] : ['sees', 'surely holds'];
  return [
    ...[...changed].sort().map((path) => {
      const row = rows.get(path);
      if (!row) return `          ${escapeText(path)}: gone`;
      const [saw, disk] = [textOf(row.saw), textOf(row.disk)];
      if (saw === disk) return `          ${escapeText(path)}: ${saw}, surely`;
      return `          ${escapeText(path)}: the program ${words[0]} ${saw}, the disk ${words[1]} ${disk}`;
    }),
    ...(stop.isEnd ? stop.pending.map((text) => `          lost: ${escapeText(text)}`) : []),
  ];
}
