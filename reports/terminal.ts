import { heatMap, LEGEND } from './heat-map.ts';
import type { Paint } from './paint.ts';
import type { CauseReport, Report, RunReport } from './schema.ts';
import { storyText } from './story-text.ts';
import { count, duration, escapeText, number } from './text.ts';

export interface TerminalOptions {
  /** Width in characters. */
  readonly columns: number;
  readonly paint: Paint;
  /** Where the report was written, to be named at the end. */
  readonly reportPath?: string;
}

const GLYPH = { converged: '✓', counterexample: '✗', unknown: '?' } as const;
const STYLE = { converged: 'good', counterexample: 'bad', unknown: 'unsure' } as const;

/** The whole report as text for a terminal: runs, causes, maps, verdict. */
export function terminalReport(report: Report, options: TerminalOptions): string {
  const lines: string[] = [];
  const scenarios = [...groupByScenario(report.runs)];
  for (const [name, runs] of scenarios) lines.push(...scenarioLines(name, runs, options), '');
  lines.push(...causesLines(report, options), ...mapLines(scenarios, options));
  lines.push(...glossary(report, options.paint), ...totalLines(report, options));
  return `${lines.join('\n')}\n`;
}

function groupByScenario(runs: readonly RunReport[]): ReadonlyMap<string, RunReport[]> {
  const groups = new Map<string, RunReport[]>();
  for (const run of runs) {
    const group = groups.get(run.scenario);
    if (group) group.push(run);
    else groups.set(run.scenario, [run]);
  }
  return groups;
}

function scenarioLines(name: string, runs: readonly RunReport[], { paint }: TerminalOptions): string[] {
  const width = Math.max(...runs.map((run) => run.model.length));
  const indent = ' '.repeat(width + 6);
  return [
    paint('bold', escapeText(name)),
    ...runs.flatMap((run) => {
      const head = `  ${paint(STYLE[run.verdict], GLYPH[run.verdict])} ${run.model.padEnd(width)}  `;
      const [first, ...rest] = runLines(run, paint);
      return [head + first!, ...rest.map((line) => indent + line)];
    }),
  ];
}

function runLines(run: RunReport, paint: Paint): string[] {
  const words = paint(STYLE[run.verdict], verdictWords(run));
  const lines = [run.counts ? `${words}: ${countsText(run)}` : words];
  if (run.convergence) return [...lines, convergenceText(run.convergence)];
  if (!run.closed || (run.counts?.masked ?? 0) > 0) lines.push(escapeText(run.coverage));
  if (run.counts) lines.push(paint('dim', `convergence numbers not computed: ${run.convergenceNote}`));
  return lines;
}

function verdictWords(run: RunReport): string {
  switch (run.verdict) {
    case 'converged':
      if (!run.closed) return 'converges as far as it was looked at';
      return run.knownToBreak ? 'converges, though it is known to break' : 'converges';
    case 'unknown':
      return `unknown (${escapeText(run.reason ?? '')})`;
    default: {
      const known = run.knownToBreak ? ', as is known' : '';
      if (run.causes.length === 0) return `DOES NOT CONVERGE${known} (${escapeText(run.reason ?? '')})`;
      return `DOES NOT CONVERGE${known}`;
    }
  }
}

function countsText(run: RunReport): string {
  const counts = run.counts!;
  const verified = counts.verified === counts.states ? 'all verified' : `${number(counts.verified)} verified`;
  const cuts = `up to ${count(counts.depth, 'cut')} in a row`;
  const closed = run.closed ? ', closed' : '';
  return (
    `${count(counts.mainOps + 1, 'crash point')}, ${count(counts.generated, 'crash state')} generated, ` +
    `${number(counts.states)} distinct, ${verified}, ${cuts}${closed}`
  );
}

function convergenceText(numbers: NonNullable<RunReport['convergence']>): string {
  const { longestRecovery, minimumUptime, ratio, mostRestarts, workAmplification } = numbers;
  const longest = `longest recovery ${count(longestRecovery, 'op')}`;
  if (minimumUptime === 0) return `comes back however short its lives are (${longest})`;
  return (
    `comes back if lives last ${count(minimumUptime, 'op')} (${longest}, ratio ${ratio.toFixed(2)}); then ` +
    `${count(mostRestarts, 'restart')} and ${workAmplification.toFixed(1)} times the work of an uncut run at most`
  );
}

function causesLines(report: Report, options: TerminalOptions): string[] {
  const lines = [...distinct(report.runs).values()].flatMap((found, i) => causeText(i + 1, found, options));
  const left = report.runs.reduce((sum, run) => sum + run.failuresNotGrouped, 0);
  if (left > 0) lines.push(`${count(left, 'more failure')} not looked into one by one`, '');
  return lines;
}

interface Found {
  readonly run: RunReport;
  readonly cause: CauseReport;
}

