import { causeLinesOf } from './cause-text.ts';
import { waysOf } from './claim.ts';
import { LEGEND } from './glyphs.ts';
import { heatMap } from './heat-map.ts';
import { byScenario, type DistinctCause, type ReportModel, type RunModel } from './model.ts';
import type { Paint } from './paint.ts';
import { runLines } from './run-text.ts';
import { count, escapeText } from './text.ts';
import { totalLines, VERDICT_GLYPH, VERDICT_STYLE } from './total-text.ts';
import type { Writer, WriterContext, WriterKind } from './writer.ts';

/** Text for a terminal: a line for each scenario and model when it ends, then causes, maps and the verdict. */
export const terminal: WriterKind = {
  summary: 'text on the terminal, as the run goes on',
  make: (context) => new TerminalWriter(context),
};

class TerminalWriter implements Writer {
  readonly #context: WriterContext;
  /** Runs whose lines were printed. */
  #printed = 0;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  event(event: { readonly type: string }, model: () => ReportModel): void {
    if (event.type === 'run-end') this.#printEnded(model().runs);
  }

  end(model: ReportModel): void {
    this.#printRuns(model.runs.slice(this.#printed), model.runs);
    const { columns, paint } = this.#context;
    const told = model.runs.filter((run) => this.#tells(run));
    const lines = [
      ...(told.length > 0 ? [''] : []),
      ...damageLines(model, paint),
      ...causesLines(model.causes, model.runs, this.#context),
      ...mapLines(model.runs, columns, paint),
      ...glossary(told, paint),
      ...totalLines(model, paint),
    ];
    this.#context.print(`${lines.join('\n')}\n`);
  }

  /** Runs end in any order; they are printed in the order of the plan, each as soon as those before it are. */
  #printEnded(runs: readonly RunModel[]): void {
    let to = this.#printed;
    while (runs[to]?.ended) to++;
    this.#printRuns(runs.slice(this.#printed, to), runs);
  }

  #tells({ verdict }: RunModel): boolean {
    return verdict !== 'converged' || !this.#context.quiet;
  }

  #printRuns(some: readonly RunModel[], all: readonly RunModel[]): void {
    const { paint } = this.#context;
    const width = Math.max(...all.map((run) => escapeText(run.model).length));
    const lines: string[] = [];
    for (const run of some) {
      if (!this.#tells(run)) continue;
      const before = all.slice(0, all.indexOf(run)).findLast((each) => this.#tells(each));
      if (before?.scenario !== run.scenario) {
        lines.push(...(before ? [''] : []), paint('bold', escapeText(run.scenario)));
      }
      const head = `  ${paint(VERDICT_STYLE[run.verdict], VERDICT_GLYPH[run.verdict])} ${escapeText(run.model).padEnd(width)}  `;
      const [first, ...rest] = runLines(run, paint);
      lines.push(head + first!, ...rest.map((line) => ' '.repeat(width + 6) + line));
    }
    this.#printed += some.length;
    if (lines.length > 0) this.#context.print(`${lines.join('\n')}\n`);
  }
}

function damageLines({ damage }: ReportModel, paint: Paint): string[] {
  if (damage.length === 0) return [];
  return [
    paint('bad', 'The file is damaged; this is what is whole in it:'),
    ...damage.map((each) => `  ${escapeText(each)}`),
    '',
  ];
}

function causesLines(
  causes: readonly DistinctCause[],
  runs: readonly RunModel[],
  { columns, paint }: WriterContext,
): string[] {
  const lines = causes.flatMap((cause, i) => causeLinesOf(i + 1, cause, columns, paint));
  const left = runs.reduce((sum, run) => sum + run.failuresNotGrouped, 0);
  if (left > 0) lines.push(`${count(left, 'more failure')} not looked into one by one`, '');
  return lines;
}

/** Maps are worth their place where something went wrong: one of dots alone says no more than the line above. */
function mapLines(runs: readonly RunModel[], columns: number, paint: Paint): string[] {
  const lines: string[] = [];
  for (const [name, group] of byScenario(runs)) {
    if (group.every((run) => run.verdict === 'converged')) continue;
    const map = heatMap(group, columns - 2, paint);
    if (map.length === 0) continue;
    lines.push(paint('bold', `${escapeText(name)}: the worst that a first cut leads to, by crash point`));
    lines.push(...map.map((line) => `  ${line}`), '');
  }
  return lines.length === 0 ? [] : [...lines, `  ${LEGEND}`, ''];
}

function glossary(runs: readonly RunModel[], paint: Paint): string[] {
  const lines: string[] = [];
  const ways = new Set(runs.filter((run) => run.closed).map(({ plan }) => waysOf(plan)));
  for (const way of ways) {
    lines.push(`closed: these are all states that ${way} can reach, at any op; not a sample.`);
  }
  if (runs.some((run) => run.convergence && run.convergence.minimumUptime > 0)) {
    lines.push(
      'comes back if lives last N ops: with shorter lives there is a way to cut it again and again for ever.',
    );
  }
  return lines.length === 0 ? [] : [...lines.map((line) => paint('dim', line)), ''];
}
