import { directlyAbove, strongest, weakest } from '../persistence/lattice.ts';
import { findModel } from '../persistence/models.ts';
import type { RunModel } from '../../reports/model.ts';
import type { Paint } from '../../reports/paint.ts';
import { storyText } from '../../reports/story-text.ts';
import { count, escapeText } from '../../reports/text.ts';

interface Options {
  readonly paint: Paint;
  readonly columns: number;
}

const GLYPH = { converged: '✓', counterexample: '✗', unknown: '?' } as const;
const STYLE = { converged: 'good', counterexample: 'bad', unknown: 'unsure' } as const;

/** Whether no program can hold under a model; the model says why. */
export function isHopeless(model: string): boolean {
  return findModel(model)?.hopeless !== undefined;
}

/** What `needs` prints: the lattice of models with a verdict each, the limits, and the smallest stories at them. */
export function needsText(runs: readonly RunModel[], options: Options): string {
  const lines = [...latticeLines(runs, options), '', ...limitLines(runs, options.paint), ''];
  const broken = runs.filter(({ verdict }) => verdict === 'counterexample').map(({ model }) => model);
  for (const run of runs) {
    if (strongest(broken).includes(run.model)) lines.push(...storyLines(run, options), '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function latticeLines(runs: readonly RunModel[], { paint }: Options): string[] {
  const width = Math.max(...runs.map(({ model }) => model.length));
  const names = runs.map(({ model }) => model);
  return [
    paint('bold', `${escapeText(runs[0]?.scenario ?? '')}: under which disks it holds`),
    ...runs.map((run) => {
      const above = directlyAbove(run.model).filter((name) => names.includes(name));
      const weaker = above.length > 0 ? paint('dim', `   weaker than ${above.join(' and ')}`) : '';
      const mark = paint(STYLE[run.verdict], GLYPH[run.verdict]);
      return `  ${mark} ${run.model.padEnd(width)}  ${outcomeText(run)}${weaker}`;
    }),
  ];
}

function outcomeText(run: RunModel): string {
  switch (run.verdict) {
    case 'unknown':
      return `not known (${escapeText(run.reason ?? 'nothing was heard of it')})`;
    case 'counterexample':
      return `breaks: ${escapeText(run.causes[0]?.invariant ?? run.reason ?? '')}`;
    default: {
      const states = count(run.counts?.states ?? 0, 'state');
      return run.closed ? `holds: ${states}, closed` : `holds in ${states}, as far as it was looked at`;
    }
  }
}

/** What was only looked at in part is named apart: nobody knows whether it is survived. */
function limitLines(runs: readonly RunModel[], paint: Paint): string[] {
  const of = (wanted: (run: RunModel) => boolean): readonly string[] =>
    runs.filter(wanted).map(({ model }) => model);
  const held = weakest(of(({ verdict, closed }) => verdict === 'converged' && closed));
  const broken = strongest(of(({ verdict }) => verdict === 'counterexample'));
  const open = of(({ verdict, closed }) => verdict === 'unknown' || (verdict === 'converged' && !closed));
  return [
    held.length > 0
      ? `The weakest disks that it survives: ${paint('good', held.join(', '))}.`
      : open.length > 0
        ? 'It is known to survive none of these disks.'
        : 'It survives none of these disks.',
    broken.length > 0
      ? `The strongest disks that it breaks on: ${paint('bad', broken.join(', '))}.`
      : `It breaks on none of these disks${open.length > 0 ? ', as far as they were looked at' : ''}.`,
    ...(open.length > 0 ? [`Not looked at in full, so not known: ${paint('unsure', open.join(', '))}.`] : []),
  ];
}

/** The smallest story, and why there had to be one, if there had. */
function storyLines(run: RunModel, { paint, columns }: Options): string[] {
  const cause = run.causes[0];
  const hopeless = findModel(run.model)?.hopeless;
  const lines = [paint('bold', `Under ${run.model}: ${escapeText(cause?.invariant ?? run.reason ?? '')}`)];
  if (hopeless !== undefined) lines.push(`  No such program can hold there: ${hopeless}.`);
  if (!cause) return lines;
  lines.push(`  reproduce: ${escapeText(cause.reproduce)}`, '');
  const limits = { before: 8, pendingMax: 8, rowsMax: 8, width: columns - 4 };
  lines.push(...storyText(cause.story, limits, paint).map((line) => (line === '' ? '' : `  ${line}`)));
  const more = run.causes.length - 1;
  if (more > 0) lines.push(`  ... and ${count(more, 'more cause')}`);
  return lines;
}
