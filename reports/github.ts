import { isAbsolute } from 'node:path';
import { OUTCOME_WORDS } from './cause-text.ts';
import { markdownReport } from './markdown.ts';
import type { DistinctCause, ReportModel } from './model.ts';
import type { PlaceReport } from './schema/place.ts';
import { count, escapeText } from './text.ts';
import { unawaited } from './uncut.ts';
import type { WriterContext, WriterKind } from './writer.ts';

/**
 * Annotations, one for each distinct cause, and the report on the page of the step. GitHub shows ten errors of a step
 * at most, and takes a mebibyte for its page.
 */
export const github: WriterKind = {
  summary: 'annotations and a step summary for GitHub Actions',
  make: (context) => ({
    end: async (model) => {
      context.print(
        annotations(model)
          .map((line) => `${line}\n`)
          .join(''),
      );
      await writeSummary(model, context);
    },
  }),
};

const ERRORS_MAX = 10;
const SUMMARY_MAX = 1_000_000;

/** The workflow commands that GitHub reads from a step's output. */
export function annotations(model: ReportModel): readonly string[] {
  const shown = model.causes.length > ERRORS_MAX ? model.causes.slice(0, ERRORS_MAX - 1) : model.causes;
  const left = model.causes.length - shown.length;
  const told = new Set(model.causes.flatMap(({ found }) => found.map(({ run }) => run)));
  const untold = model.runs.filter((run) => run.verdict !== 'converged' && !told.has(run));
  return [
    ...shown.map((cause) => command('error', titleOf(cause), messageOf(cause), placeOf(cause))),
    ...(left > 0 ? [command('error', count(left, 'more cause'), 'the report has them all')] : []),
    ...untold.map(({ verdict, scenario, model: name, reason }) => {
      const level = verdict === 'counterexample' ? 'error' : 'warning';
      return command(level, `${scenario} under ${name}: ${verdict}`, reason ?? 'nobody knows why');
    }),
    ...model.damage.map((text) => command('error', 'the report is damaged', text)),
  ];
}

function titleOf({ scenario, outcome, invariant, found }: DistinctCause): string {
  const models = found.map(({ run }) => run.model).join(', ');
  return `${scenario} under ${models}: ${OUTCOME_WORDS[outcome]}: ${invariant}`;
}

function messageOf({ found }: DistinctCause): string {
  const { cause } = found[0]!;
  const { culprit, rescue, remedy } = cause.story;
  return [
    escapeText(cause.message),
    ...unawaited(cause.story).map(escapeText),
    ...(culprit ? [`the loss that matters: ${escapeText(culprit.text)}`] : []),
    ...(rescue ? [`a sync that would have prevented it: ${escapeText(rescue.text)}`] : []),
    ...(remedy === undefined ? [] : [`what would help: ${escapeText(remedy)}`]),
    escapeText(cause.reproduce),
  ].join('\n');
}

/** Where the op is made whose loss matters, if that is a file of the repository: there the annotation stands. */
function placeOf({ found }: DistinctCause): PlaceReport | undefined {
  const { culprit } = found[0]!.cause.story;
  return culprit?.places?.find(({ file }) => !isAbsolute(file) && !/(?:^|\/)node_modules\//.test(file));
}

/** @param message may have several lines */
function command(level: 'error' | 'warning', title: string, message: string, place?: PlaceReport): string {
  const lines = message.split('\n').map(escapeText).join('\n');
  const properties = [
    ...(place ? [`file=${escapeProperty(escapeText(place.file))}`, `line=${place.line}`] : []),
    ...(place?.column === undefined ? [] : [`col=${place.column}`]),
    `title=${escapeProperty(escapeText(title))}`,
  ];
  return `::${level} ${properties.join(',')}::${escapeData(lines)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

async function writeSummary(model: ReportModel, context: WriterContext): Promise<void> {
  const text = cutTo(SUMMARY_MAX, markdownReport(model, context.base));
  await (context.stepSummary ? context.stepSummary(text) : context.write('summary.md', text));
}

/** Cuts between lines, and says so. */
function cutTo(bytes: number, text: string): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const lines: string[] = [];
  let size = 0;
  for (const line of text.split('\n')) {
    size += Buffer.byteLength(line) + 1;
    if (size > bytes) break;
    lines.push(line);
  }
  // An open code block is closed by a longer fence than any in it.
  return `${lines.join('\n')}\n\n${'`'.repeat(64)}\n\nThe rest does not fit here: see the report itself.\n`;
}