/** The causes of all runs; one that several models show is told once, under the first of them. */
function distinct(runs: readonly RunReport[]): ReadonlyMap<string, readonly Found[]> {
  const groups = new Map<string, Found[]>();
  for (const run of runs) {
    for (const cause of run.causes) {
      const key = JSON.stringify([run.scenario, cause.outcome, cause.invariant, cause.culpritKind]);
      groups.set(key, [...(groups.get(key) ?? []), { run, cause }]);
    }
  }
  return groups;
}

function causeText(index: number, found: readonly Found[], options: TerminalOptions): string[] {
  const { paint } = options;
  const { run, cause } = found[0]!;
  const title = `[${index}] ${OUTCOME_WORDS[cause.outcome]}: ${escapeText(cause.invariant)}`;
  const smaller =
    cause.story.scenario === run.scenario ? '' : `, told by the simpler ${escapeText(cause.story.scenario)}`;
  const story = storyText(
    cause.story,
    { before: 12, pendingMax: 12, rowsMax: 12, width: options.columns - 4 },
    paint,
  );
  return [
    paint('bad', title),
    `    ${escapeText(run.scenario)} under ${run.model}, ${count(cause.failures, 'failing state')}${smaller}`,
    `    reproduce: ${paint('bold', escapeText(cause.reproduce))}`,
    ...found
      .slice(1)
      .flatMap((other) => [
        `    also under ${other.run.model}, ${count(other.cause.failures, 'failing state')}`,
        `    reproduce: ${escapeText(other.cause.reproduce)}`,
      ]),
    '',
    ...story.map((line) => (line === '' ? '' : `    ${line}`)),
    '',
  ];
}

const OUTCOME_WORDS = {
  converged: 'CONVERGED',
  unknown: 'UNKNOWN',
  livelock: 'LIVELOCK',
  stuck: 'STUCK',
  corrupt: 'CORRUPT',
  lost: 'ACKNOWLEDGED DATA LOST',
} as const;

/** Maps are worth their place where something went wrong: one of dots alone says no more than the line above. */
function mapLines(
  scenarios: readonly (readonly [string, readonly RunReport[]])[],
  { columns, paint }: TerminalOptions,
): string[] {
  const lines: string[] = [];
  for (const [name, runs] of scenarios) {
    if (runs.every((run) => run.verdict === 'converged')) continue;
    const map = heatMap(runs, columns - 2, paint);
    if (map.length === 0) continue;
    lines.push(paint('bold', `${escapeText(name)}: the worst that a first cut leads to, by crash point`));
    lines.push(...map.map((line) => `  ${line}`), '');
  }
  return lines.length === 0 ? [] : [...lines, `  ${LEGEND}`, ''];
}

function glossary(report: Report, paint: Paint): string[] {
  const lines: string[] = [];
  if (report.runs.some((run) => run.closed)) {
    lines.push('closed: these are all states that any number of cuts, at any op, can reach; not a sample.');
  }
  if (report.runs.some((run) => run.convergence && run.convergence.minimumUptime > 0)) {
    lines.push(
      'comes back if lives last N ops: with shorter lives there is a way to cut it again and again for ever.',
    );
  }
  return lines.length === 0 ? [] : [...lines.map((line) => paint('dim', line)), ''];
}

function totalLines(report: Report, { paint, reportPath }: TerminalOptions): string[] {
  const of = (verdict: RunReport['verdict']): number =>
    report.runs.filter((run) => run.verdict === verdict).length;
  const [good, bad, open] = [of('converged'), of('counterexample'), of('unknown')];
  const states = report.runs.reduce((sum, run) => sum + (run.counts?.verified ?? 0), 0);
  const checked = `${count(states, 'disk state')} recovered and checked in ${duration(report.elapsedMs)}`;
  const interrupted = report.interrupted ? 'interrupted: ' : '';
  const verdict = {
    converged: `PASS  ${count(good, 'run')}: ${passed(report.runs)}`,
    counterexample: `FAIL  ${bad} of ${count(report.runs.length, 'run')} ${bad === 1 ? 'does' : 'do'} not converge`,
    unknown: `UNKNOWN  ${interrupted}${open} of ${count(report.runs.length, 'run')} not known to converge`,
  }[report.verdict];
  const also = report.verdict === 'counterexample' && open > 0 ? `, ${open} not known` : '';
  const lines = [`${paint(STYLE[report.verdict], verdict)}${also}; ${checked}`];
  if (reportPath !== undefined) lines.push(`report: ${escapeText(reportPath)}`);
  return lines;
}

/** A pass claims no more than was looked at. */
function passed(runs: readonly RunReport[]): string {
  const bounded = runs.filter((run) => !run.closed).length;
  if (bounded === 0) return 'every state converges';
  return `every state that was looked at converges; ${bounded} of them did not look at everything, see above`;
}
