import { OUTCOME_WORDS } from './cause-text.ts';
import { compareReports } from './compare.ts';
import { comparisonText } from './compare-text.ts';
import { LEGEND } from './glyphs.ts';
import { heatMap } from './heat-map.ts';
import { byScenario, type DistinctCause, type ReportModel, type RunModel } from './model.ts';
import { painter } from './paint.ts';
import { convergenceText, countsText, verdictWords } from './run-text.ts';
import { storyText } from './story-text.ts';
import { clip, count, escapeText } from './text.ts';
import { totalLines } from './total-text.ts';
import { unawaited } from './uncut.ts';
import type { WriterKind } from './writer.ts';

/** `report.md`: for pull requests and wikis. */
export const markdown: WriterKind = {
  summary: 'report.md: tables, causes and maps in Markdown',
  make: (context) => ({
    end: async (model) => await context.write('report.md', markdownReport(model, context.base)),
  }),
};

const ICON = { converged: '✅', counterexample: '❌', unknown: '❔' } as const;
const plain = painter(false);

/** Longer than this, a name or a message is cut: the other reports have it whole. */
const SPAN_MAX = 400;

/**
 * The report as Markdown. Whatever comes from a disk or a program stands in code, where nothing is markup.
 *
 * @param base another report, to say what changed since
 */
export function markdownReport(model: ReportModel, base?: ReportModel): string {
  const lines = [
    `# ${ICON[model.verdict]} Blackout`,
    '',
    ...totalLines(model, plain).flatMap((line) => [span(line), '']),
    ...headerLines(model),
    ...damageLines(model),
    ...sinceLines(model, base),
    ...causesLines(model),
    ...mapLines(model.runs),
    ...tableLines(model.runs),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function headerLines({ start }: ReportModel): string[] {
  const { tool, commit, seed, shard, shards, settings } = start;
  const of = commit ? `${commit.hash.slice(0, 12)}${commit.dirty ? ' with changes' : ''}` : 'unknown';
  const parts = [
    `blackout ${tool.version}`,
    `commit ${of}`,
    `seed ${seed}`,
    ...(shard ? [`shard ${shard.index} of ${shard.count}`] : []),
    ...(shards === undefined ? [] : [`merged from ${count(shards, 'shard')}`]),
    ...(settings.length > 0 ? [`run ${settings.join(' ')}`] : []),
  ];
  return [span(parts.join(', ')), ''];
}

function damageLines({ damage }: ReportModel): string[] {
  if (damage.length === 0) return [];
  return [
    '**The file is damaged; this is what is whole in it.**',
    '',
    ...damage.map((text) => `- ${span(text)}`),
    '',
  ];
}

function sinceLines(model: ReportModel, base: ReportModel | undefined): string[] {
  if (!base) return [];
  return ['## What changed', '', ...block(comparisonText(compareReports(base, model), plain))];
}

function causesLines({ causes, runs }: ReportModel): string[] {
  const left = runs.reduce((sum, run) => sum + run.failuresNotGrouped, 0);
  return [
    ...(causes.length > 0 ? ['## What goes wrong', ''] : []),
    ...causes.flatMap((cause, i) => causeLines(i + 1, cause)),
    ...(left > 0 ? [`${count(left, 'more failure')} not looked into one by one`, ''] : []),
  ];
}

function causeLines(index: number, { scenario, outcome, invariant, found }: DistinctCause): string[] {
  const { cause } = found[0]!;
  const { culprit, rescue, remedy } = cause.story;
  const window = { before: 12, pendingMax: 12, rowsMax: 12, width: 120 };
  const models = found.map(
    ({ run, cause: { failures } }) => `${span(run.model)} (${count(failures, 'state')})`,
  );
  return [
    `### ${index}. ${OUTCOME_WORDS[outcome]}: ${span(invariant)}`,
    '',
    `${span(scenario)} under ${models.join(', ')}: ${span(cause.message)}`,
    '',
    ...unawaited(cause.story).map((text) => `- ${span(text)}`),
    ...(culprit ? [`- the loss that matters: ${span(culprit.text)}`] : []),
    ...(rescue ? [`- a sync that would have prevented it: ${span(rescue.text)}`] : []),
    ...(remedy === undefined ? [] : [`- what would help: ${span(remedy)}`]),
    '',
    ...block(found.map((each) => escapeText(each.cause.reproduce))),
    '<details><summary>the story</summary>',
    '',
    ...block(storyText(cause.story, window, plain)),
    '</details>',
    '',
  ];
}

function mapLines(runs: readonly RunModel[]): string[] {
  const lines: string[] = [];
  for (const [name, group] of byScenario(runs)) {
    if (group.every((run) => run.verdict === 'converged')) continue;
    const map = heatMap(group, 120, plain);
    if (map.length > 0) lines.push(`${span(name)}: the worst that a first cut leads to`, '', ...block(map));
  }
  return lines.length === 0 ? [] : ['## By crash point', '', ...lines, span(LEGEND), ''];
}

function tableLines(runs: readonly RunModel[]): string[] {
  return [
    '## All runs',
    '',
    '|   | scenario | model | verdict | states | how it comes back |',
    '|---|---|---|---|---|---|',
    ...runs.map((run) => {
      const states = run.counts ? countsText(run) : '';
      const back = run.convergence ? convergenceText(run.convergence) : (run.convergenceNote ?? '');
      const cells = [run.scenario, run.model, verdictWords(run), states, back].map((cell) =>
        span(cell, true),
      );
      return `| ${[ICON[run.verdict], ...cells].join(' | ')} |`;
    }),
  ];
}

/** Text as code in a line: nothing in it is markup, a mention or a link. */
function span(text: string, inTable = false): string {
  const safe = clip(escapeText(text), SPAN_MAX);
  if (safe.trim() === '') return '';
  const fence = '`'.repeat(longestRun(safe) + 1);
  const padded = fence.length > 1 ? `${fence} ${safe} ${fence}` : `${fence}${safe}${fence}`;
  // A table is cut into cells before anything else is read, code too.
  return inTable ? padded.replaceAll('|', '\\|') : padded;
}

function block(lines: readonly string[]): string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [`${fence}text`, ...lines, fence, ''];
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
}
