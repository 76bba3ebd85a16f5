import type { Paint } from './paint.ts';
import type { StoryLifeReport, StoryReport } from './schema/story.ts';
import { count, escapeText } from './text.ts';
import { treeTable } from './tree-table.ts';

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
    lines.push(paint('bold', `${name} is cut after op ${life.at} of ${life.length}`));
    lines.push(...opLines(life, options, paint), ...pendingLines(life, options, paint), ...promises(life));
    if (options.rowsMax > 0) lines.push(...treeTable(life, options, paint));
    lines.push('');
  }
  lines.push(...endLines(story, paint));
  return lines;
}

function opLines(life: StoryLifeReport, options: StoryTextOptions, paint: Paint): string[] {
  const shown = life.ops.filter((op) => op.index > life.at - options.before);
  const first = shown[0]?.index ?? life.at + 1;
  const lines: string[] = [];
  if (first > 1) lines.push(paint('dim', `      ... ${count(first - 1, 'op')} before`));
  let phase: string | undefined;
  const cut = paint('bad', `  ------ the power goes off here, after op ${life.at} ------`);
  if (life.at === 0) lines.push(cut);
  for (const op of shown) {
    if (op.phase !== undefined && op.phase !== phase)
      lines.push(paint('dim', `      -- ${escapeText(op.phase)} --`));
    phase = op.phase;
    const text = `${String(op.index).padStart(5)}  ${escapeText(op.text)}`;
    if (op.index > life.at) lines.push(paint('dim', `${text}   (not reached)`));
    else lines.push(op.sync ? `${text}   ${paint('good', '== sync ==')}` : text);
    if (op.index === life.at) lines.push(cut);
  }
  return lines;
}

/** What was pending at the cut, a line per op: lost, kept, or torn where only a part of it was. */
function pendingLines(life: StoryLifeReport, options: StoryTextOptions, paint: Paint): string[] {
  if (life.pending.length === 0) return ['  Nothing was pending: the disk held all that the program saw.'];
  const byOp = new Map<number, StoryLifeReport['pending']>();
  for (const effect of life.pending) byOp.set(effect.op, [...(byOp.get(effect.op) ?? []), effect]);
  const lines = [...byOp].map(([op, effects]) => {
    const kept = effects.filter((effect) => effect.fate === 'kept');
    const lost = effects.filter((effect) => effect.fate === 'lost');
    const words = (list: typeof kept): string => escapeText(list.map((effect) => effect.text).join(', '));
    if (lost.length === 0) return `    ${paint('good', 'kept')}  op ${op}: ${words(kept)}`;
    if (kept.length === 0) return `    ${paint('bad', 'lost')}  op ${op}: ${words(lost)}`;
    return `    ${paint('bad', 'torn')}  op ${op}: lost ${words(lost)}; kept ${words(kept)}`;
  });
  const left = lines.length - options.pendingMax;
  return [
    '  Pending, not yet surely on the disk:',
    ...lines.slice(0, options.pendingMax),
    ...(left > 0 ? [`    ... and ${count(left, 'more op')}`] : []),
  ];
}

function promises(life: StoryLifeReport): string[] {
  return life.acknowledged.map(
    ({ what, after }) => `  Acknowledged after op ${after}, before the cut: "${escapeText(what)}"`,
  );
}

function endLines(story: StoryReport, paint: Paint): string[] {
  const lines = [`The last recovery is not cut: it ${escapeText(story.recovery.ending)}.`];
  for (const op of story.recovery.ops) lines.push(`${String(op.index).padStart(5)}  ${escapeText(op.text)}`);
  const left = story.recovery.length - story.recovery.ops.length;
  if (left > 0) lines.push(paint('dim', `      ... and ${count(left, 'more op')}`));
  if (story.outcome === 'converged')
    return [...lines, paint('good', 'Every invariant holds: this story converges.')];
  for (const { invariant, message } of story.findings) {
    lines.push(
      paint('bad', `Broken: ${escapeText(invariant)} (${story.outcome})`),
      `  ${escapeText(message)}`,
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
  const lines: string[] = [];
  if (story.culprit !== null)
    lines.push(`  The loss that matters: ${escapeText(story.culprit.text)}, or a part of it.`);
  else lines.push('  Nothing had to be lost: the cut alone is enough.');
  if (story.rescue !== null)
    lines.push(`  A sync that would have prevented it: ${escapeText(story.rescue.text)}.`);
  else if (story.culprit !== null)
    lines.push('  No single sync right after that op would have prevented it.');
  return lines;
}
