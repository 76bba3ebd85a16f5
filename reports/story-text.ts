import type { Paint } from './paint.ts';
import { positionText, wayText } from './place-text.ts';
import type { StoryLifeReport, StoryOpReport, StoryReport } from './schema/story.ts';
import { count, escapeText } from './text.ts';
import { treeTable } from './tree-table.ts';
import { unawaited, withoutLoss } from './uncut.ts';

export interface StoryTextOptions {
  /** Ops to show before each cut. */
  readonly before: number;
  /** Pending effects to show, at most. */
  readonly pendingMax: number;
  /** Rows of each tree to show, at most; 0 for no trees. */
  readonly rowsMax: number;
  readonly width: number;
}

/** A story from the first life to the verdict, as lines. */
export function storyText(story: StoryReport, options: StoryTextOptions, paint: Paint): readonly string[] {
  const lines: string[] = [];
  for (const [i, life] of story.lives.entries()) {
    const name = life.role === 'run' ? 'The main life' : `Recovery ${i}`;
    const ends = life.killed ? 'is killed' : 'is cut';
    lines.push(paint('bold', `${name} ${ends} after op ${life.at} of ${life.length}`));
    lines.push(...opLines(life, options, paint), ...pendingLines(life, options, paint), ...promises(life));
    if (options.rowsMax > 0) lines.push(...treeTable(life, options, paint));
    lines.push('');
  }
  lines.push(...endLines(story, options, paint));
  return lines;
}

function opLines(life: StoryLifeReport, options: StoryTextOptions, paint: Paint): string[] {
  const shown = life.ops.filter((op) => op.index > life.at - options.before);
  const first = shown[0]?.index ?? life.at + 1;
  const lines: string[] = [];
  if (first > 1) lines.push(paint('dim', `      ... ${count(first - 1, 'op')} before`));
  let phase: string | undefined;
  const end = life.killed ? 'the process is killed here, the machine stays up' : 'the power goes off here';
  const cut = paint('bad', `  ------ ${end}, after op ${life.at} ------`);
  if (life.at === 0) lines.push(cut);
  for (const op of shown) {
    if (op.phase !== undefined && op.phase !== phase)
      lines.push(paint('dim', `      -- ${escapeText(op.phase)} --`));
    phase = op.phase;
    const reached = op.index <= life.at;
    lines.push(
      ...(reached
        ? opLine(op, op.sync ? '   == sync ==' : '', options.width, paint)
        : opLine(op, '   (not reached)', options.width, paint).map((line) => paint('dim', line))),
    );
    if (op.index === life.at) lines.push(cut);
  }
  return lines;
}

/** An op, and where the program makes it: at the end of its line where there is room, else below. */
function opLine(op: StoryOpReport, mark: string, width: number, paint: Paint): string[] {
  const text = `${String(op.index).padStart(5)}  ${escapeText(op.text)}`;
  const shown = op.sync && mark !== '' ? `${text}${paint('good', mark)}` : `${text}${mark}`;
  const place = op.places?.[0] && escapeText(positionText(op.places[0]));
  if (place === undefined) return [shown];
  const fits = text.length + mark.length + 3 + place.length <= width;
  return fits ? [`${shown}   ${paint('dim', place)}`] : [shown, `         ${paint('dim', place)}`];
}

/** What was pending at the cut, a line per op: lost, kept, or torn where only a part of it was. */
function pendingLines(life: StoryLifeReport, options: StoryTextOptions, paint: Paint): string[] {
  if (life.pending.length === 0) return ['  Nothing was pending: the disk held all that the program saw.'];
  const byOp = new Map<string, StoryLifeReport['pending']>();
  for (const effect of life.pending) {
    const op = `op ${effect.op}${agoText(effect.ago)}`;
    byOp.set(op, [...(byOp.get(op) ?? []), effect]);
  }
  const lines = [...byOp].map(([op, effects]) => {
    const kept = effects.filter((effect) => effect.fate === 'kept');
    const lost = effects.filter((effect) => effect.fate === 'lost');
    const words = (list: typeof kept): string => escapeText(list.map((effect) => effect.text).join(', '));
    if (life.killed) return `    ${op}: ${words(kept)}`;
    if (lost.length === 0) return `    ${paint('good', 'kept')}  ${op}: ${words(kept)}`;
    if (kept.length === 0) return `    ${paint('bad', 'lost')}  ${op}: ${words(lost)}`;
    return `    ${paint('bad', 'torn')}  ${op}: lost ${words(lost)}; kept ${words(kept)}`;
  });
  const left = lines.length - options.pendingMax;
  return [
    '  Pending, not yet surely on the disk:',
    ...lines.slice(0, options.pendingMax),
    ...(left > 0 ? [`    ... and ${count(left, 'more op')}`] : []),
  ];
}

