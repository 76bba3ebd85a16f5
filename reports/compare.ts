import type { DistinctCause, ReportModel, RunModel } from './model.ts';

/** What changed from one report to a later one. */
export interface Comparison {
  /** Causes that the base does not have. */
  readonly newCauses: readonly DistinctCause[];
  /** Causes of the base that are gone, of scenarios that were run again under a model that showed them. */
  readonly fixedCauses: readonly DistinctCause[];
  /** How many causes both have. */
  readonly sameCauses: number;
  /** Runs whose verdict, or one of whose numbers, is another one. */
  readonly moved: readonly MovedRun[];
  /** Runs that only one of them has, as `scenario under model`. */
  readonly added: readonly string[];
  readonly gone: readonly string[];
  /** Where either of them can't be trusted whole. */
  readonly notes: readonly string[];
}

export interface MovedRun {
  readonly name: string;
  /** As it is in the later report. */
  readonly run: RunModel;
  readonly changes: readonly Change[];
}

export interface Change {
  readonly what: string;
  readonly before: string | number;
  readonly after: string | number;
  /** A verdict or a convergence number that got worse. */
  readonly worse: boolean;
}

export function compareReports(base: ReportModel, now: ReportModel): Comparison {
  const before = new Map(base.runs.map((run) => [nameOf(run), run]));
  const after = new Map(now.runs.map((run) => [nameOf(run), run]));
  const known = new Set(base.causes.flatMap((cause) => cause.ids));
  const found = new Set(now.causes.flatMap((cause) => cause.ids));
  const isKnown = ({ ids }: DistinctCause): boolean => ids.some((id) => known.has(id));
  const isFound = ({ ids }: DistinctCause): boolean => ids.some((id) => found.has(id));
  return {
    newCauses: now.causes.filter((cause) => !isKnown(cause)),
    fixedCauses: base.causes.filter((cause) => !isFound(cause) && wasLookedAtAgain(cause, after)),
    sameCauses: now.causes.filter(isKnown).length,
    moved: [...after].flatMap(([name, run]) => {
      const old = before.get(name);
      const changes = old ? changesOf(old, run) : [];
      return changes.length === 0 ? [] : [{ name, run, changes }];
    }),
    added: [...after.keys()].filter((name) => !before.has(name)),
    gone: [...before.keys()].filter((name) => !after.has(name)),
    notes: [...notesOf('the base', base), ...notesOf('the later report', now)],
  };
}

function nameOf({ scenario, model }: RunModel): string {
  return `${scenario} under ${model}`;
}

/** A run that came to know nothing has fixed nothing. */
function wasLookedAtAgain({ found }: DistinctCause, after: ReadonlyMap<string, RunModel>): boolean {
  return found.some(({ run }) => {
    const again = after.get(nameOf(run));
    return again !== undefined && again.verdict !== 'unknown';
  });
}

function notesOf(which: string, { damage, runs }: ReportModel): string[] {
  const open = runs.filter((run) => run.verdict === 'unknown').length;
  return [
    ...(damage.length > 0 ? [`${which} is damaged: ${damage[0]!}`] : []),
    ...(open > 0
      ? [`${which} does not know of ${open} of its ${runs.length} runs whether they converge`]
      : []),
  ];
}

type Measure = (run: RunModel) => number | undefined;

/** What is compared, and whether more of it is worse. */
const MEASURES: readonly (readonly [string, Measure, boolean])[] = [
  ['ops', (run) => run.counts?.mainOps, false],
  ['states', (run) => run.counts?.states, false],
  ['verified', (run) => run.counts?.verified, false],
  ['cuts in a row', (run) => run.counts?.depth, false],
  ['minimum uptime', (run) => run.convergence?.minimumUptime, true],
  ['longest recovery', (run) => run.convergence?.longestRecovery, true],
  ['most restarts', (run) => run.convergence?.mostRestarts, true],
  ['work amplification', (run) => rounded(run.convergence?.workAmplification), true],
] as const;

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 1000) / 1000;
}

const VERDICTS = ['converged', 'unknown', 'counterexample'] as const;

function changesOf(old: RunModel, now: RunModel): readonly Change[] {
  const changes: Change[] = [];
  if (old.verdict !== now.verdict) {
    const worse = VERDICTS.indexOf(now.verdict) > VERDICTS.indexOf(old.verdict);
    changes.push({ what: 'verdict', before: old.verdict, after: now.verdict, worse });
  }
  if (old.closed !== now.closed) {
    const word = (closed: boolean): string => (closed ? 'all states' : 'not all states');
    changes.push({ what: 'looked at', before: word(old.closed), after: word(now.closed), worse: old.closed });
  }
  for (const [what, measure, moreIsWorse] of MEASURES) {
    const [before, after] = [measure(old), measure(now)];
    if (before === undefined || after === undefined || before === after) continue;
    changes.push({ what, before, after, worse: moreIsWorse && after > before });
  }
  return changes;
}