/** Which life an op is of, where it is not the one that is told of. */
function agoText(ago: number | undefined): string {
  if (!ago) return '';
  return ago === 1 ? ' of the life before' : ` of the life ${ago} before`;
}

function promises(life: StoryLifeReport): string[] {
  return life.acknowledged.map(
    ({ what, after }) =>
      `  Acknowledged after op ${after}, before ${life.killed ? 'the kill' : 'the cut'}: "${escapeText(what)}"`,
  );
}

/** Frames of a stack that a story shows: those nearest to where it was thrown. */
const FRAMES_MAX = 5;

function endLines(story: StoryReport, { width }: StoryTextOptions, paint: Paint): string[] {
  const last = story.lives.length === 0 ? 'The main life' : 'The last recovery';
  const lines = [
    `${last} is not cut: it ${escapeText(story.recovery.ending)}.`,
    ...story.recovery.ops.flatMap((op) => opLine(op, '', width, paint)),
  ];
  const left = story.recovery.length - story.recovery.ops.length;
  if (left > 0) lines.push(paint('dim', `      ... and ${count(left, 'more op')}`));
  if (story.outcome === 'converged')
    return [...lines, paint('good', 'Every invariant holds: this story converges.')];
  for (const { invariant, message, difference, advice, stack } of story.findings) {
    const claim = escapeText(invariant);
    lines.push(
      story.outcome === 'unknown'
        ? paint('unsure', `Not known: ${claim}`)
        : paint('bad', `Broken: ${claim} (${story.outcome})`),
      `  ${escapeText(message)}`,
      ...(difference?.split('\n') ?? []).map((line) => `      ${escapeText(line)}`),
      ...(stack?.split('\n').slice(0, FRAMES_MAX) ?? []).map((frame) => `      ${escapeText(frame)}`),
      ...(advice === undefined ? [] : [`  What would help: ${escapeText(advice)}.`]),
    );
  }
  return [...lines, ...brokenPromise(story), ...causeLines(story)];
}

/** Names the promise that was broken if there is only one; else all that stood, since the check alone knows which. */
function brokenPromise(story: StoryReport): string[] {
  if (story.outcome !== 'lost') return [];
  const given = story.lives.flatMap((life, i) =>
    life.acknowledged.map(({ what, after }) => {
      const where = i === 0 ? '' : ` of recovery ${i}`;
      return `"${escapeText(what)}", given after op ${after}${where}`;
    }),
  );
  if (given.length === 0) return [];
  return [
    `  ${given.length === 1 ? 'The acknowledgement' : 'The acknowledgements'} that stood: ${given.join('; ')}`,
  ];
}

export function causeLines(story: StoryReport): string[] {
  if (story.outcome === 'converged') return [];
  const lines = unawaited(story).map((text) => `  ${escapeText(text)}`);
  if (story.culprit !== null)
    lines.push(
      `  The loss that matters: ${escapeText(story.culprit.text)}, or a part of it.`,
      ...wayLines(story.culprit.places),
    );
  else lines.push(`  ${escapeText(withoutLoss(story.uncut, story.failed, story.early))}`);
  if (story.rescue !== null)
    lines.push(
      `  A sync that would have prevented it: ${escapeText(story.rescue.text)}.`,
      ...(samePlaces(story) ? [] : wayLines(story.rescue.places, 'That op is made in')),
    );
  else if (story.remedy !== undefined) lines.push(`  What would help: ${escapeText(story.remedy)}.`);
  else if (story.culprit !== null)
    lines.push('  No single sync right after that op would have prevented it.');
  return lines;
}

/** Calls on the way to an op that are told next to it. */
const CALLERS = 3;

function wayLines(places: StoryOpReport['places'], said = 'Made in'): string[] {
  return wayText(places ?? [], CALLERS).map((text, i) =>
    i === 0 ? `    ${said} ${escapeText(text)}` : `      called by ${escapeText(text)}`,
  );
}

/** The sync comes right after the op that matters, as a rule: then its place has been told. */
function samePlaces({ culprit, rescue }: StoryReport): boolean {
  return culprit !== null && rescue !== null && culprit.life === rescue.life && culprit.op === rescue.after;
}
